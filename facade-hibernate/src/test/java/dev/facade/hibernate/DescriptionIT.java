package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.Consistency;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.metamodel.SingularAttribute;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of facades: what is built from them, and what is refused by name. */
class DescriptionIT {

    private static H2Node master;
    private static H2Node berlin;

    @BeforeAll
    static void start() {
        master = Blog.h2("master");
        berlin = Blog.h2("berlin");
        berlin.execute("INSERT INTO author (name, country) VALUES ('berlin', 'DE')");
    }

    @AfterAll
    static void stop() {
        master.close();
        berlin.close();
    }

    private static Properties properties(String... lines) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader("facade.master.url=" + master.url() + "\nfacade.user=facade\n"
                    + "facade.password=facade\n" + String.join("\n", lines)));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return properties;
    }

    @Test
    void propertiesDescribeAWholeFacade() {
        Properties properties = properties(
                "facade.replicas.berlin.url=" + berlin.url(),
                "facade.replicas.berlin.weight=5",
                "facade.reader.user=" + berlin.readerUser(),
                "facade.reader.password=" + berlin.readerPassword(),
                "facade.algorithm=weighted-round-robin",
                "facade.fallback-to-master=false",
                "facade.pool.master.max-size=3",
                "facade.pool.replica.max-size=2",
                "facade.pool.replica.min-idle=0",
                "facade.pool.replica.connection-timeout=1000",
                "hibernate.jdbc.batch_size=20",
                "spring.unrelated=ignored");
        try (FacadeRepository repo =
                HibernateFacade.from(properties).entities(Blog.ENTITIES).build()) {
            assertThat(repo.replicas()).containsExactly("berlin");
            assertThat(repo.get(Author.class, "berlin")).isPresent();
            assertThatThrownBy(() -> repo.withEntityManager(
                            Target.replica(),
                            em -> em.createQuery("delete from Author").executeUpdate()))
                    .hasStackTraceContaining("Not enough rights");
        }
    }

    @Test
    void readsStayInTheNearestZone() {
        try (H2Node paris = Blog.h2("paris")) {
            paris.execute("INSERT INTO author (name, country) VALUES ('paris', 'FR')");
            Properties properties = properties(
                    "facade.replicas.berlin.url=" + berlin.url(),
                    "facade.replicas.berlin.tags=de, eu",
                    "facade.replicas.paris.url=" + paris.url(),
                    "facade.replicas.paris.tags=fr, eu",
                    "facade.reader.user=" + berlin.readerUser(),
                    "facade.reader.password=" + berlin.readerPassword(),
                    "facade.algorithm=round-robin",
                    "facade.nearest=fr, eu");
            try (FacadeRepository repo =
                    HibernateFacade.from(properties).entities(Blog.ENTITIES).build()) {
                for (int turn = 0; turn < 4; turn++) {
                    assertThat(repo.get(Author.class, "paris")).isPresent();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'facade.nearest=,', facade.nearest",
        "facade.algoritm=random, facade.algoritm",
        "facade.algorithm=fastest, facade.algorithm",
        "facade.fallback-to-master=maybe, facade.fallback-to-master",
        "facade.fallback-to-master=false, fallbackToMaster",
        "facade.replicas.rome.weight=1, facade.replicas.rome.url",
        "facade.pool.replica.max-size=0, facade.pool.replica.max-size",
        "facade.pool.replica.connection-timeout=100, facade.pool.replica.connection-timeout",
        "facade.pool.master.max-size=many, facade.pool.master.max-size",
        "facade.read-deadline=0, facade.read-deadline",
        "facade.retry-budget=1.5, facade.retry-budget",
        "facade.hedging=0.5, facade.hedging",
        "facade.hedging=half, facade.hedging",
        "facade.lag-limit=10, facade.lag-limit",
        "facade.min-serving=-1, facade.min-serving",
        "facade.reader.password=x, facade.reader.user",
        "hibernate.connection.url=jdbc:h2:mem:x, hibernate.connection.url",
        "jakarta.persistence.jdbc.user=x, jakarta.persistence.jdbc.user",
        "facade.persistence-unit=other, persistence unit",
    })
    void anUnknownOrContradictorySettingIsRefusedByName(String line, String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.from(properties(line))
                        .entities(Blog.ENTITIES)
                        .build()
                        .close())
                .withMessageContaining(name);
    }

    @Test
    void everySettingIsDocumented() throws IOException {
        String documented = Files.readString(Path.of("..", "docs", "settings.md"));
        assertThat(FacadeProperties.KEYS)
                .allSatisfy(key -> assertThat(documented).contains("`" + key + "`"));
        assertThat(FacadeProperties.ALGORITHMS.keySet())
                .allSatisfy(name -> assertThat(documented).contains("`" + name + "`"));
    }

    @Test
    void aMissingMasterOrMissingEntitiesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.from(new Properties()))
                .withMessageContaining("facade.master.url");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.builder().entities(Post.class).build())
                .withMessageContaining("master");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.builder().master(master.url()).build())
                .withMessageContaining("entities");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.builder()
                        .master("jdbc:oracle:thin:@host")
                        .hibernate("hibernate.dialect", "org.hibernate.dialect.OracleDialect")
                        .entities(Post.class)
                        .build())
                .withMessageContaining("no JDBC driver for jdbc:oracle");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.builder().master("postgres://host/db"))
                .withMessageContaining("postgres://host/db");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FacadeRepository.builder().build())
                .withMessageContaining("master");
    }

    @Test
    void badNamesAndWeightsAreRefused() {
        HibernateFacade facade = Blog.onH2(master, berlin);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> facade.replica("berlin", berlin.url()))
                .withMessageContaining("berlin");
        assertThatIllegalArgumentException().isThrownBy(() -> facade.replica(" ", berlin.url()));
        assertThatIllegalArgumentException().isThrownBy(() -> facade.replica("master", berlin.url()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> facade.replica("x", berlin.url(), Weight.of(-1)))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> facade.master(master.url()));
    }

    /** By the facade's ticker, which stands still here, each answer takes as long as any other. */
    @Test
    void byDefaultAReadGoesToTheReplicaWithFewerReadsInFlight() {
        NodeRecipe recipe = new NodeRecipe("n", berlin.url(), berlin.user(), berlin.password(), Weight.of(1), false);
        List<String> nodes = new ArrayList<>();
        try (NodePool pool = recipe.pool(PoolSettings.forMaster());
                EntityManagerFactory factory =
                        recipe.factory(pool, new NodeRecipe.Entities(List.of(Blog.ENTITIES), null), Map.of());
                FacadeRepository repo = FacadeRepository.builder()
                        .master(factory)
                        .replica("busy", factory)
                        .replica("idle", factory)
                        .consistency(Consistency.eventual())
                        .ticker(() -> 0)
                        .listener(event ->
                                nodes.add(String.valueOf(event.receipt().route())))
                        .build()) {
            try (Stream<Author> open = repo.stream(Author.class, Target.replica("busy"))) {
                assertThat(open.iterator().hasNext()).isTrue();
                nodes.clear();
                for (int turn = 0; turn < 20; turn++) {
                    repo.all(Author.class);
                }
                assertThat(nodes).hasSize(20).allMatch(node -> node.contains("idle"));
            }
            for (int turn = 0; turn < 40; turn++) {
                repo.all(Author.class);
            }
            assertThat(nodes).anyMatch(node -> node.contains("busy"));
        }
    }

    @Test
    void factoriesMustBeOpenAndKnowTheSameEntities() {
        NodeRecipe recipe = new NodeRecipe("n", master.url(), master.user(), master.password(), Weight.of(1), false);
        try (NodePool pool = recipe.pool(PoolSettings.forMaster())) {
            EntityManagerFactory all =
                    recipe.factory(pool, new NodeRecipe.Entities(List.of(Blog.ENTITIES), null), Map.of());
            EntityManagerFactory few =
                    recipe.factory(pool, new NodeRecipe.Entities(List.of(Author.class), null), Map.of());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FacadeRepository.builder()
                            .master(all)
                            .replica("rome", few)
                            .build())
                    .withMessageContaining("rome")
                    .withMessageContaining("Post");
            few.close();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FacadeRepository.builder().master(all).replica("rome", few))
                    .withMessageContaining("rome")
                    .withMessageContaining("closed");
            all.close();
        }
    }

    @Test
    void t50ItStartsWhileEveryNodeIsDown() {
        H2Node late = H2Node.named("late");
        late.close();
        try (FacadeRepository repo = Blog.onH2(late, late)
                .masterPool(PoolSettings.forMaster().withConnectionTimeout(Duration.ofMillis(250)))
                .build()) {
            assertThatThrownBy(() -> repo.all(Post.class)).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> repo.insert(new Post("a"))).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void t52ClosingLeavesNoThreadAndNoConnection() {
        Blog.onH2(master, berlin).build().close(); // loads what lives as long as the JVM
        long before = poolThreads();
        for (int i = 0; i < 3; i++) {
            try (FacadeRepository repo = Blog.onH2(master, berlin).build()) {
                repo.all(Post.class);
                repo.updateAll(Author.class, Change.set("country", "NL"));
                assertThat(poolThreads()).isGreaterThan(before);
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(poolThreads()).isLessThanOrEqualTo(before));
        await().untilAsserted(() -> assertThat(sessions()).isEqualTo(1));
    }

    @Test
    void t52AFailedBuildLeavesNothingOpenEither() {
        long before = poolThreads();
        assertThatThrownBy(() -> Blog.onH2(master, berlin)
                        .hibernate("hibernate.dialect", "no.such.Dialect")
                        .build())
                .isInstanceOf(RuntimeException.class);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(poolThreads()).isLessThanOrEqualTo(before));
    }

    @Test
    void t15TheStaticMetamodelBelongsToTheMasterAndQueriesCompileOnEveryNode() {
        try (FacadeRepository repo = Blog.onH2(master, berlin).build()) {
            SingularAttribute<?, ?> masters = repo.withEntityManager(
                    Target.master(),
                    em -> em.getMetamodel().entity(Author.class).getSingularAttribute("name"));
            assertThat(Author_.name)
                    .as("not the replica's, which was built last")
                    .isSameAs(masters);
            Query<Author> berlins = Query.from(Author.class).where(Author_.name, "berlin");
            assertThat(repo.one(berlins))
                    .as("compiled by the replica's factory")
                    .isPresent();
            assertThat(repo.one(berlins, Target.master())).isEmpty();
            assertThat(repo.getBy(Author.class, "name", "berlin")).isPresent();
        }
    }

    @Test
    void aReplicasFactoryHasNoSecondLevelCacheAndCreatesNoSchema() {
        NodeRecipe recipe = new NodeRecipe("n", berlin.url(), berlin.user(), berlin.password(), Weight.of(1), true);
        try (NodePool pool = recipe.pool(PoolSettings.forReplica());
                EntityManagerFactory factory = recipe.factory(
                        pool,
                        new NodeRecipe.Entities(List.of(Blog.ENTITIES), null),
                        Map.of("hibernate.cache.use_query_cache", "true", "hibernate.hbm2ddl.auto", "create"))) {
            SessionFactoryOptions options =
                    factory.unwrap(SessionFactoryImplementor.class).getSessionFactoryOptions();
            assertThat(options.isSecondLevelCacheEnabled()).isFalse();
            assertThat(options.isQueryCacheEnabled()).isFalse();
        }
        try (FacadeRepository repo = Blog.onH2(master, berlin).build()) {
            assertThat(repo.get(Author.class, "berlin"))
                    .as("no schema was created anew")
                    .isPresent();
        }
    }

    private static long poolThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("facade-"))
                .count();
    }

    private static int sessions() {
        try (var connection = master.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS")) {
            rows.next();
            return rows.getInt(1);
        } catch (java.sql.SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
