package dev.facade.hibernate;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** The many side of a post. */
@Entity
class Comment {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    Long id;

    String text;

    @ManyToOne(fetch = FetchType.LAZY)
    Post post;

    protected Comment() {}

    Comment(Post post, String text) {
        this.post = post;
        this.text = text;
    }
}
