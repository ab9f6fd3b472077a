package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.OnReplace;
import dev.facade.changeset.Result;
import dev.facade.option.Target;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.TimeZoneStorage;
import org.hibernate.annotations.TimeZoneStorageType;
import org.hibernate.annotations.UpdateTimestamp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Writes of one entity whose mapping is out of the ordinary, on each database. */
class EntityWritesIT {

    @Entity(name = "Soft")
    @Table(name = "write_soft")
    @SoftDelete
    static class Soft {
        @Id
        @GeneratedValue
        Long id;

        @Version
        int version;

        String name;
    }

    @Entity(name = "Restricted")
    @Table(name = "write_restricted")
    @SQLRestriction("hidden = false")
    static class Restricted {
        @Id
        @GeneratedValue
        Long id;

        String name;
        boolean hidden;
    }

    @Entity(name = "Filtered")
    @Table(name = "write_filtered")
    @FilterDef(name = "shown", defaultCondition = "hidden = false", autoEnabled = true, applyToLoadByKey = true)
    @Filter(name = "shown")
    static class Filtered {
        @Id
        @GeneratedValue
        Long id;

        String name;
        boolean hidden;
    }

    @Entity(name = "Carved")
    @Table(name = "write_carved")
    @Immutable
    static class Carved {
        @Id
        @GeneratedValue
        Long id;

        String name;
    }

    @Entity(name = "Half")
    @Table(name = "write_half")
    static class Half {
        @Id
        @GeneratedValue
        Long id;

        String name;

        @Immutable
        String origin;
    }

    @Entity(name = "Owner")
    @Table(name = "write_owner")
    static class Owner {
        @Id
        @GeneratedValue
        Long id;

        String name;

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "owner_id")
        List<Owned> owned = new ArrayList<>();
    }

    @Entity(name = "Owned")
    @Table(name = "write_owned")
    static class Owned {
        @Id
        @GeneratedValue
        Long id;

        String name;

        Owned() {}

        Owned(String name) {
            this.name = name;
        }
    }

    @Embeddable
    static class Stamps {
        @CreationTimestamp
        Instant made;

        @UpdateTimestamp
        Instant changed;

        String by;
    }

    @Entity(name = "Stamped")
    @Table(name = "write_stamped")
    static class Stamped {
        @Id
        @GeneratedValue
        Long id;

        String name;

        @Embedded
        Stamps stamps = new Stamps();
    }

    /** Its fields bear other names than its properties. */
    @Entity(name = "Door")
    @Table(name = "write_door")
    @Access(AccessType.PROPERTY)
    static class Door {
        private Long theId;
        private boolean isOpen;
        private String _label;
        private int calls;

        @Id
        @GeneratedValue
        Long getId() {
            return theId;
        }

        void setId(Long id) {
            theId = id;
        }

        @Column(nullable = false)
        boolean isOpen() {
            return isOpen;
        }

        void setOpen(boolean open) {
            calls++;
            isOpen = open;
        }

        String getLabel() {
            return _label;
        }

        void setLabel(String label) {
            _label = label;
        }
    }

    @Entity(name = "Zoned")
    @Table(name = "write_zoned")
    static class Zoned {
        @Id
        @GeneratedValue
        Long id;

        String name;

        @TimeZoneStorage(TimeZoneStorageType.COLUMN)
        OffsetDateTime at;
    }

    @Entity(name = "Timed")
    @Table(name = "write_timed")
    static class Timed {
        @Id
        @GeneratedValue
        Long id;

        @Version
        Instant version;

        String name;
    }

    @Entity(name = "Whole")
    @Table(name = "write_whole")
    @OptimisticLocking(type = OptimisticLockType.ALL)
    @org.hibernate.annotations.DynamicUpdate
    static class Whole {
        @Id
        @GeneratedValue
        Long id;

        String name;
        Integer size;
    }

    @Entity(name = "Dirty")
    @Table(name = "write_dirty")
    @OptimisticLocking(type = OptimisticLockType.DIRTY)
    @org.hibernate.annotations.DynamicUpdate
    static class Dirty {
        @Id
        @GeneratedValue
        Long id;

        String name;
        Integer size;
    }

    @Entity(name = "Chosen")
    @Table(name = "write_chosen")
    static class Chosen {
        @Id
        @GeneratedValue
        UUID id;

        String name;
    }

    private static final Class<?>[] ENTITIES = {
        Soft.class,
        Restricted.class,
        Filtered.class,
        Carved.class,
        Half.class,
        Owner.class,
        Owned.class,
        Stamped.class,
        Door.class,
        Zoned.class,
        Timed.class,
        Whole.class,
        Dirty.class,
        Chosen.class
    };

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("writes");
        onH2 = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        PostgresNode master = Blog.postgres().master();
        onPostgres = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    abstract static class Cases {

        private final FacadeRepository repo;

        Cases(FacadeRepository repo) {
            this.repo = repo;
        }

        private long rows(String table, String condition) {
            return repo.withEntityManager(
                    Target.master(),
                    em -> ((Number) em.createNativeQuery("select count(*) from " + table + " where " + condition)
                                    .getSingleResult())
                            .longValue());
        }

        private void run(String sql) {
            repo.withEntityManager(
                    Target.master(), em -> em.createNativeQuery(sql).executeUpdate());
        }

        // -- rows that are no longer there for their class

        @Test
        void t63AChangesetWritesNoRowThatIsSoftlyDeleted() {
            Soft soft = new Soft();
            soft.name = "a";
            repo.insert(soft);
            repo.delete(soft);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(soft, Map.of("name", "b"))))
                    .withMessageContaining("is gone");
            assertThat(repo.update(Changeset.change(soft, Map.of("name", "b")), WriteOption.staleError("name")))
                    .isInstanceOf(Result.Invalid.class);
            assertThat(rows("write_soft", "name = 'b'")).isZero();
        }

        @Test
        void t63AChangesetWritesNoRowBehindARestriction() {
            Restricted restricted = new Restricted();
            restricted.name = "a";
            repo.insert(restricted);
            run("update write_restricted set hidden = true where id = " + restricted.id);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(restricted, Map.of("name", "b"))))
                    .withMessageContaining("is gone");
            assertThat(rows("write_restricted", "name = 'b'")).isZero();
        }

        @Test
        void t63AChangesetWritesNoRowBehindAFilterOfKeys() {
            Filtered filtered = new Filtered();
            filtered.name = "a";
            repo.insert(filtered);
            run("update write_filtered set hidden = true where id = " + filtered.id);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(filtered, Map.of("name", "b"))))
                    .withMessageContaining("is gone");
            assertThat(rows("write_filtered", "name = 'b'")).isZero();
        }

        @Test
        void aVisibleRowOfSuchAClassIsWritten() {
            Soft soft = new Soft();
            soft.name = "a";
            repo.insert(soft);
            Soft written =
                    repo.update(Changeset.change(soft, Map.of("name", "seen"))).orElseThrow();
            assertThat(written.version).isEqualTo(1);
            assertThat(rows("write_soft", "id = " + soft.id + " and name = 'seen' and version = 1"))
                    .isOne();
        }

        // -- what cannot change

        @Test
        void t64AnImmutableEntityIsNeitherUpdatedNorReportedAsSuch() {
            Carved carved = new Carved();
            carved.name = "a";
            repo.insert(carved);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.update(Changeset.change(carved, Map.of("name", "b"))))
                    .withMessageContaining("Carved")
                    .withMessageContaining("@Immutable");
            carved.name = "b";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.update(carved))
                    .withMessageContaining("@Immutable");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.insertOrUpdate(carved))
                    .withMessageContaining("@Immutable");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAll(Query.from(Carved.class), Change.set("name", "b")))
                    .withMessageContaining("@Immutable");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAllReturning(Query.from(Carved.class), Change.set("name", "b")))
                    .withMessageContaining("@Immutable");
            assertThat(rows("write_carved", "name = 'b'")).isZero();
        }

        @Test
        void t64AnImmutableAttributeComesBackAsItIsStored() {
            Half half = new Half();
            half.name = "a";
            half.origin = "here";
            repo.insert(half);
            Half written = repo.update(Changeset.change(half, Map.of("name", "b", "origin", "there")))
                    .orElseThrow();
            assertThat(written.name).isEqualTo("b");
            assertThat(written.origin).isEqualTo("here");
            assertThat(rows("write_half", "id = " + half.id + " and name = 'b' and origin = 'here'"))
                    .isOne();
            half.name = "c";
            half.origin = "elsewhere";
            assertThat(repo.update(half).origin).isEqualTo("here");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAll(Query.from(Half.class), Change.set("origin", "b")))
                    .withMessageContaining("origin");
        }

        // -- orphans

        @Test
        void childrenWithoutAWayBackThatAreLeftOutGo() {
            Owner owner = new Owner();
            owner.owned.add(new Owned("stays"));
            owner.owned.add(new Owned("goes"));
            repo.insert(owner);
            Owner read = repo.getOrThrow(Owner.class, owner.id, Preload.of("owned"));
            Owned stays = read.owned.stream()
                    .filter(one -> one.name.equals("stays"))
                    .findFirst()
                    .orElseThrow();
            Owner written = repo.update(Changeset.change(read)
                            .putAssoc("owned", List.of(stays, new Owned("new")), OnReplace.DELETE))
                    .orElseThrow();
            assertThat(written.owned).extracting(one -> one.name).containsExactly("stays", "new");
            assertThat(repo.getOrThrow(Owner.class, owner.id, Preload.of("owned")).owned)
                    .extracting(one -> one.name)
                    .containsExactlyInAnyOrder("stays", "new");
            assertThat(rows("write_owned", "name = 'goes'")).isZero();
        }

        // -- what the flush sets

        @Test
        void t62TimestampsInAnEmbeddableComeBack() {
            Stamped stamped = new Stamped();
            stamped.name = "a";
            repo.insert(stamped);
            assertThat(stamped.stamps.made).isNotNull();
            Instant before = stamped.stamps.changed;
            Stamped written =
                    repo.update(Changeset.change(stamped, Map.of("name", "b"))).orElseThrow();
            Stamped stored = repo.getOrThrow(Stamped.class, stamped.id);
            assertThat(stored.stamps.changed).isAfter(before);
            assertThat(written.stamps.changed).isEqualTo(stored.stamps.changed);
            assertThat(written.stamps.made).isEqualTo(stored.stamps.made);
            assertThat(stamped.stamps.changed).isEqualTo(before);
            Stamps own = new Stamps();
            own.by = "me";
            own.made = written.stamps.made;
            written = repo.update(Changeset.change(written, Map.of("stamps", own)))
                    .orElseThrow();
            assertThat(written.stamps.by).isEqualTo("me");
            assertThat(written.stamps.changed).isEqualTo(repo.getOrThrow(Stamped.class, stamped.id).stamps.changed);
            assertThat(own.changed).isNull();
        }

        @Test
        void t70AttributesBearTheNamesOfTheirProperties() {
            Door door = new Door();
            door.setLabel("front");
            repo.insert(door);
            Result<Door> result =
                    repo.update(Changeset.cast(door, Map.of("open", "true", "label", "back"), "open", "label"));
            assertThat(result.orElseThrow().isOpen()).isTrue();
            assertThat(door.isOpen()).isFalse();
            assertThat(rows("write_door", "id = " + door.getId() + " and open = true and label = 'back'"))
                    .isOne();
            assertThat(repo.getBy(Door.class, Map.of("open", true, "id", door.getId())))
                    .isPresent();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Changeset.change(door, Map.of("isOpen", true)))
                    .withMessageContaining("[id, label, open]");
        }

        @Test
        void aTimeWithItsZoneInAColumnIsInserted() {
            Zoned zoned = new Zoned();
            zoned.at = OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(3));
            repo.insert(zoned);
            assertThat(repo.getOrThrow(Zoned.class, zoned.id).at).isEqualTo(zoned.at);
            OffsetDateTime later = zoned.at.plusDays(1).withOffsetSameInstant(ZoneOffset.ofHours(-2));
            Zoned written =
                    repo.update(Changeset.change(zoned, Map.of("at", later))).orElseThrow();
            assertThat(written.at).isEqualTo(later);
            assertThat(repo.getOrThrow(Zoned.class, zoned.id).at).isEqualTo(later);
            written = repo.update(Changeset.change(zoned, Map.of("name", "b"))).orElseThrow();
            assertThat(written.name).isEqualTo("b");
        }

        // -- versions

        @Test
        void aVersionMayBeATime() {
            Timed timed = new Timed();
            timed.name = "a";
            repo.insert(timed);
            Timed first =
                    repo.update(Changeset.change(timed, Map.of("name", "b"))).orElseThrow();
            assertThat(first.version).isAfter(timed.version);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(timed, Map.of("name", "c"))));
            Timed second =
                    repo.update(Changeset.change(first, Map.of("name", "c"))).orElseThrow();
            assertThat(repo.getOrThrow(Timed.class, timed.id).version).isEqualTo(second.version);
        }

        @Test
        void withoutAVersionTheValuesAreCompared() {
            Whole whole = new Whole();
            whole.name = "a";
            whole.size = 1;
            repo.insert(whole);
            Dirty dirty = new Dirty();
            dirty.name = "a";
            dirty.size = 1;
            repo.insert(dirty);
            run("update write_whole set size = 2 where id = " + whole.id);
            run("update write_dirty set size = 2 where id = " + dirty.id);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(whole, Map.of("name", "b"))));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(dirty, Map.of("size", 3))));
            repo.update(Changeset.change(dirty, Map.of("name", "b"))).orElseThrow();
            assertThat(rows("write_dirty", "id = " + dirty.id + " and name = 'b' and size = 2"))
                    .isOne();
        }

        // -- keys that the caller has chosen

        @Test
        void t74AGeneratedKeyThatTheCallerHasChosenIsToldWhatToDo() {
            Chosen chosen = new Chosen();
            chosen.id = UUID.randomUUID();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.insert(chosen))
                    .withMessageContaining("insertAll(Chosen.class, List.of(entity))");
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.insertOrUpdate(chosen))
                    .withMessageContaining("insertAll(Chosen.class, List.of(entity))");
            assertThat(repo.insertAll(Chosen.class, List.of(chosen))).isOne();
            assertThat(repo.get(Chosen.class, chosen.id)).isPresent();
        }
    }

    @Nested
    class OnH2 extends Cases {
        OnH2() {
            super(onH2);
        }
    }

    @Nested
    class OnPostgres extends Cases {
        OnPostgres() {
            super(onPostgres);
        }
    }
}
