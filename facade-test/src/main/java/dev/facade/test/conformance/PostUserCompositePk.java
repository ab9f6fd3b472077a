package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;

/** Ecto's PostUserCompositePk: a key made of two foreign keys. */
@Entity
@Table(name = "posts_users_composite_pk")
@IdClass(PostUserCompositePk.Key.class)
class PostUserCompositePk extends Timestamps {

    @Id
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "user_id", foreignKey = @ForeignKey(name = "posts_users_composite_pk_user_id_fkey"))
    User user;

    @Id
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "post_id", foreignKey = @ForeignKey(name = "posts_users_composite_pk_post_id_fkey"))
    Post post;

    protected PostUserCompositePk() {}

    PostUserCompositePk(User user, Post post) {
        this.user = user;
        this.post = post;
    }

    /** The key. */
    public static final class Key implements Serializable {

        private static final long serialVersionUID = 1L;

        Long user;
        Long post;

        /** For the provider. */
        public Key() {}

        Key(Long user, Long post) {
            this.user = user;
            this.post = post;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Objects.equals(user, that.user) && Objects.equals(post, that.post);
        }

        @Override
        public int hashCode() {
            return Objects.hash(user, post);
        }
    }
}
