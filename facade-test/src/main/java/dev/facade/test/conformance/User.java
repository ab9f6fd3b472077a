package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** Ecto's User: the many sides of posts, comments and permalinks. */
@Entity
@Table(name = "users")
class User extends Timestamps {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "users_id_seq")
    @SequenceGenerator(name = "users_id_seq", sequenceName = "users_id_seq", allocationSize = 50)
    Long id;

    String name;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "custom_id", foreignKey = @ForeignKey(name = "users_custom_id_fkey"))
    Custom custom;

    @OneToMany(mappedBy = "author")
    List<Post> posts = new ArrayList<>();

    @OneToMany(mappedBy = "author")
    List<Comment> comments = new ArrayList<>();

    @OneToMany(mappedBy = "user")
    @OrderBy("url")
    List<Permalink> permalinks = new ArrayList<>();

    @ManyToMany(mappedBy = "users")
    List<Post> schemaPosts = new ArrayList<>();

    protected User() {}

    User(String name) {
        this.name = name;
    }

    Long id() {
        return id;
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return "User " + id + " " + name;
    }
}
