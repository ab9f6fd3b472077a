package dev.facade.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link PostgresCluster}.
 *
 * <p>Defaults: on this machine without Docker, no replicas, the database {@code facade}, data in memory where there is enough, settings
 * for small and fast servers. Not thread-safe.
 */
public final class PostgresClusterBuilder {

    static final String MASTER = "master";

    private final Set<String> replicas = new LinkedHashSet<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private String database = PostgresTemplate.DATABASE;
    private @Nullable Path parent;
    private @Nullable String image;

    PostgresClusterBuilder() {}

    /**
     * Adds replicas.
     *
     * @param names their names: lower-case letters, digits, {@code -} and {@code _}; each once, none of them
     *     {@code master}
     * @return this builder
     */
    public PostgresClusterBuilder replicas(String... names) {
        add(replicas, names);
        return this;
    }

    static void add(Set<String> to, String... names) {
        for (String name : names) {
            if (!name.matches("[a-z0-9_-]{1,60}") || name.equals(MASTER)) {
                throw new IllegalArgumentException("replica: " + name
                        + " (expected: at most 60 lower-case letters, digits, - and _, and not master)");
            }
            if (!to.add(name)) {
                throw new IllegalArgumentException("replica: " + name + " (expected: a name not used yet)");
            }
        }
    }

    /**
     * Adds a line of {@code postgresql.conf} for all nodes, which overrides the cluster's own.
     *
     * @param name the setting's name, such as {@code max_connections}
     * @param value its value, unquoted, such as {@code 200}
     * @return this builder
     */
    public PostgresClusterBuilder setting(String name, String value) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
            throw new IllegalArgumentException("setting: " + name + " (expected: a name of postgresql.conf)");
        }
        settings.put(name, value);
        return this;
    }

    /**
     * Names the database that {@link PostgresNode#url()} leads to.
     *
     * @param name lower-case letters, digits and {@code _}; default {@code facade}
     * @return this builder
     */
    public PostgresClusterBuilder database(String name) {
        if (!name.matches("[a-z_][a-z0-9_]{0,59}")) {
            throw new IllegalArgumentException(
                    "database: " + name + " (expected: at most 60 lower-case letters, digits and _)");
        }
        database = name;
        return this;
    }

    /**
     * Keeps the servers' data in a fresh folder below this one.
     *
     * @param folder an existing folder; default {@code /dev/shm} if there are 2 GiB free, else {@code java.io.tmpdir}
     * @return this builder
     */
    public PostgresClusterBuilder dataIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("folder: " + folder + " (expected: an existing folder)");
        }
        parent = folder;
        return this;
    }

    /**
     * Runs the servers in containers of {@code postgres:18}, each node with the same operations as without Docker.
     *
     * @return this builder
     * @throws IllegalStateException if Testcontainers is not on the class path
     * @see #onDocker(String)
     */
    public PostgresClusterBuilder onDocker() {
        return onDocker("postgres:18");
    }

    /**
     * Runs the servers in containers of this image, each node with the same operations as without Docker. Needs a Docker
     * engine and {@code org.testcontainers:testcontainers} 2 on the class path; the archive of PostgreSQL is not needed
     * then. Testcontainers fetches the image where it is missing.
     *
     * @param image an image of PostgreSQL 17 or later that has the entry point of the official one, such as {@code
     *     postgres:18-alpine}; default: none, the servers run on this machine without Docker
     * @return this builder
     * @throws IllegalStateException if Testcontainers is not on the class path
     */
    public PostgresClusterBuilder onDocker(String image) {
        try {
            DockerSite.parse(image);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "onDocker: no Testcontainers (expected: org.testcontainers:testcontainers on the class path)", e);
        }
        this.image = image;
        return this;
    }

    /**
     * Starts the master and its replicas and waits until they are ready and the replicas have caught up.
     *
     * @return the cluster, to be closed by the caller
     * @throws IllegalStateException if a server does not start, with the end of its log; if there is no Docker engine
     *     after {@link #onDocker()}, or both that and {@link #dataIn(Path)} were asked for
     */
    public PostgresCluster start() {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            return new ClusterStart(site(resources), database, resources).run(List.copyOf(replicas));
        } catch (RuntimeException e) {
            try {
                Closing.all(resources);
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Only this and {@code onDocker} lead to classes that need Testcontainers. */
    private PostgresSite site(Deque<AutoCloseable> resources) {
        if (image == null) {
            return localSite(resources);
        }
        if (parent != null) {
            throw new IllegalStateException("dataIn: " + parent + " (expected: not set, as containers keep the data)");
        }
        return new DockerSite(image, settings);
    }

    private PostgresSite localSite(Deque<AutoCloseable> resources) {
        PostgresTemplate template = PostgresTemplate.prepared();
        Path folder = Folders.temporary(parent == null ? Folders.fastParent() : parent, "facade-cluster-");
        // Closed last to first: a watchdog that goes home before the data is gone could not help any more.
        resources.push(Watchdog.over(folder));
        resources.push(() -> Folders.delete(folder));
        return new LocalSite(template, folder, settings, new SecureRandom().nextLong(1, Long.MAX_VALUE));
    }
}
