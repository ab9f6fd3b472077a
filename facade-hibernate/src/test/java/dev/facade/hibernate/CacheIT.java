package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.Consistency;
import dev.facade.option.Lock;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.query.Queryable;
import dev.facade.spi.TransactionHost;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.CacheRetrieveMode;
import jakarta.persistence.CacheStoreMode;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.TypedQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Second-level caches on a real cluster, whose rows are changed behind them. */
class CacheIT {

    private static final int KEY = 1;

    private static final Map<String, String> CACHING = Map.of(
            "hibernate.cache.region.factory_class", "jcache",
            "hibernate.cache.use_second_level_cache", "true",
            "hibernate.cache.use_query_cache", "true",
            "hibernate.javax.cache.missing_cache_strategy", "create");

    private final PostgresCluster cluster = Blog.postgres();
    private final ThreadLocal<EntityManager> hosted = new ThreadLocal<>();
    private int changes;
    private FacadeRepository repo;

    @Entity(name = "Fact")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE, region = "facts")
    static class Fact {

        @Id
        int id;

        String text;

        protected Fact() {}

        Fact(int id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    @BeforeEach
    void open() {
        repo = caching(false).build();
        repo.insert(new Fact(KEY, "first"));
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void close() {
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        repo.close();
    }

    private HibernateFacade caching(boolean replicas) {
        PostgresNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Fact.class)
                .consistency(Consistency.eventual())
                .transactionHost(factory -> hosted.get() == null ? null : new Host(hosted.get()))
                .hibernate("hibernate.hbm2ddl.auto", "create");
        CACHING.forEach(facade::hibernate);
        if (replicas) {
            cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        }
        return facade;
    }

    private EntityManagerFactory factory(Target target) {
        return repo.withEntityManager(target, EntityManager::getEntityManagerFactory);
    }

    /** What the cache has now is old. */
    private String changedBehindTheCache() {
        assertThat(repo.get(Fact.class, KEY)).as("now in the cache").isPresent();
        String text = "change " + ++changes;
        try (Connection connection = cluster.master().connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("update fact set text = '" + text + "'"))
                    .isEqualTo(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        assertThat(read()).as("by the cache").isNotEqualTo(text);
        return text;
    }

    private String read(ReadOption... options) {
        return repo.getOrThrow(Fact.class, KEY, options).text;
    }

    @Test
    void t34ReadsForWhichFreshnessIsPromisedAreNotServedFromTheCache() {
        List<ReadOption> promised = List.of(
                Consistency.session(),
                Consistency.strong(),
                Consistency.boundedStaleness(Duration.ofSeconds(5)),
                Target.master(),
                Lock.pessimisticRead());
        for (ReadOption option : promised) {
            String text = changedBehindTheCache();
            assertThat(read(option)).as(option.toString()).isEqualTo(text);
        }
    }

    @Test
    void neitherAreTheResultsOfQueries() {
        Queryable<Long> news = new CachedCount();
        assertThat(repo.one(news)).contains(0L);
        changedBehindTheCache();
        assertThat(repo.one(news)).as("by the cache").contains(0L);
        assertThat(repo.one(news, Consistency.session())).contains(1L);
    }

    @Test
    void whatRunsInATransactionReadsTheDatabase() {
        List<Supplier<String>> ways = List.of(
                () -> repo.transaction(() -> read()),
                () -> repo.readOnlyTransaction(() -> read()),
                () -> repo.checkout(() -> read()),
                () -> repo.withEntityManager(Target.master(), em -> em.find(Fact.class, KEY).text));
        for (int i = 0; i < ways.size(); i++) {
            String text = changedBehindTheCache();
            assertThat(ways.get(i).get()).as("way " + i).isEqualTo(text);
        }
    }

    @Test
    void inAHostsTransactionTheDatabaseIsReadAndTheHostsModesAreKept() {
        String text = changedBehindTheCache();
        try (EntityManager em = factory(Target.master()).createEntityManager()) {
            em.setCacheStoreMode(CacheStoreMode.BYPASS);
            em.getTransaction().begin();
            hosted.set(em);
            assertThat(read()).isEqualTo(text);
            assertThat(em.getCacheRetrieveMode()).isEqualTo(CacheRetrieveMode.USE);
            assertThat(em.getCacheStoreMode()).isEqualTo(CacheStoreMode.BYPASS);
            em.clear();
            assertThat(em.find(Fact.class, KEY).text).as("by the cache").isNotEqualTo(text);
            em.getTransaction().commit();
        } finally {
            hosted.remove();
        }
    }

    @Test
    void aCacheThatIsDeclaredClusterWideServesAllReads() {
        repo.close();
        repo = caching(false).clusterWideCache().build();
        repo.insert(new Fact(KEY, "first"));
        String text = changedBehindTheCache();
        assertThat(read(Consistency.strong())).isNotEqualTo(text);
        assertThat(read(Target.master())).isNotEqualTo(text);
    }

    @Test
    void t34NothingFromAReplicaEntersTheCache() {
        repo.close();
        repo = caching(true).build();
        String replica = cluster.replicas().get(0).name();
        jakarta.persistence.Cache cache = factory(Target.master()).getCache();
        jakarta.persistence.Cache ofReplica = factory(Target.replica(replica)).getCache();
        repo.insert(new Fact(KEY, "first"));
        cluster.awaitCaughtUp();
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        repo.update(new Fact(KEY, "second"));
        cache.evictAll();
        assertThat(read(Target.replica(replica))).isEqualTo("first");
        assertThat(cache.contains(Fact.class, KEY)).isFalse();
        assertThat(ofReplica.contains(Fact.class, KEY)).isFalse();
        assertThat(read(Consistency.session())).isEqualTo("second");
        assertThat(cache.contains(Fact.class, KEY)).as("read on the master").isTrue();
    }

    /** The new master may never have seen what it has: here the same server under another name. */
    @Test
    void afterAPromotionTheCacheHasForgottenTheResultsOfQueriesToo() {
        PostgresNode node = cluster.master();
        Nodes.Login login = new Nodes.Login(node.user(), node.password());
        try (Nodes nodes = new Nodes(new Nodes.Making(
                login,
                login,
                PoolSettings.forMaster(),
                PoolSettings.forReplica(),
                (name, pool) -> pool,
                new NodeRecipe.Entities(List.of(Fact.class), null),
                Map.copyOf(CACHING)))) {
            nodes.declare(new NodeRecipe("master", node.url(), null, null, Weight.of(1), false));
            nodes.declare(new NodeRecipe("next", node.url(), null, null, Weight.of(1), true));
            EntityManagerFactory factory = nodes.master("master");
            assertThat(news(factory)).isZero();
            changedBehindTheCache();
            assertThat(news(factory)).as("by the cache").isZero();
            nodes.promote("next");
            assertThat(news(factory)).isEqualTo(1);
        }
    }

    private static long news(EntityManagerFactory factory) {
        try (EntityManager em = factory.createEntityManager()) {
            return (Long) new CachedCount().compile(em).getSingleResult();
        }
    }

    @Test
    void aReplicasFactoryWithACacheIsRefused() {
        EntityManagerFactory master = factory(Target.master());
        PostgresNode node = cluster.replicas().get(0);
        NodeRecipe recipe = new NodeRecipe("berlin", node.url(), node.user(), node.password(), Weight.of(1), false);
        List<Map<String, Object>> settings = List.of(
                Map.copyOf(CACHING),
                Map.of(
                        "hibernate.cache.region.factory_class", "jcache",
                        "hibernate.cache.use_second_level_cache", "false",
                        "hibernate.javax.cache.missing_cache_strategy", "create",
                        "hibernate.cache.use_query_cache", "true"));
        NodeRecipe.Entities entities = new NodeRecipe.Entities(List.of(Fact.class), null);
        for (Map<String, Object> cached : settings) {
            try (NodePool pool = recipe.pool(PoolSettings.forReplica());
                    EntityManagerFactory factory = recipe.factory(pool, entities, cached)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> FacadeRepository.builder()
                                .master(master)
                                .replica("berlin", factory)
                                .build())
                        .withMessageContaining("replica: 'berlin' has a second-level cache")
                        .withMessageContaining("use_query_cache");
            }
        }
        NodeRecipe reader = new NodeRecipe("berlin", node.url(), node.user(), node.password(), Weight.of(1), true);
        Map<String, Object> off = Map.of("hibernate.cache.use_second_level_cache", "false");
        try (NodePool pool = reader.pool(PoolSettings.forReplica());
                EntityManagerFactory factory = reader.factory(pool, entities, off);
                FacadeRepository own = FacadeRepository.builder()
                        .master(master)
                        .replica("berlin", factory)
                        .build()) {
            assertThat(own.get(Fact.class, KEY)).isPresent();
        }
    }

    /** How many facts are new, with a result that may be cached. */
    private static final class CachedCount implements Queryable<Long> {

        @Override
        public TypedQuery<?> compile(EntityManager em) {
            return em.createQuery("select count(f) from Fact f where f.text <> 'first'", Long.class)
                    .setHint("org.hibernate.cacheable", true);
        }

        @Override
        public String subject() {
            return "facts";
        }
    }

    /** A host's transaction that can be joined. */
    private record Host(EntityManager entityManager) implements TransactionHost.HostedTransaction {

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public void setRollbackOnly() {
            entityManager.getTransaction().setRollbackOnly();
        }
    }
}
