package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.spi.Tables;
import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which tables rows refer to, mapping by mapping. */
class ForeignKeysTest {

    @Entity
    @Table(name = "part")
    static class Part {
        @Id
        int id;

        @Column(unique = true)
        String code;

        @OneToOne(mappedBy = "part")
        Twin twin;

        @OneToMany(mappedBy = "part")
        Set<Lazy> lazies = new HashSet<>();
    }

    @Entity
    @Table(name = "lazy")
    static class Lazy {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Part part;
    }

    @Entity
    @Table(name = "by_code")
    static class ByCode {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(referencedColumnName = "code")
        Part part;
    }

    @Entity
    @Table(name = "by_join_table")
    static class ByJoinTable {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "by_join_table_part")
        Part part;
    }

    @Entity
    @Table(name = "twin")
    static class Twin {
        @Id
        int id;

        @OneToOne(fetch = FetchType.LAZY)
        @MapsId
        Part part;
    }

    @Embeddable
    static class Inner {
        @ManyToOne(fetch = FetchType.LAZY)
        Part part;
    }

    @Embeddable
    static class Outer {
        @Embedded
        Inner inner;
    }

    @Entity
    @Table(name = "embedding")
    static class Embedding {
        @Id
        int id;

        @Embedded
        Outer outer;
    }

    @Embeddable
    static class Key {
        int number;

        @ManyToOne(fetch = FetchType.LAZY)
        Part part;
    }

    @Entity
    @Table(name = "keyed")
    static class Keyed {
        @EmbeddedId
        Key key;
    }

    static class PartOfId {
        int number;
        int part;
    }

    @Entity
    @Table(name = "id_classed")
    @IdClass(PartOfId.class)
    static class IdClassed {
        @Id
        int number;

        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        Part part;
    }

    @Entity
    @Table(name = "secondary")
    @SecondaryTable(name = "secondary_more")
    static class Secondary {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "secondary_more")
        Part part;
    }

    @Entity
    @Table(name = "many")
    static class Many {
        @Id
        int id;

        @ManyToMany
        @JoinTable(name = "many_parts")
        Set<Part> parts = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "many_labels")
        Set<String> labels = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "many_slots")
        Set<Inner> slots = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "many_notes")
        @MapKeyJoinColumn
        Map<Part, String> notes = new HashMap<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "many_id")
        Set<Child> children = new HashSet<>();
    }

    @Entity
    @Table(name = "child")
    static class Child {
        @Id
        int id;
    }

    @Entity
    @Table(name = "anything")
    static class Anything {
        @Id
        int id;

        @Any
        @AnyKeyJavaClass(Integer.class)
        @JoinColumn(name = "any_id")
        @Column(name = "any_type")
        @AnyDiscriminatorValue(discriminator = "part", entity = Part.class)
        Object any;
    }

    @Entity
    @Table(name = "machine")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Machine {
        @Id
        int id;
    }

    @Entity
    @Table(name = "press")
    static class Press extends Machine {
        @ManyToOne(fetch = FetchType.LAZY)
        Part part;
    }

    @Entity
    @Table(name = "vehicle")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Vehicle {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Machine machine;
    }

    @Entity
    @Table(name = "lorry")
    static class Lorry extends Vehicle {}

    @Entity
    @Table(name = "trip")
    static class Trip {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Vehicle vehicle;
    }

    @Entity
    @Table(name = "tree", schema = "wood")
    static class Tree {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Tree parent;
    }

    private static SessionFactory factory;

    @BeforeAll
    static void start() {
        factory = new HibernatePersistenceConfiguration("keys")
                .managedClasses(List.of(
                        Part.class,
                        Lazy.class,
                        ByCode.class,
                        ByJoinTable.class,
                        Twin.class,
                        Embedding.class,
                        Keyed.class,
                        IdClassed.class,
                        Secondary.class,
                        Many.class,
                        Child.class,
                        Anything.class,
                        Machine.class,
                        Press.class,
                        Vehicle.class,
                        Lorry.class,
                        Trip.class,
                        Tree.class))
                .property("hibernate.dialect", "org.hibernate.dialect.H2Dialect")
                .property("hibernate.boot.allow_jdbc_metadata_access", "false")
                .createEntityManagerFactory();
    }

    @AfterAll
    static void stop() {
        factory.close();
    }

    private static Tables referred(String... tables) {
        SessionFactoryImplementor known = factory.unwrap(SessionFactoryImplementor.class);
        return MappedTables.of(known).referred(known, Tables.of(List.of(tables)));
    }

    private static Set<String> names(String... tables) {
        Tables referred = referred(tables);
        assertThat(referred.isKnown()).isTrue();
        return referred.names();
    }

    @Test
    void t59AToOneLeadsToItsTable() {
        assertThat(names("lazy")).containsExactly("part");
        assertThat(names("by_code")).containsExactly("part");
        assertThat(names("by_join_table_part")).contains("part");
        assertThat(names("twin")).containsExactly("part");
        assertThat(names("embedding")).containsExactly("part");
        assertThat(names("keyed")).containsExactly("part");
        assertThat(names("id_classed")).containsExactly("part");
        assertThat(names("secondary_more")).contains("part");
        assertThat(names("secondary", "secondary_more")).contains("part");
        assertThat(names("wood.Tree")).containsExactly("tree");
    }

    @Test
    void t59TheOtherSideLeadsNowhere() {
        assertThat(names("part")).isEmpty();
        assertThat(referred("part")).isEqualTo(Tables.none());
    }

    @Test
    void t59ARowLeadsToItsCollectionsAndTheseToTheirElements() {
        assertThat(names("many")).containsExactlyInAnyOrder("many_parts", "many_labels", "many_slots", "many_notes");
        assertThat(names("many_parts")).containsExactlyInAnyOrder("many", "part");
        assertThat(names("many_labels")).containsExactly("many");
        assertThat(names("many_slots")).containsExactlyInAnyOrder("many", "part");
        assertThat(names("many_notes")).containsExactlyInAnyOrder("many", "part");
        assertThat(names("child")).as("its foreign key").contains("many");
    }

    @Test
    void t59ARowOfAHierarchyLeadsAndIsLedTo() {
        assertThat(names("press")).contains("part");
        assertThat(names("lorry")).as("each row is read with its root").contains("machine");
        assertThat(names("trip")).contains("lorry");
    }

    @Test
    void t59WhatMayLeadAnywhereLeadsEverywhere() {
        assertThat(referred("anything")).isEqualTo(Tables.unknown());
        assertThat(referred("lazy", "anything")).isEqualTo(Tables.unknown());
    }
}
