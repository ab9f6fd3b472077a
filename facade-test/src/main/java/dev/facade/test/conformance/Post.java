package dev.facade.test.conformance;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Ecto's Post: scalars of many kinds, a virtual field, and every kind of association. */
@Entity
@Table(name = "posts", indexes = @Index(name = "posts_uuid_index", columnList = "uuid", unique = true))
class Post extends Timestamps {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "posts_id_seq")
    @SequenceGenerator(name = "posts_id_seq", sequenceName = "posts_id_seq", allocationSize = 50)
    Long id;

    Integer counter;

    String title;

    @Column(name = "text", length = 10_000)
    String text;

    byte[] blob;

    @Transient
    String temp = "temp";

    /** Ecto's {@code public}, a keyword here. */
    @Column(name = "public")
    boolean visible = true;

    @Column(precision = 10, scale = 1)
    BigDecimal cost;

    Integer visits;

    Double intensity;

    UUID uuid;

    LocalDate posted;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "author_id", foreignKey = @ForeignKey(name = "posts_author_id_fkey"))
    User author;

    @OneToMany(mappedBy = "post", cascade = CascadeType.PERSIST)
    List<Comment> comments = new ArrayList<>();

    @OneToOne(mappedBy = "post", cascade = CascadeType.PERSIST)
    Permalink permalink;

    @ManyToMany(cascade = CascadeType.PERSIST)
    @JoinTable(
            name = "posts_users",
            joinColumns = @JoinColumn(name = "post_id"),
            inverseJoinColumns = @JoinColumn(name = "user_id"),
            foreignKey = @ForeignKey(name = "posts_users_post_id_fkey"),
            inverseForeignKey = @ForeignKey(name = "posts_users_user_id_fkey"))
    List<User> users = new ArrayList<>();

    /** Each of them once at most: it is a set. */
    @ManyToMany(cascade = CascadeType.PERSIST)
    @JoinTable(
            name = "posts_unique_users",
            joinColumns = @JoinColumn(name = "post_id"),
            inverseJoinColumns = @JoinColumn(name = "user_id"),
            foreignKey = @ForeignKey(name = "posts_unique_users_post_id_fkey"),
            inverseForeignKey = @ForeignKey(name = "posts_unique_users_user_id_fkey"))
    Set<User> uniqueUsers = new HashSet<>();

    /** The elements that a unique index of the join table keeps apart. */
    @ManyToMany(cascade = CascadeType.PERSIST)
    @JoinTable(
            name = "posts_users_pk",
            joinColumns = @JoinColumn(name = "post_id"),
            inverseJoinColumns = @JoinColumn(name = "user_id"),
            foreignKey = @ForeignKey(name = "posts_users_pk_post_id_fkey"),
            inverseForeignKey = @ForeignKey(name = "posts_users_pk_user_id_fkey"),
            indexes =
                    @Index(
                            name = "posts_users_pk_post_id_user_id_index",
                            columnList = "post_id, user_id",
                            unique = true))
    List<User> constraintUsers = new ArrayList<>();

    protected Post() {}

    Post(String title) {
        this.title = title;
    }

    static Post titled(String title, Integer visits) {
        Post post = new Post(title);
        post.visits = visits;
        return post;
    }

    Long id() {
        return id;
    }

    String title() {
        return title;
    }

    @Override
    public String toString() {
        return "Post " + id + " " + title;
    }
}
