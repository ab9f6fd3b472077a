package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Ecto's Custom: a key that is made without the database. */
@Entity
@Table(name = "customs", indexes = @Index(name = "customs_uuid_index", columnList = "uuid", unique = true))
class Custom {

    @Id
    @GeneratedValue(strategy = GenerationType.UUID)
    UUID bid;

    UUID uuid;

    @ManyToMany
    @JoinTable(
            name = "customs_customs",
            joinColumns = @JoinColumn(name = "custom_id1"),
            inverseJoinColumns = @JoinColumn(name = "custom_id2"),
            foreignKey = @ForeignKey(name = "customs_customs_custom_id1_fkey"),
            inverseForeignKey = @ForeignKey(name = "customs_customs_custom_id2_fkey"))
    List<Custom> customs = new ArrayList<>();

    protected Custom() {}

    static Custom withUuid(UUID uuid) {
        Custom custom = new Custom();
        custom.uuid = uuid;
        return custom;
    }
}
