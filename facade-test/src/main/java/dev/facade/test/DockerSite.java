package dev.facade.test;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A Docker engine: each server has a container of the same image. The master's data is made by the image's own entry
 * point, a replica's is a base backup of the master.
 *
 * <p>A replica reaches its source, a relay of this JVM, through Testcontainers' tunnel to the host.
 */
record DockerSite(DockerImageName image, Map<String, String> settings, String password) implements PostgresSite {

    /** Server to server: the image allows other connections from everywhere, but no replication. */
    private static final String CONFIGURE = """
            cat /facade.conf >> "$PGDATA/postgresql.conf"
            echo 'host replication all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
            """;

    /**
     * The image's entry point takes a data folder that is there as it is, and gives it to the right user. That user has
     * to reach it, too: parents that {@code pg_basebackup} makes are open to their owner only.
     */
    private static final String FOLLOW = """
            mkdir -p "$PGDATA"
            if [ ! -s "$PGDATA/PG_VERSION" ]; then
              until pg_basebackup -w -R -X stream -c fast --no-sync -D "$PGDATA" -d "$FACADE_SOURCE"; do
                sleep 0.2
              done
            fi
            exec docker-entrypoint.sh postgres
            """;

    DockerSite(String image, Map<String, String> settings) {
        this(parse(image), settings, PostgresTemplate.randomPassword());
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException("onDocker: no Docker engine (expected: one that Testcontainers can reach)");
        }
    }

    static DockerImageName parse(String image) {
        DockerImageName name = DockerImageName.parse(image);
        name.assertValid();
        return name;
    }

    @Override
    public Server server(String name, @Nullable Relay source) {
        GenericContainer<?> container = new GenericContainer<>(image)
                .withExposedPorts(DockerPostgresServer.PORT)
                .waitingFor(noWait());
        if (source == null) {
            configureMaster(container);
        } else {
            configureReplica(container, name, source);
        }
        return new DockerPostgresServer(name, container, password);
    }

    /** Containers make their data themselves. */
    @Override
    public void prepare(String name, @Nullable Relay source) {}

    private void configureMaster(GenericContainer<?> container) {
        container
                .withEnv("POSTGRES_USER", PostgresTemplate.SUPERUSER)
                .withEnv("POSTGRES_PASSWORD", password)
                .withEnv("POSTGRES_DB", PostgresTemplate.DATABASE)
                .withEnv(
                        "POSTGRES_INITDB_ARGS",
                        "--no-sync --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8")
                .withCopyToContainer(
                        Transferable.of(DataFolder.COMMON_SETTINGS + DataFolder.lines(settings)), "/facade.conf")
                .withCopyToContainer(Transferable.of(CONFIGURE), "/docker-entrypoint-initdb.d/configure.sh")
                .withCopyToContainer(
                        Transferable.of(PostgresTemplate.createReader(password)),
                        "/docker-entrypoint-initdb.d/reader.sql")
                .withCommand("postgres", "-c", "fsync=off");
    }

    private void configureReplica(GenericContainer<?> container, String name, Relay source) {
        Testcontainers.exposeHostPorts(source.port());
        container
                .withAccessToHost(true)
                .withEnv(
                        "FACADE_SOURCE",
                        DataFolder.connection(
                                GenericContainer.INTERNAL_HOST_HOSTNAME,
                                source.port(),
                                PostgresTemplate.SUPERUSER,
                                password,
                                name))
                .withCopyToContainer(Transferable.of(FOLLOW), "/facade-follow.sh")
                .withCommand("bash", "/facade-follow.sh");
    }

    /** The server itself waits, as it has to do over later starts, too, and notices if the container exits. */
    private static WaitStrategy noWait() {
        return new AbstractWaitStrategy() {
            @Override
            protected void waitUntilReady() {}
        };
    }
}
