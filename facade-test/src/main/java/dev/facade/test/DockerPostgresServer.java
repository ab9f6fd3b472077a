package dev.facade.test;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;

/**
 * A PostgreSQL server in a container.
 *
 * <p>Docker may map a container's port to another one at each start, and the engine may be another machine: so the
 * server is reached through a door, a relay of this JVM that keeps its port and is directed anew at each start.
 * Thread-safe.
 */
final class DockerPostgresServer implements Server {

    static final int PORT = 5432;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int UNKNOWN_YET = 1;

    private final String name;
    private final GenericContainer<?> container;
    private final String password;
    private final Relay door;

    DockerPostgresServer(String name, GenericContainer<?> container, String password) {
        this.name = name;
        this.container = container;
        this.password = password;
        this.door = Relay.to("127.0.0.1", UNKNOWN_YET);
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        if (isCreated()) {
            docker().startContainerCmd(id()).exec();
        } else {
            createAndStart();
        }
        Await.until(
                START_LIMIT,
                () -> !isRunning() || isReady(),
                () -> name + ": not ready after " + START_LIMIT + "; its log ends with\n" + log());
        if (!isRunning()) {
            throw new IllegalStateException(name + ": exited with status " + state().getExitCodeLong()
                    + " (expected: to start); its log ends with\n" + log());
        }
    }

    @Override
    public synchronized void stop() {
        if (isRunning()) {
            thaw();
            // After the limit the engine kills what a replica that is cut off may hold up.
            docker().stopContainerCmd(id())
                    .withTimeout((int) STOP_LIMIT.toSeconds())
                    .exec();
            awaitEnd("stopped");
        }
    }

    @Override
    public synchronized void kill() {
        if (isRunning()) {
            // Some engines refuse to kill a container that is paused.
            thaw();
            docker().killContainerCmd(id()).exec();
            awaitEnd("killed");
        }
    }

    @Override
    public synchronized void freeze() {
        if (!isRunning()) {
            throw new IllegalStateException(name + ": stopped (expected: running)");
        }
        if (!isFrozen()) {
            docker().pauseContainerCmd(id()).exec();
        }
    }

    @Override
    public synchronized void thaw() {
        if (isRunning() && isFrozen()) {
            docker().unpauseContainerCmd(id()).exec();
        }
    }

    @Override
    public boolean isRunning() {
        return isCreated() && Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public int port() {
        return door.port();
    }

    @Override
    public String log() {
        return isCreated() ? ServerLog.tail(container.getLogs()) : "";
    }

    @Override
    public synchronized void close() {
        try (door) {
            thaw();
            container.stop();
        }
    }

    @Override
    public String toString() {
        return "DockerPostgresServer[" + name + ", 127.0.0.1:" + port() + "]";
    }

    private void createAndStart() {
        try {
            container.start();
        } catch (ContainerLaunchException e) {
            throw new IllegalStateException(
                    name + ": " + e.getMessage() + " (expected: to start); its log ends with\n" + log(), e);
        }
    }

    /** Directs the door and tries it: Docker accepts connections long before the server does. */
    private boolean isReady() {
        Optional<Integer> mapped = mappedPort();
        if (mapped.isEmpty()) {
            return false;
        }
        door.retarget(container.getHost(), mapped.get());
        door.heal();
        Properties properties = new Properties();
        properties.setProperty("user", PostgresTemplate.SUPERUSER);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", Long.toString(STOP_LIMIT.toSeconds()));
        try (Connection connection =
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/postgres", properties)) {
            return connection.isValid(0);
        } catch (SQLException e) {
            return false;
        }
    }

    private Optional<Integer> mappedPort() {
        Ports.Binding[] bindings = container
                .getCurrentContainerInfo()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(PORT));
        return bindings == null
                ? Optional.empty()
                : Arrays.stream(bindings)
                        .map(Ports.Binding::getHostPortSpec)
                        .map(Integer::valueOf)
                        .findFirst();
    }

    private void awaitEnd(String how) {
        Await.until(STOP_LIMIT, () -> !isRunning(), () -> name + ": survived being " + how);
        door.refuse();
    }

    private boolean isCreated() {
        return container.getContainerId() != null;
    }

    private boolean isFrozen() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    private ContainerState state() {
        return container.getCurrentContainerInfo().getState();
    }

    private String id() {
        return container.getContainerId();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }
}
