package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.option.OnMiss;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row that a session has seen refers to rows that it is then shown; on replicas that stand still. */
class NothingDanglesIT {

    @Entity(name = "Part")
    @Table(name = "d_part")
    static class Part {
        @Id
        int id;

        int revision;

        Part() {}

        Part(int id) {
            this.id = id;
        }
    }

    /** Names the revision that its part had when it was written. */
    @Entity(name = "Item")
    @Table(name = "d_item")
    static class Item {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Part part;

        int revision;

        Item() {}

        Item(int id, Part part) {
            this.id = id;
            this.part = part;
            this.revision = part.revision;
        }
    }

    /** Brings its item along, whose part it does not know. */
    @Entity(name = "Line")
    @Table(name = "d_line")
    static class Line {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.EAGER)
        Item item;

        Line() {}

        Line(int id, Item item) {
            this.id = id;
            this.item = item;
        }
    }

    @Entity(name = "Box")
    @Table(name = "d_box")
    static class Box {
        @Id
        int id;

        @ManyToMany
        Set<Part> parts = new HashSet<>();

        @ElementCollection
        Set<String> labels = new HashSet<>();

        Box() {}

        Box(int id) {
            this.id = id;
        }
    }

    @Entity(name = "Remark")
    @Table(name = "d_remark")
    static class Remark {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Part part;

        Remark() {}

        Remark(int id, Part part) {
            this.id = id;
            this.part = part;
        }
    }

    @Entity(name = "Loner")
    @Table(name = "d_loner")
    static class Loner {
        @Id
        int id;

        int value;

        Loner() {}

        Loner(int id) {
            this.id = id;
        }
    }

    private static final AtomicInteger NEXT = new AtomicInteger(100);
    private static final PostgresCluster CLUSTER = Blog.postgres();

    private static final List<OperationEvent> EVENTS = new CopyOnWriteArrayList<>();

    private static FacadeRepository shared;

    private FacadeRepository repo;

    private static HibernateFacade facade() {
        PostgresNode master = CLUSTER.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Part.class, Item.class, Line.class, Box.class, Remark.class, Loner.class);
        CLUSTER.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    @BeforeAll
    static void create() {
        try (FacadeRepository schema =
                facade().hibernate("hibernate.hbm2ddl.auto", "create").build()) {
            Part part = schema.insert(new Part(1));
            Item item = schema.insert(new Item(1, part));
            schema.insert(new Line(1, item));
            Box box = new Box(1);
            box.parts.add(part);
            box.labels.add("new");
            schema.insert(box);
            schema.insert(new Remark(1, part));
            schema.insert(new Loner(1));
        }
        shared = open(facade());
    }

    @AfterAll
    static void drop() {
        goOn();
        shared.close();
        facade().hibernate("hibernate.hbm2ddl.auto", "drop").build().close();
    }

    /** Opens it and waits until the tables are known; then all replicas stand still. */
    private static FacadeRepository open(HibernateFacade facade) {
        FacadeRepository opened =
                facade.consistency(Consistency.session()).listener(EVENTS::add).build();
        await().until(() -> {
            goOn();
            CLUSTER.awaitCaughtUp();
            standStill();
            opened.inSession(CausalSession.begin(), () -> opened.updateAll(Loner.class, Change.inc("value", 1)));
            return roleAfter(
                            opened,
                            () -> opened.updateAll(Loner.class, Change.inc("value", 1)),
                            () -> opened.get(Part.class, 1))
                    == Role.REPLICA;
        });
        return opened;
    }

    private static void standStill() {
        CLUSTER.replicas().forEach(PostgresNode::pauseReplay);
    }

    private static void goOn() {
        CLUSTER.replicas().forEach(PostgresNode::resumeReplay);
    }

    @BeforeEach
    void take() {
        standStill();
        repo = shared;
    }

    @AfterEach
    void leave() {
        if (repo != shared) {
            repo.close();
        }
    }

    private Role roleAfter(Runnable first, Runnable second) {
        return roleAfter(repo, first, second);
    }

    private static Role roleAfter(FacadeRepository repo, Runnable first, Runnable second) {
        return repo.inSession(CausalSession.begin(), () -> {
            first.run();
            second.run();
            return Objects.requireNonNull(EVENTS.get(EVENTS.size() - 1).route()).role();
        });
    }

    /** Another user changes the part, and writes an item that names its new revision; no replica has either. */
    private int changedPart() {
        return repo.inSession(
                CausalSession.begin(),
                () -> repo.transaction(() -> {
                    Part part = repo.getOrThrow(Part.class, 1, Lock.pessimisticWrite());
                    part.revision++;
                    repo.update(part);
                    Item item = repo.getOrThrow(Item.class, 1);
                    item.revision = part.revision;
                    repo.update(item);
                    return part.revision;
                }));
    }

    @Test
    void t59WhatARowOfTheMasterNamesIsThere() {
        int revision = changedPart();
        repo.inSession(CausalSession.begin(), () -> {
            Item item = repo.getOrThrow(Item.class, 1, Target.master());
            assertThat(item.revision).isEqualTo(revision);
            assertThat(repo.getOrThrow(Part.class, 1).revision).isEqualTo(revision);
            return item;
        });
    }

    @Test
    void t59WhatAnItemNamesThatIsReadInATransactionIsThere() {
        int revision = changedPart();
        repo.inSession(CausalSession.begin(), () -> {
            Item item = repo.transaction(() -> repo.getOrThrow(Item.class, 1));
            assertThat(item.revision).isEqualTo(revision);
            return assertThat(repo.getOrThrow(Part.class, 1).revision).isEqualTo(revision);
        });
    }

    @Test
    void t59WhoWritesAnItemOnlyIsShownThePartThatItNames() {
        int revision = changedPart();
        repo.inSession(CausalSession.begin(), () -> {
            repo.updateAll(Query.from(Item.class).where("id", 1), Change.set("revision", revision));
            return assertThat(repo.getOrThrow(Part.class, 1).revision).isEqualTo(revision);
        });
    }

    @Test
    void t59ASharedSessionShowsEverybodyWhatTheItemsOfOthersName() {
        repo = open(facade().sharedSession());
        repo.inSession(CausalSession.begin(), () -> repo.updateAll(Query.from(Item.class), Change.inc("revision", 0)));
        assertThat(roleAfter(() -> {}, () -> repo.get(Part.class, 1))).isEqualTo(Role.MASTER);
        assertThat(roleAfter(() -> {}, () -> repo.get(Box.class, 1))).isEqualTo(Role.REPLICA);
    }

    @Test
    void t59NobodyWaitsForWhatExemptRowsReferTo() {
        repo = open(facade().exempt(Remark.class));
        assertThat(roleAfter(
                        () -> repo.insert(new Remark(NEXT.incrementAndGet(), part())), () -> repo.get(Part.class, 1)))
                .isEqualTo(Role.REPLICA);
        assertThat(roleAfter(() -> repo.get(Remark.class, 1, Target.master()), () -> repo.get(Part.class, 1)))
                .isEqualTo(Role.REPLICA);
    }

    /** A fresher replica is read first, then one that lacks the part must not be. */
    @Test
    void t59WhatAFresherReplicaHasShownIsThere() {
        int revision = changedPart();
        PostgresNode fresh = CLUSTER.replicas().get(0);
        fresh.resumeReplay();
        await().ignoreExceptions()
                .until(() -> repo.inSession( // its first connection may take a while
                                CausalSession.begin(),
                                () -> repo.getOrThrow(Item.class, 1, Target.replica(fresh.name())).revision)
                        == revision);
        for (int i = 0; i < 20; i++) {
            repo.inSession(CausalSession.begin(), () -> {
                Item item = repo.getOrThrow(Item.class, 1, Target.replica(fresh.name()), Consistency.session());
                assertThat(repo.getOrThrow(Part.class, 1).revision).isGreaterThanOrEqualTo(item.revision);
                return item;
            });
        }
    }

    /** A way to write or to see rows of the master. */
    private record Act(String name, Consumer<NothingDanglesIT> body) {}

    private static Part part() {
        Part part = new Part(1);
        part.revision = 1;
        return part;
    }

    private static final List<Act> REFERRING = List.of(
            new Act("an insert", it -> it.repo.insert(new Item(NEXT.incrementAndGet(), part()))),
            new Act(
                    "rows that are inserted",
                    it -> it.repo.insertAll(Item.class, List.of(new Item(NEXT.incrementAndGet(), part())))),
            new Act("a delete", it -> it.repo.delete(it.repo.insert(new Remark(NEXT.incrementAndGet(), part())))),
            new Act("updateAll", it -> it.repo.updateAll(Item.class, Change.inc("revision", 0))),
            new Act("JPQL", it -> it.repo.updateAll(Jpql.statement("update Item i set i.revision = i.revision"))),
            new Act("an own EntityManager", NothingDanglesIT::flushBesides),
            new Act("a query", it -> it.repo.all(Query.from(Item.class), Target.master())),
            new Act(
                    "a value",
                    it -> it.repo.all(Jpql.of("select i.revision from Item i", Integer.class), Target.master())),
            new Act("a row that brings another along", it -> it.repo.get(Line.class, 1, Target.master())),
            new Act(
                    "a row that is preloaded",
                    it -> it.repo.preload(it.repo.getOrThrow(Line.class, 1), Preload.of("item"), Target.master())),
            new Act("a row of a join table", it -> {
                Box box = new Box(NEXT.incrementAndGet());
                box.parts.add(part());
                it.repo.insert(box);
            }),
            new Act(
                    "a transaction that is rolled back",
                    it -> it.repo.transact(() -> {
                        it.repo.get(Item.class, 1);
                        throw it.repo.rollback("no");
                    })));

    private void flushBesides() {
        EntityManagerFactory factory = repo.inSession(
                CausalSession.begin(),
                () -> repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory));
        try (EntityManager em = factory.createEntityManager()) {
            em.getTransaction().begin();
            em.find(Item.class, 1).revision--;
            em.getTransaction().commit();
        }
    }

    @Test
    void t59WhatRowsReferToIsNeededAndNothingElse() {
        for (Act act : REFERRING) {
            assertThat(roleAfter(() -> act.body().accept(this), () -> repo.get(Part.class, 1)))
                    .as(act.name())
                    .isEqualTo(Role.MASTER);
            assertThat(roleAfter(() -> act.body().accept(this), () -> repo.get(Loner.class, 1)))
                    .as(act.name())
                    .isEqualTo(Role.REPLICA);
        }
    }

    @Test
    void k01WhatTheMasterHasShownOnAMissIsThereAfterwards() {
        int id = NEXT.incrementAndGet();
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Remark(id, part())));
        repo.inSession(CausalSession.begin(), () -> {
            assertThat(repo.get(Remark.class, id))
                    .as("by a link from elsewhere")
                    .isEmpty();
            assertThat(repo.get(Remark.class, id, OnMiss.ASK_MASTER)).isPresent();
            return assertThat(repo.get(Remark.class, id)).isPresent();
        });
    }

    /** One step is enough: who reads the item in between makes the next one. */
    @Test
    void t59WhatIsTwoStepsAwayIsNotNeeded() {
        Runnable write = () -> repo.insert(new Line(NEXT.incrementAndGet(), new Item(1, part())));
        assertThat(roleAfter(write, () -> repo.get(Item.class, 1))).isEqualTo(Role.MASTER);
        assertThat(roleAfter(write, () -> repo.get(Part.class, 1))).isEqualTo(Role.REPLICA);
    }

    @Test
    void t59WhoWritesAPartLeavesTheItemsWhereTheyAre() {
        assertThat(roleAfter(
                        () -> repo.updateAll(Part.class, Change.inc("revision", 0)), () -> repo.get(Item.class, 1)))
                .isEqualTo(Role.REPLICA);
    }
}
