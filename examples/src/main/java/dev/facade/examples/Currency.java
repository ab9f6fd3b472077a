package dev.facade.examples;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/** A currency of ISO 4217. */
@Entity
public class Currency {

    @Id
    @Column(length = 3)
    private String code = "";

    private String name = "";

    @Version
    private @Nullable Long version;

    /** For Hibernate. */
    protected Currency() {}

    Currency(String code, String name) {
        this.code = code;
        this.name = name;
    }

    String code() {
        return code;
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return name + " (" + code + ")";
    }
}
