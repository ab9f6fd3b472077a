package dev.facade.test.conformance;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** Ecto's Tag: many values in one row's keeping. */
@Entity
@Table(name = "tags")
class Tag {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "tags_id_seq")
    @SequenceGenerator(name = "tags_id_seq", sequenceName = "tags_id_seq", allocationSize = 50)
    Long id;

    /** An array in the database where provider and database know arrays, else a serialized one. */
    @Column(name = "int_array")
    Integer[] array;

    @ElementCollection
    @CollectionTable(
            name = "tags_ints",
            joinColumns = @JoinColumn(name = "tag_id"),
            foreignKey = @ForeignKey(name = "tags_ints_tag_id_fkey"))
    @OrderColumn(name = "place")
    @Column(name = "number")
    List<Integer> ints = new ArrayList<>();

    @ElementCollection
    @CollectionTable(
            name = "tags_items",
            joinColumns = @JoinColumn(name = "tag_id"),
            foreignKey = @ForeignKey(name = "tags_items_tag_id_fkey"))
    @OrderColumn(name = "place")
    List<Item> items = new ArrayList<>();
}
