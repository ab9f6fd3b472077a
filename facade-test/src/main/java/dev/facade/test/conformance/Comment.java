package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** Ecto's Comment: of a post, by a user, with an optimistic lock. */
@Entity
@Table(name = "comments")
class Comment {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "comments_id_seq")
    @SequenceGenerator(name = "comments_id_seq", sequenceName = "comments_id_seq", allocationSize = 50)
    Long id;

    @Column(name = "text", length = 100)
    String text;

    @Version
    @Column(name = "lock_version")
    Integer lockVersion;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "post_id", foreignKey = @ForeignKey(name = "comments_post_id_fkey"))
    Post post;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "author_id", foreignKey = @ForeignKey(name = "comments_author_id_fkey"))
    User author;

    protected Comment() {}

    Comment(String text) {
        this.text = text;
    }

    Comment on(Post post) {
        this.post = post;
        return this;
    }

    @Override
    public String toString() {
        return "Comment " + id + " " + text;
    }
}
