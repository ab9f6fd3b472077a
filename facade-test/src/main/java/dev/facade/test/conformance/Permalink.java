package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;

/** Ecto's Permalink: a column with another name than its attribute, and two foreign keys. */
@Entity
@Table(
        name = "permalinks",
        indexes =
                @Index(
                        name = "permalinks_uniform_resource_locator_index",
                        columnList = "uniform_resource_locator",
                        unique = true))
class Permalink {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "permalinks_id_seq")
    @SequenceGenerator(name = "permalinks_id_seq", sequenceName = "permalinks_id_seq", allocationSize = 50)
    Long id;

    @Column(name = "uniform_resource_locator")
    String url;

    String title;

    @OneToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "post_id", foreignKey = @ForeignKey(name = "permalinks_post_id_fkey"))
    Post post;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "user_id", foreignKey = @ForeignKey(name = "permalinks_user_id_fkey"))
    User user;

    protected Permalink() {}

    Permalink(String url) {
        this.url = url;
    }

    Permalink on(Post post) {
        this.post = post;
        return this;
    }

    @Override
    public String toString() {
        return "Permalink " + id + " " + url;
    }
}
