package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facade.FacadeRepository;
import dev.facade.event.Receipt;
import dev.facade.option.Target;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The master as most projects start it in their tests, by Testcontainers' own {@link PostgreSQLContainer}, and a replica
 * beside it that is a base backup of it. Skipped without a container engine.
 */
@Timeout(300)
final class UsersContainersOnDockerIT {

    private static final String IMAGE = "postgres:18";
    private static final int PORT = 5432;
    private static final String FOLLOW = """
            mkdir -p "$PGDATA"
            until pg_basebackup -w -R -X stream -c fast -D "$PGDATA" -d "$SOURCE"; do sleep 0.2; done
            exec docker-entrypoint.sh postgres
            """;

    private static PostgreSQLContainer master;
    private static GenericContainer<?> replica;

    @BeforeAll
    static void startContainers() {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(), "no container engine that Testcontainers reaches");
        master = new PostgreSQLContainer(IMAGE)
                .withDatabaseName("blog")
                .withCopyToContainer(
                        Transferable.of("echo 'host replication all all scram-sha-256' >> \"$PGDATA/pg_hba.conf\""),
                        "/docker-entrypoint-initdb.d/replication.sh");
        master.start();
        String address = master.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        replica = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withEnv(
                        "SOURCE",
                        "host=%s port=%d user=%s password=%s application_name=berlin"
                                .formatted(address, PORT, master.getUsername(), master.getPassword()))
                .withCopyToContainer(Transferable.of(FOLLOW), "/follow.sh")
                .withCommand("bash", "/follow.sh");
        replica.start();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> DriverManager.getConnection(replicaUrl(), master.getUsername(), master.getPassword())
                        .isValid(1));
    }

    @AfterAll
    static void stopContainers() {
        if (replica != null) {
            replica.stop();
        }
        if (master != null) {
            master.stop();
        }
    }

    @Test
    void onTheMasterAloneAllRunsThere() {
        try (FacadeRepository repo = facade().masterOnly().build()) {
            Post saved = repo.insert(new Post("Alone"));
            assertThat(repo.get(Post.class, saved.id)).isPresent();
            assertThatThrownBy(() -> repo.withEntityManager(
                            Target.replica(),
                            em -> em.createQuery("delete from Post").executeUpdate()))
                    .hasStackTraceContaining("read-only transaction");
        }
    }

    @Test
    void withAReplicaItReadsThereWhatItHasWritten() {
        try (FacadeRepository repo = facade().replica("berlin", replicaUrl()).build()) {
            Post saved = repo.insert(new Post("Replicated"));
            List<String> nodes = new ArrayList<>();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(repo.get(
                                Post.class,
                                saved.id,
                                Receipt.to(receipt -> nodes.add(receipt.route().node()))))
                        .isPresent();
                return nodes.contains("berlin");
            });
        }
    }

    private static HibernateFacade facade() {
        return HibernateFacade.builder()
                .master(master.getJdbcUrl())
                .credentials(master.getUsername(), master.getPassword())
                .entities(Post.class, Author.class, Comment.class)
                .hibernate("hibernate.hbm2ddl.auto", "update");
    }

    private static String replicaUrl() {
        return "jdbc:postgresql://%s:%d/blog".formatted(replica.getHost(), replica.getMappedPort(PORT));
    }
}
