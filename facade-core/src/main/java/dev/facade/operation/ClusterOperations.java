package dev.facade.operation;

import dev.facade.cluster.NodeState;
import dev.facade.cluster.Weight;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, and the ways to change them while the facade runs. Thread-safe.
 *
 * <p>Reads that are on their way end where they are; the next ones know the change. When the repository is closed, what
 * was known last can still be asked for; changes throw {@link IllegalStateException}.
 *
 * <pre>{@code
 * repo.cluster().add("oslo", "jdbc:postgresql://oslo/blog", Weight.of(1));
 * repo.cluster().ban("berlin"); // for maintenance
 * boolean removed = repo.cluster().remove("paris", Duration.ofSeconds(30));
 * }</pre>
 */
public interface ClusterOperations {

    /**
     * Returns the present master's name.
     *
     * @return its name
     */
    String master();

    /**
     * Returns the names of the present replicas.
     *
     * @return an immutable list, maybe empty
     */
    List<String> replicas();

    /**
     * Returns the servers that say at once that they are the master; writes are refused meanwhile.
     *
     * @return their names; empty while there is one at most
     */
    List<String> rivals();

    /**
     * Adds a replica, which stays a replica. The facade does not sample its position, so reads that need a position go
     * elsewhere.
     *
     * @param name not blank, unique
     * @param factory as that of a replica of the builder; stays the caller's, who closes it
     * @param weight its share of the reads
     * @param tags where it is or what it is, such as its zone and region; each once
     * @throws IllegalArgumentException if there is a node of that name, or the factory is no replica's
     */
    void add(String name, EntityManagerFactory factory, Weight weight, String... tags);

    /**
     * Adds a replica, which stays a replica, and samples it.
     *
     * @param name not blank, unique
     * @param factory as that of a replica of the builder; stays the caller's, who closes it
     * @param weight its share of the reads
     * @param samples gives a connection for its samples; not used where the facade samples nobody
     * @param tags where it is or what it is, such as its zone and region; each once
     * @throws IllegalArgumentException if there is a node of that name, or the factory is no replica's
     */
    void add(String name, EntityManagerFactory factory, Weight weight, DataSource samples, String... tags);

    /**
     * Adds a replica as the facade was told to build its nodes, and returns when its factory is built, which takes as long
     * as a start. No connection is opened; it may be down.
     *
     * @param name not blank, unique
     * @param url a JDBC URL
     * @param weight its share of the reads
     * @param tags where it is or what it is, such as its zone and region; each once
     * @throws IllegalArgumentException if there is a node of that name, or the URL is none, or of another kind of database
     *     than the master's
     * @throws UnsupportedOperationException if the facade was built of factories
     */
    void add(String name, String url, Weight weight, String... tags);

    /**
     * Drains a replica and takes it away: it gets no new read, and what the facade has made of it is closed when those that
     * run have ended; open streams and read-only transactions among them.
     *
     * @param name a replica's name
     * @param patience longest wait for them, zero for none; afterwards they go on all the same
     * @return true if they have ended
     * @throws IllegalArgumentException if there is no replica of that name, or the patience is negative
     */
    boolean remove(String name, Duration patience);

    /**
     * Tells how each node does.
     *
     * @return the master first, then the replicas in their order
     */
    List<NodeState> nodes();

    /**
     * Tells how a node does.
     *
     * @param name its name
     * @return its state
     * @throws IllegalArgumentException if there is no node of that name
     */
    default NodeState node(String name) {
        return nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("name: '" + name + "' (expected: one of "
                        + nodes().stream().map(NodeState::name).toList() + ")"));
    }

    /**
     * Takes a replica out of all reads but those that name it, until {@link #unban}. Reads that run end there.
     *
     * @param name a replica's name
     * @throws IllegalArgumentException if there is no replica of that name
     */
    void ban(String name);

    /**
     * Ends a ban; without one it does nothing.
     *
     * @param name a replica's name
     * @throws IllegalArgumentException if there is no replica of that name
     */
    void unban(String name);

    /**
     * Changes how far behind a replica may be to take any reads, whatever they ask for.
     *
     * @param limit the longest lag, at least three seconds; null for no limit
     * @throws IllegalStateException if nothing tells how far replicas are
     */
    void lagLimit(@Nullable Duration limit);

    /**
     * Changes how many replicas take reads even if they are slow, fail statements or lag more than the limit.
     *
     * @param hosts 0 or more
     */
    void minServing(int hosts);
}
