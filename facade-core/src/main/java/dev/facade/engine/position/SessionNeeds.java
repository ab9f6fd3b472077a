package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.spi.Tables;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The side of a session that the engine sees: it notes what was written and read, and tells what the next read needs.
 * Thread-safe.
 */
public interface SessionNeeds {

    /**
     * Returns the needs of a session.
     *
     * @param session begun by {@code CausalSession.begin()}
     * @return the same object
     */
    static SessionNeeds of(Object session) {
        return (SessionNeeds) session;
    }

    /**
     * Notes that everything up to a position must be seen. A position that the master has not reached, or one of another
     * history, asks for no more than what the master has by now.
     *
     * @param position how far another session was
     * @param nanos now, by the facade's ticker
     */
    void mustSee(Position position, long nanos);

    /**
     * Notes that something was committed.
     *
     * @param written the tables
     * @param nanos a moment after the commit, by the facade's ticker
     */
    void wrote(Tables written, long nanos);

    /**
     * Notes that all that is committed was seen.
     *
     * @param read the tables
     * @param nanos a moment after the read, by the facade's ticker
     */
    void sawMaster(Tables read, long nanos);

    /**
     * Notes that a replica was read.
     *
     * @param replica the replica
     * @param server its run, if known
     * @param nanos now, by the facade's ticker
     */
    void sawReplica(Replica replica, @Nullable String server, long nanos);

    /**
     * Notes that a snapshot was read that shows no more than a position.
     *
     * @param atMost the position
     * @param nanos now, by the facade's ticker
     */
    void saw(Position atMost, long nanos);

    /**
     * Returns what a read of the session needs, whatever it reads.
     *
     * @param monitor knows the nodes
     * @return the need; null if it depends on the tables that are read
     */
    @Nullable
    Freshness freshness(Monitor monitor);

    /**
     * Returns what a read of the session needs.
     *
     * @param monitor knows the nodes
     * @param read the tables
     * @return the need
     */
    Freshness freshness(Monitor monitor, Tables read);

    /**
     * Learns how far the session is by a sample of the master that was begun after all that it has done.
     *
     * @param master a sample
     * @return how far a reader must be that is to see all that this session has seen
     */
    Position settle(Sample master);

    /**
     * Tells whether it is known how far the session is, and waits for samples if it is not.
     *
     * @param monitor knows the nodes
     * @param nanos the longest time to wait
     * @return false if the master must be asked
     */
    boolean isResolved(Monitor monitor, long nanos);

    /**
     * Returns how far a reader must be that is to see all that this session has seen, as far as that is known.
     *
     * @return the position; empty if it has seen nothing
     */
    Optional<Position> position();
}
