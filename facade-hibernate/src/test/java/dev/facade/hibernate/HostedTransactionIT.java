package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.OnReplace;
import dev.facade.consistency.Consistency;
import dev.facade.error.ReadOnlyTransactionException;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.option.Target;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.spi.TransactionHost;
import dev.facade.test.H2Node;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction that a host opened is joined: entities stay managed, and a failure marks it rollback-only. */
class HostedTransactionIT {

    /** A host that binds an EntityManager to the thread, as a framework does. */
    private static final class Framework implements TransactionHost {

        private final ThreadLocal<EntityManager> bound = new ThreadLocal<>();
        private boolean readOnly;

        @Override
        public HostedTransaction current(EntityManagerFactory master) {
            EntityManager em = bound.get();
            return em == null ? null : new Joined(em, readOnly);
        }

        void run(EntityManagerFactory master, Runnable body) {
            try (EntityManager em = master.createEntityManager()) {
                em.getTransaction().begin();
                bound.set(em);
                try {
                    body.run();
                } catch (RuntimeException failure) {
                    em.getTransaction().rollback();
                    throw failure;
                } finally {
                    bound.remove();
                }
                em.getTransaction().commit();
            }
        }
    }

    private static final String DDL =
            "create table if not exists HostedTransactionIT$Shown (id int primary key, hidden boolean)";

    private record Joined(EntityManager entityManager, boolean isReadOnly)
            implements TransactionHost.HostedTransaction {

        @Override
        public void setRollbackOnly() {
            entityManager.getTransaction().setRollbackOnly();
        }
    }

    private final Framework framework = new Framework();
    private H2Node master;
    private H2Node replica;
    private NodePool pool;
    private EntityManagerFactory masterFactory;
    private EntityManagerFactory replicaFactory;
    private NodePool replicaPool;
    private FacadeRepository repo;

    @BeforeEach
    void start() {
        master = Blog.h2("master");
        replica = Blog.h2("berlin");
        List<Class<?>> mapped = new ArrayList<>(List.of(Blog.ENTITIES));
        mapped.add(Shown.class);
        NodeRecipe.Entities entities = new NodeRecipe.Entities(mapped, null);
        NodeRecipe writing = recipe(master, false);
        NodeRecipe reading = recipe(replica, true);
        pool = writing.pool(PoolSettings.forMaster());
        replicaPool = reading.pool(PoolSettings.forReplica());
        masterFactory = writing.factory(pool, entities, java.util.Map.of());
        replicaFactory = reading.factory(replicaPool, entities, java.util.Map.of());
        repo = FacadeRepository.builder()
                .master(masterFactory)
                .replica("berlin", replicaFactory)
                .transactionHost(framework)
                .build();
    }

    private static NodeRecipe recipe(H2Node node, boolean reading) {
        return new NodeRecipe(
                node.name(), node.url(), node.user(), node.password(), dev.facade.cluster.Weight.of(1), reading);
    }

    @AfterEach
    void stop() {
        repo.close();
        masterFactory.close();
        replicaFactory.close();
        pool.close();
        replicaPool.close();
        master.close();
        replica.close();
    }

    /** As another connection sees them. */
    private long posts() {
        try (EntityManager other = masterFactory.createEntityManager()) {
            return other.createQuery("select count(p) from Post p", Long.class).getSingleResult();
        }
    }

    /** A filter that is switched on by hand; it is so for one EntityManager. */
    @Entity
    @FilterDef(name = "shown", defaultCondition = "hidden = false")
    @Filter(name = "shown")
    static class Shown {
        @Id
        int id;

        boolean hidden;

        protected Shown() {}

        Shown(int id, boolean hidden) {
            this.id = id;
            this.hidden = hidden;
        }
    }

    @Test
    void aFilterThatTheHostHasSwitchedOnIsHeeded() {
        framework.run(masterFactory, () -> {
            framework.bound.get().createNativeQuery(DDL).executeUpdate();
            repo.insertAll(List.of(new Shown(1, false), new Shown(2, true)));
        });
        framework.run(masterFactory, () -> {
            framework.bound.get().unwrap(Session.class).enableFilter("shown");
            assertThat(repo.all(Shown.class)).extracting(shown -> shown.id).containsExactly(1);
            assertThat(repo.count(Shown.class)).isEqualTo(1);
            assertThat(repo.exists(Query.from(Shown.class).where("id", 2))).isFalse();
            assertThat(repo.get(Shown.class, 2))
                    .as("a filter does not concern a key")
                    .isPresent();
            assertThat(repo.updateAll(Shown.class, Change.set("hidden", true))).isEqualTo(1);
            assertThat(repo.deleteAll(Query.from(Shown.class))).isZero();
        });
        framework.run(
                masterFactory,
                () -> assertThat(repo.count(Shown.class)).as("off again").isEqualTo(2));
    }

    @Test
    void whatIsToBeDoneAfterTheHostsCommitIsDoneAfterIt() {
        List<String> log = new java.util.ArrayList<>();
        framework.run(masterFactory, () -> {
            repo.insert(new Post("a"));
            repo.afterCommit(() -> log.add("committed " + posts()));
            log.add("body");
        });
        assertThat(log).containsExactly("body", "committed 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> framework.run(masterFactory, () -> {
                    repo.afterCommit(() -> log.add("never"));
                    throw new IllegalStateException("so");
                }));
        assertThat(log).hasSize(2);
    }

    @Test
    void aPreloadByAQueryIsRefusedWhereItWouldBeWritten() {
        Post saved = repo.insert(new Post("a").with("x").with("y"));
        Preload some = Preload.of().with("comments", Query.from(Comment.class).where("text", "x"));
        framework.run(
                masterFactory,
                () -> assertThatIllegalStateException()
                        .isThrownBy(() -> repo.getOrThrow(Post.class, saved.id, some))
                        .withMessageContaining("comments")
                        .withMessageContaining("host"));
        assertThat(repo.count(Comment.class, Target.master())).isEqualTo(2);
        Post read = repo.getOrThrow(Post.class, saved.id, Target.master(), some);
        assertThat(read.comments).hasSize(1);
    }

    /** The host's flush would cascade into what its parent still holds, and keep it. */
    @Test
    void aChildThatIsLeftOutOrDeletedLeavesItsManagedParent() {
        Post saved = repo.insert(new Post("a").with("x").with("y").with("z"));
        framework.run(masterFactory, () -> {
            Post managed = framework.bound.get().find(Post.class, saved.id);
            managed.likes = 5;
            Comment first = managed.comments.get(0);
            Post updated = repo.updateOrThrow(Changeset.change(managed)
                    .putAssoc("comments", List.of(first, managed.comments.get(1)), OnReplace.DELETE));
            assertThat(updated.comments).hasSize(2);
            assertThat(managed.comments).hasSize(2);
            repo.delete(first);
            assertThat(managed.comments).hasSize(1);
        });
        Post read = repo.getOrThrow(Post.class, saved.id, Target.master(), Preload.of("comments"));
        assertThat(read.likes).isEqualTo(5);
        assertThat(read.comments).extracting(comment -> comment.text).containsExactly("y");
    }

    /** The fields of a proxy are empty, and lead nowhere. */
    @Test
    void whatTheHostHasAsAProxyIsChangedAndLetGo() {
        Post saved = repo.insert(new Post("a").with("x").with("y"));
        Post read = repo.getOrThrow(Post.class, saved.id, Target.master(), Preload.of("comments"));
        framework.run(masterFactory, () -> {
            EntityManager em = framework.bound.get();
            Comment first = em.find(Comment.class, read.comments.get(0).id);
            assertThat(Hibernate.isInitialized(first.post)).isFalse();
            repo.updateOrThrow(Changeset.change(read, Map.of("title", "b"))
                    .putAssoc("comments", List.of(read.comments.get(1)), OnReplace.DELETE));
        });
        assertThat(repo.getOrThrow(Post.class, saved.id, Target.master()).title).isEqualTo("b");
        assertThat(repo.count(Comment.class, Target.master())).isEqualTo(1);
    }

    /** Forcing reads the row again, and neither loses what the host has changed nor writes what is older. */
    @Test
    void aForcedUpdateKeepsWhatTheHostHasChanged() {
        Post saved = repo.insert(new Post("a", 1));
        framework.run(masterFactory, () -> {
            Post managed = framework.bound.get().find(Post.class, saved.id);
            managed.likes = 5;
            repo.updateOrThrow(Changeset.change(managed), WriteOption.force());
        });
        Post read = repo.getOrThrow(Post.class, saved.id, Target.master());
        assertThat(read.likes).isEqualTo(5);
        assertThat(read.version).isGreaterThan(saved.version);
    }

    @Test
    void readsAndWritesTakePartAndEntitiesStayManaged() {
        framework.run(masterFactory, () -> {
            assertThat(repo.inTransaction()).isTrue();
            Post post = repo.insert(new Post("a").with("x"));
            assertThat(repo.getOrThrow(Post.class, post.id)).isSameAs(post);
            assertThat(repo.count(Post.class)).isEqualTo(1);
            post.title = "changed while managed";
            assertThat(repo.getOrThrow(Post.class, post.id).comments).hasSize(1);
        });
        assertThat(repo.inTransaction()).isFalse();
        framework.run(
                masterFactory,
                () -> assertThat(repo.all(Post.class).get(0).title).isEqualTo("changed while managed"));
        assertThat(repo.count(Post.class, Consistency.eventual()))
                .as("on the replica")
                .isZero();
    }

    @Test
    void theHostDecidesAboutTheCommit() {
        assertThatThrownBy(() -> framework.run(masterFactory, () -> {
                    repo.transaction(() -> repo.insert(new Post("a")));
                    throw new IllegalStateException("host");
                }))
                .hasMessage("host");
        framework.run(masterFactory, () -> assertThat(repo.count(Post.class)).isZero());
    }

    @Test
    void aFailureInsideMarksTheHostsTransaction() {
        framework.run(masterFactory, () -> {
            repo.insert(new Post("a"));
            assertThatThrownBy(() -> repo.transaction(() -> {
                        throw new IllegalStateException("inner");
                    }))
                    .hasMessage("inner");
            assertThat(framework.bound.get().getTransaction().getRollbackOnly()).isTrue();
        });
        framework.run(masterFactory, () -> assertThat(repo.count(Post.class)).isZero());
    }

    @Test
    void rollbackMarksTheHostsTransaction() {
        framework.run(masterFactory, () -> {
            repo.insert(new Post("a"));
            assertThatExceptionOfType(TransactionRolledBackException.class).isThrownBy(() -> repo.rollback("no"));
            assertThat(framework.bound.get().getTransaction().getRollbackOnly()).isTrue();
        });
        framework.run(masterFactory, () -> assertThat(repo.count(Post.class)).isZero());
    }

    @Test
    void aReadOnlyHostRefusesWrites() {
        framework.readOnly = true;
        framework.run(masterFactory, () -> {
            assertThat(repo.all(Post.class)).isEmpty();
            assertThatExceptionOfType(ReadOnlyTransactionException.class)
                    .isThrownBy(() -> repo.updateAll(Post.class, Change.set("likes", 1)));
        });
    }

    @Test
    void anUpdateOfADetachedEntityIsMerged() {
        Post post = repo.insert(new Post("a"));
        post.title = "b";
        framework.run(masterFactory, () -> {
            Post merged = repo.update(post);
            merged.likes = 9;
        });
        framework.run(
                masterFactory,
                () -> assertThat(repo.getOrThrow(Post.class, post.id).likes).isEqualTo(9));
    }
}
