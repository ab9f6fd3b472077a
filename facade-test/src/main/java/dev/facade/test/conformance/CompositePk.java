package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Ecto's CompositePk: a key of two attributes, assigned by the caller. */
@Entity
@Table(name = "composite_pk")
@IdClass(CompositePk.Key.class)
class CompositePk {

    @Id
    Integer a;

    @Id
    Integer b;

    String name;

    @OneToMany(mappedBy = "parent")
    List<CompositeChild> children = new ArrayList<>();

    protected CompositePk() {}

    CompositePk(Integer a, Integer b, String name) {
        this.a = a;
        this.b = b;
        this.name = name;
    }

    Key key() {
        return new Key(a, b);
    }

    /** The key. */
    public static final class Key implements Serializable {

        private static final long serialVersionUID = 1L;

        Integer a;
        Integer b;

        /** For the provider. */
        public Key() {}

        Key(Integer a, Integer b) {
            this.a = a;
            this.b = b;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Objects.equals(a, that.a) && Objects.equals(b, that.b);
        }

        @Override
        public int hashCode() {
            return Objects.hash(a, b);
        }
    }
}
