package dev.facade.hibernate;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;

/** An entity with a generated key, a version, and associations that cascade. */
@Entity
class Post {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    Long id;

    @Version
    Integer version;

    @Column(unique = true)
    String title;

    int likes;

    @ManyToOne(fetch = FetchType.LAZY, cascade = CascadeType.PERSIST)
    Author author;

    @OneToMany(mappedBy = "post", cascade = CascadeType.ALL, orphanRemoval = true)
    List<Comment> comments = new ArrayList<>();

    protected Post() {}

    Post(String title) {
        this(title, 0);
    }

    Post(String title, int likes) {
        this.title = title;
        this.likes = likes;
    }

    Post by(Author author) {
        this.author = author;
        return this;
    }

    Post with(String text) {
        comments.add(new Comment(this, text));
        return this;
    }

    @Override
    public String toString() {
        return "Post " + title;
    }
}
