package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Immutable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which reads a write concerns: those of its tables, and all where that cannot be told; on replicas that stand still. */
class TicketsIT {

    @Entity(name = "Leaf")
    @Table(name = "t_leaf")
    static class Leaf {
        @Id
        int id;

        int value;

        Leaf() {}

        Leaf(int id) {
            this.id = id;
        }
    }

    @Entity(name = "Noise")
    @Table(name = "t_noise")
    static class Noise {
        @Id
        int id;

        int value;

        Noise() {}

        Noise(int id) {
            this.id = id;
        }
    }

    @Entity(name = "Owner")
    @Table(name = "t_owner")
    static class Owner {
        @Id
        int id;

        int value;

        @ManyToOne(fetch = FetchType.EAGER)
        Leaf leaf;

        @ManyToOne(fetch = FetchType.LAZY)
        Triggered lazy;

        @ElementCollection
        List<String> tags = new ArrayList<>();

        Owner() {}

        Owner(int id, Leaf leaf) {
            this.id = id;
            this.leaf = leaf;
        }
    }

    @Entity(name = "Triggered")
    @Table(name = "t_triggered")
    static class Triggered {
        @Id
        int id;

        int value;

        @OneToMany(mappedBy = "lazy")
        List<Owner> owners = new ArrayList<>();

        Triggered() {}

        Triggered(int id) {
            this.id = id;
        }
    }

    @Entity(name = "Parent")
    @Table(name = "t_parent")
    static class Parent {
        @Id
        int id;

        int value;

        @OneToOne(mappedBy = "parent", fetch = FetchType.LAZY)
        Child child;

        Parent() {}

        Parent(int id) {
            this.id = id;
        }
    }

    @Entity(name = "Child")
    @Table(name = "t_child")
    static class Child {
        @Id
        int id;

        @OneToOne(fetch = FetchType.LAZY)
        Parent parent;

        Child() {}

        Child(int id, Parent parent) {
            this.id = id;
            this.parent = parent;
        }
    }

    @Entity(name = "Shown")
    @Immutable
    @Table(name = "t_shown")
    static class Shown {
        @Id
        int id;

        int value;
    }

    @Entity(name = "Computed")
    @Table(name = "t_computed")
    static class Computed {
        @Id
        int id;

        @Formula("(select count(*) from t_noise)")
        long noise;
    }

    @Entity(name = "Shape")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    @Table(name = "t_shape")
    abstract static class Shape {
        @Id
        int id;
    }

    @Entity(name = "Circle")
    @Table(name = "t_circle")
    static class Circle extends Shape {
        int value;

        Circle() {}

        Circle(int id) {
            this.id = id;
        }
    }

    @Embeddable
    static class Slot {
        int number;

        @ManyToOne(fetch = FetchType.EAGER)
        Leaf leaf;
    }

    @Entity(name = "Chest")
    @Table(name = "t_chest")
    static class Chest {
        @Id
        int id;

        @ElementCollection
        List<Slot> slots = new ArrayList<>();
    }

    @Entity(name = "SameLeaf")
    @Table(name = "t_leaf", schema = "public")
    static class SameLeaf {
        @Id
        int id;

        int value;
    }

    static final Class<?>[] ENTITIES = {
        Leaf.class,
        Noise.class,
        Owner.class,
        Triggered.class,
        Parent.class,
        Child.class,
        Shown.class,
        Computed.class,
        Shape.class,
        Circle.class
    };

    /** What is mapped in PostgreSQL's way only. */
    private static final Class<?>[] MORE = {Slot.class, Chest.class, SameLeaf.class};

    private static final PostgresCluster CLUSTER = Blog.postgres();

    private static EntityManagerFactory masterFactory;

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private FacadeRepository repo;

    private static HibernateFacade facade() {
        PostgresNode master = CLUSTER.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Stream.of(ENTITIES, MORE).flatMap(Stream::of).toArray(Class<?>[]::new));
        CLUSTER.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    @BeforeAll
    static void create() {
        try (FacadeRepository schema =
                facade().hibernate("hibernate.hbm2ddl.auto", "create").build()) {
            Leaf leaf = schema.insert(new Leaf(1));
            schema.insert(new Noise(1));
            schema.insert(new Owner(1, leaf));
            schema.insert(new Triggered(1));
            Parent parent = schema.insert(new Parent(1));
            schema.insert(new Child(1, parent));
            schema.insert(new Circle(1));
            sql(
                    schema,
                    "drop table t_shown",
                    "create view t_shown as select id, value from t_noise",
                    "create function t_leaf_max() returns int language sql stable as 'select max(value) from t_leaf'",
                    "create function t_copy() returns trigger language plpgsql as"
                            + " 'begin update t_leaf set value = value + 1; return new; end'",
                    "create trigger t_copy after insert or update on t_triggered execute function t_copy()",
                    "alter table t_child add constraint t_cascade foreign key (parent_id) references t_parent"
                            + " on delete cascade");
        }
    }

    private static void sql(FacadeRepository repository, String... statements) {
        for (String statement : statements) {
            repository.sql().query(statement);
        }
    }

    @AfterAll
    static void drop() {
        try (FacadeRepository schema = facade().build()) {
            sql(
                    schema,
                    "drop view t_shown",
                    "create table t_shown (id int)",
                    "drop function t_copy cascade",
                    "drop function t_leaf_max");
        }
        facade().hibernate("hibernate.hbm2ddl.auto", "drop").build().close();
    }

    @BeforeEach
    void open() {
        open(facade());
    }

    /** Opens it and waits until the tables are known. */
    private void open(HibernateFacade facade) {
        repo = facade.consistency(Consistency.session()).listener(events::add).build();
        masterFactory = repo.inSession(
                CausalSession.begin(),
                () -> repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory));
        await().until(() -> {
            CLUSTER.replicas().forEach(PostgresNode::resumeReplay);
            CLUSTER.awaitCaughtUp();
            CLUSTER.replicas().forEach(PostgresNode::pauseReplay);
            return roleAfter(TicketsIT::flushBesides, repository -> repository.get(Noise.class, 1)) == Role.REPLICA;
        });
    }

    @AfterEach
    void close() {
        CLUSTER.replicas().forEach(PostgresNode::resumeReplay);
        repo.close();
    }

    private Role roleAfter(Consumer<FacadeRepository> write, Consumer<FacadeRepository> read) {
        return repo.inSession(CausalSession.begin(), () -> {
            write.accept(repo);
            read.accept(repo);
            return Objects.requireNonNull(events.get(events.size() - 1).route()).role();
        });
    }

    record Act(String name, Consumer<FacadeRepository> body) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Act LEAF_FLUSH = new Act(
            "an entity is updated",
            repo -> repo.transact(() -> {
                Leaf leaf = repo.get(Leaf.class, 1).orElseThrow();
                leaf.value++;
                return repo.update(leaf);
            }));

    private static final List<Act> LEAF_WRITES = List.of(
            LEAF_FLUSH,
            new Act("updateAll", repo -> repo.updateAll(Leaf.class, Change.set("value", 7))),
            new Act(
                    "updateAllReturning",
                    repo -> repo.updateAllReturning(Query.from(Leaf.class), Change.set("value", 8))),
            new Act("JPQL", repo -> repo.updateAll(Jpql.statement("update Leaf l set l.value = 9"))),
            new Act(
                    "deleteAll",
                    repo -> repo.deleteAll(
                            Query.from(Leaf.class).where(field("id").eq(-1)))),
            new Act("insertAll of rows", repo -> {
                repo.deleteAll(Query.from(Leaf.class).where(field("id").eq(50)));
                repo.insertAll(Leaf.class, List.of(new Leaf(50)));
            }),
            new Act(
                    "insert under a rule",
                    repo -> repo.insert(new Leaf(1), OnConflict.replaceAll().target("id"))),
            new Act("in another session, inside of a transaction", repo -> {
                CausalSession own = repo.session();
                repo.inSession(
                        CausalSession.begin(),
                        () -> repo.transact(() ->
                                repo.inSession(own, () -> repo.updateAll(Leaf.class, Change.set("value", 10)))));
            }),
            new Act("an own EntityManager", TicketsIT::flushBesides));

    private static void flushBesides(FacadeRepository repo) {
        try (EntityManager em = masterFactory.createEntityManager()) {
            em.getTransaction().begin();
            em.find(Leaf.class, 1).value++;
            em.getTransaction().commit();
        }
    }

    private static final List<Act> READS_OF_LEAF = List.of(
            new Act("get", repo -> repo.get(Leaf.class, 1)),
            new Act("all", repo -> repo.all(Leaf.class)),
            new Act("count", repo -> repo.count(Leaf.class)),
            new Act("exists", repo -> repo.exists(Query.from(Leaf.class))),
            new Act(
                    "aggregate",
                    repo -> repo.aggregate(
                            Query.from(Leaf.class), field("value").max())),
            new Act("an eager association, by key", repo -> repo.get(Owner.class, 1)),
            new Act("an eager association, by query", repo -> repo.all(Query.from(Owner.class))),
            new Act("a path", repo -> repo.all(Jpql.of("select o.leaf.value from Owner o", Integer.class))),
            new Act(
                    "a subquery",
                    repo -> repo.all(Jpql.of(
                            "select n.id from Noise n where exists (select 1 from Leaf l where l.id = n.id)",
                            Integer.class))),
            new Act("SQL", repo -> repo.sql().query("select 1", Target.replica())),
            new Act(
                    "criteria",
                    repo -> repo.all(Queryable.criteria(Noise.class, builder -> {
                        var query = builder.createQuery(Noise.class);
                        query.from(Noise.class);
                        return query;
                    }))),
            new Act("a view", repo -> repo.all(Shown.class)),
            new Act("the same table with its schema", repo -> repo.all(SameLeaf.class)),
            new Act(
                    "what the elements of a collection refer to",
                    repo -> repo.all(Jpql.of("select c from Chest c left join fetch c.slots", Chest.class))),
            new Act("the same by a preload", repo -> repo.all(Chest.class, Preload.of("slots"))),
            new Act(
                    "a function of the database",
                    repo -> repo.all(Jpql.of("select t_leaf_max() from Noise n", Integer.class))),
            new Act("a formula", repo -> repo.all(Computed.class)),
            new Act("a snapshot", repo -> repo.readOnlyTransaction(() -> true)),
            new Act("a preload", repo -> repo.all(Triggered.class, Preload.of("owners"))));

    private static final List<Act> OTHER_READS = List.of(
            new Act("get", repo -> repo.get(Noise.class, 1)),
            new Act("all", repo -> repo.all(Noise.class)),
            new Act("JPQL", repo -> repo.all(Jpql.of("select n.value from Noise n", Integer.class))),
            new Act("a lazy association is not read", repo -> repo.all(Triggered.class)));

    static Stream<Act> leafWrites() {
        return LEAF_WRITES.stream();
    }

    @ParameterizedTest
    @MethodSource("leafWrites")
    void aWriteIsSeenByWhateverReadsItsTableAndByNothingElse(Act write) {
        for (Act read : READS_OF_LEAF) {
            assertThat(roleAfter(write.body(), read.body()))
                    .as("%s, %s", write, read)
                    .isEqualTo(Role.MASTER);
        }
        for (Act read : OTHER_READS) {
            assertThat(roleAfter(write.body(), read.body()))
                    .as("%s, %s", write, read)
                    .isEqualTo(Role.REPLICA);
        }
    }

    @Test
    void t25AnAuditWriteLeavesOtherReadsWhereTheyWere() {
        Role role = roleAfter(repository -> repository.insert(new Noise(2)), repository -> repository.all(Owner.class));
        assertThat(role).isEqualTo(Role.REPLICA);
        assertThat(roleAfter(repository -> repository.delete(new Noise(2)), repository -> repository.all(Noise.class)))
                .isEqualTo(Role.MASTER);
    }

    @Test
    void whatWritesMoreThanItsTableConcernsEveryRead() {
        List<Act> writes = List.of(
                new Act("a trigger", repository -> repository.updateAll(Triggered.class, Change.set("value", 3))),
                new Act("a cascade", repository -> repository.updateAll(Parent.class, Change.set("value", 3))),
                new Act("SQL", repository -> repository.sql().query("update t_owner set value = 3")),
                new Act(
                        "lent",
                        repository -> repository.withEntityManager(
                                Target.master(),
                                em -> em.createNativeQuery("update t_owner set value = 4")
                                        .executeUpdate())));
        for (Act write : writes) {
            assertThat(roleAfter(write.body(), repository -> repository.get(Noise.class, 1)))
                    .as(write.name())
                    .isEqualTo(Role.MASTER);
        }
    }

    @Test
    void collectionsAndHierarchiesHaveTheirTables() {
        Consumer<FacadeRepository> tagged = repository -> repository.transact(() -> {
            Owner owner = repository.get(Owner.class, 1, Preload.of("tags")).orElseThrow();
            owner.tags.add("new");
            return repository.update(owner);
        });
        assertThat(roleAfter(tagged, repository -> repository.all(Owner.class, Preload.of("tags"))))
                .isEqualTo(Role.MASTER);
        assertThat(roleAfter(tagged, repository -> repository.get(Noise.class, 1)))
                .isEqualTo(Role.REPLICA);
        assertThat(roleAfter(
                        repository -> repository.updateAll(Circle.class, Change.set("value", 1)),
                        repository -> repository.all(Shape.class)))
                .isEqualTo(Role.MASTER);
        assertThat(roleAfter(
                        repository -> repository.updateAll(Child.class, Change.set("id", 1)),
                        repository -> repository.all(Parent.class)))
                .as("the other side of a one to one is loaded, lazy or not")
                .isEqualTo(Role.MASTER);
    }

    @Test
    void whatATransactionHasReadOnTheMasterIsNotReadOlder() {
        Consumer<FacadeRepository> reading = repository -> repository.transact(() -> repository.get(Leaf.class, 1));
        assertThat(roleAfter(reading, repository -> repository.all(Leaf.class))).isEqualTo(Role.MASTER);
        assertThat(roleAfter(reading, repository -> repository.all(Noise.class)))
                .isEqualTo(Role.REPLICA);
    }

    @Test
    void whatAFailedTransactionHasSeenIsNotReadOlder() {
        Consumer<FacadeRepository> refused = repository -> assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repository.insertAll(Leaf.class, List.of(new Leaf(1))));
        assertThat(roleAfter(refused, repository -> repository.all(Leaf.class))).isEqualTo(Role.MASTER);
        Consumer<FacadeRepository> thrown = repository -> assertThatIllegalStateException()
                .isThrownBy(() -> repository.transact(() -> {
                    repository.get(Leaf.class, 1);
                    throw new IllegalStateException("after it was read");
                }));
        assertThat(roleAfter(thrown, repository -> repository.all(Leaf.class))).isEqualTo(Role.MASTER);
        assertThat(roleAfter(thrown, repository -> repository.all(Noise.class))).isEqualTo(Role.REPLICA);
    }

    @Test
    void nobodyWaitsForExemptEntities() {
        repo.close();
        open(facade().exempt(Noise.class));
        Consumer<FacadeRepository> noise = repository -> repository.updateAll(Noise.class, Change.set("value", 1));
        assertThat(roleAfter(noise, repository -> repository.all(Noise.class))).isEqualTo(Role.REPLICA);
        assertThat(roleAfter(noise, repository -> repository.readOnlyTransaction(() -> true)))
                .isEqualTo(Role.REPLICA);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> facade().exempt(String.class).build())
                .withMessageContaining("exempt");
    }

    @Test
    void whatAPreparationOfTransactionsWritesConcernsEveryRead() {
        repo.close();
        AtomicBoolean writing = new AtomicBoolean();
        open(facade().prepareTransaction(em -> {
            if (writing.get()) {
                em.createNativeQuery("update t_owner set value = 5").executeUpdate();
            }
        }));
        writing.set(true);
        assertThat(roleAfter(repository -> repository.insert(new Noise(3)), repository -> repository.all(Owner.class)))
                .isEqualTo(Role.MASTER);
        assertThat(roleAfter(
                        repository -> repository.transaction(() -> repository.get(Noise.class, 3)),
                        repository -> repository.all(Owner.class)))
                .isEqualTo(Role.MASTER);
        repo.delete(new Noise(3));
    }

    @Test
    void aSharedSessionShowsEverybodyWhatAnySessionHasWritten() {
        repo.close();
        open(facade().sharedSession());
        repo.inSession(CausalSession.begin(), () -> repo.updateAll(Owner.class, Change.set("value", 77)));
        CausalSession other = CausalSession.begin();
        List<Owner> seen = repo.inSession(other, () -> repo.all(Owner.class));
        assertThat(seen).allMatch(owner -> owner.value == 77);
        Role others = repo.inSession(other, () -> {
            repo.get(Noise.class, 1);
            return Objects.requireNonNull(events.get(events.size() - 1).route()).role();
        });
        assertThat(others).isEqualTo(Role.REPLICA);
    }
}
