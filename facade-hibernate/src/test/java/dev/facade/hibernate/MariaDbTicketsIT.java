package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.hibernate.TicketsIT.Child;
import dev.facade.hibernate.TicketsIT.Leaf;
import dev.facade.hibernate.TicketsIT.Noise;
import dev.facade.hibernate.TicketsIT.Owner;
import dev.facade.hibernate.TicketsIT.Parent;
import dev.facade.hibernate.TicketsIT.Shown;
import dev.facade.hibernate.TicketsIT.Triggered;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.test.MariaDbCluster;
import dev.facade.test.MariaDbNode;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which reads a write concerns on MariaDB: the facts of its tables, on replicas that stand still. */
@Timeout(300)
class MariaDbTicketsIT {

    private static final List<Consumer<FacadeRepository>> LEAF_WRITES = List.of(
            repository -> repository.updateAll(Leaf.class, Change.set("value", 1)),
            repository -> repository.updateAll(Jpql.statement("update Leaf l set l.value = 9")),
            repository -> repository.transact(() -> {
                Leaf leaf = repository.get(Leaf.class, 1).orElseThrow();
                leaf.value++;
                return repository.update(leaf);
            }));

    private static MariaDbCluster cluster;

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private FacadeRepository repo;

    private static HibernateFacade facade() {
        MariaDbNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(TicketsIT.ENTITIES);
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    @BeforeAll
    static void create() {
        cluster = MariaDbCluster.start("berlin");
        try (FacadeRepository schema =
                facade().hibernate("hibernate.hbm2ddl.auto", "create").build()) {
            schema.insert(new Owner(1, schema.insert(new Leaf(1))));
            schema.insert(new Noise(1));
            schema.insert(new Triggered(1));
            schema.insert(new Child(1, schema.insert(new Parent(1))));
            List.of(
                            "drop table t_shown",
                            "create view t_shown as select id, value from t_noise",
                            "create trigger t_copy after update on t_triggered"
                                    + " for each row update t_leaf set value = value + 1",
                            "alter table t_child add constraint t_cascade foreign key (parent_id)"
                                    + " references t_parent (id) on delete cascade")
                    .forEach(schema.sql()::query);
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Opens it and waits until the tables are known. */
    @BeforeEach
    void open() {
        repo = facade().consistency(Consistency.session()).listener(events::add).build();
        await().until(() -> {
            resume();
            cluster.awaitCaughtUp();
            cluster.replicas().forEach(MariaDbNode::pauseReplay);
            return roleAfter(LEAF_WRITES.get(0), repository -> repository.get(Noise.class, 1)) == Role.REPLICA;
        });
    }

    @AfterEach
    void close() {
        resume();
        repo.close();
    }

    private static void resume() {
        cluster.replicas().forEach(MariaDbNode::resumeReplay);
    }

    private Role roleAfter(Consumer<FacadeRepository> write, Consumer<FacadeRepository> read) {
        return repo.inSession(CausalSession.begin(), () -> {
            write.accept(repo);
            read.accept(repo);
            return Objects.requireNonNull(events.get(events.size() - 1).route()).role();
        });
    }

    @Test
    void aWriteIsSeenByWhateverReadsItsTableAndByNothingElse() {
        for (Consumer<FacadeRepository> write : LEAF_WRITES) {
            assertThat(roleAfter(write, repository -> repository.get(Leaf.class, 1)))
                    .isEqualTo(Role.MASTER);
            assertThat(roleAfter(write, repository -> repository.all(Owner.class)))
                    .as("an eager association")
                    .isEqualTo(Role.MASTER);
            assertThat(roleAfter(write, repository -> repository.all(Noise.class)))
                    .isEqualTo(Role.REPLICA);
            assertThat(roleAfter(write, repository -> repository.all(Triggered.class)))
                    .as("a trigger concerns those who write")
                    .isEqualTo(Role.REPLICA);
        }
    }

    @Test
    void t25AnAuditWriteLeavesOtherReadsWhereTheyWere() {
        Consumer<FacadeRepository> audit = repository -> repository.insert(new Noise(2));
        assertThat(roleAfter(audit, repository -> repository.all(Owner.class))).isEqualTo(Role.REPLICA);
        assertThat(roleAfter(repository -> repository.delete(new Noise(2)), repository -> repository.all(Noise.class)))
                .isEqualTo(Role.MASTER);
    }

    @Test
    void aTriggerOrACascadeConcernsEveryRead() {
        assertThat(roleAfter(
                        repository -> repository.updateAll(Triggered.class, Change.set("value", 3)),
                        repository -> repository.get(Noise.class, 1)))
                .as("a trigger")
                .isEqualTo(Role.MASTER);
        assertThat(roleAfter(
                        repository -> repository.updateAll(Parent.class, Change.set("value", 3)),
                        repository -> repository.get(Noise.class, 1)))
                .as("a cascade")
                .isEqualTo(Role.MASTER);
        assertThat(roleAfter(
                        repository -> repository.updateAll(Child.class, Change.set("id", 1)),
                        repository -> repository.get(Noise.class, 1)))
                .as("the other end of a cascade")
                .isEqualTo(Role.REPLICA);
    }

    @Test
    void aViewShowsWhateverIsWritten() {
        for (Consumer<FacadeRepository> write : LEAF_WRITES) {
            assertThat(roleAfter(write, repository -> repository.all(Shown.class)))
                    .isEqualTo(Role.MASTER);
        }
    }
}
