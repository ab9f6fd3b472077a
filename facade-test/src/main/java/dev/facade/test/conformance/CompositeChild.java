package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;

/** Refers to an entity whose key has two parts. */
@Entity
@Table(name = "composite_children")
class CompositeChild {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "composite_children_id_seq")
    @SequenceGenerator(
            name = "composite_children_id_seq",
            sequenceName = "composite_children_id_seq",
            allocationSize = 50)
    Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "a", referencedColumnName = "a")
    @JoinColumn(name = "b", referencedColumnName = "b")
    CompositePk parent;

    protected CompositeChild() {}

    CompositeChild(CompositePk parent) {
        this.parent = parent;
    }
}
