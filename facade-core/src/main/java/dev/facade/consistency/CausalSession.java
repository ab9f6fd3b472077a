package dev.facade.consistency;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One user's reads and writes, in their order: reads that follow a write see it, and no read is older than one before.
 * Thread-safe; a request, a job or a message has one, and hands it on when it changes threads.
 *
 * <p>A write says only that something was committed by now; how far the master was then is learned from its next sample,
 * so that no write pays for it. What was read on a replica is not known to be on another one before both have been
 * sampled again, so until then the session stays on that replica.
 */
public final class CausalSession {

    private @Nullable Position known;
    private boolean foreign;
    private long foreignSince;
    private boolean open;
    private long openSince;
    private @Nullable Replica seenOn;
    private long seenAt;
    private @Nullable String seenServer;

    private CausalSession(@Nullable Position known, long now) {
        this.known = known;
        this.foreign = known != null;
        this.foreignSince = now;
    }

    /**
     * Begins a session that has seen nothing.
     *
     * @return the session
     */
    public static CausalSession begin() {
        return new CausalSession(null, 0);
    }

    /**
     * Begins a session that must see what another one has seen. A position that the master has not reached, or one of
     * another history, asks for no more than what the master has by now.
     *
     * @param position how far that was
     * @param nanos now, by the facade's ticker
     * @return the session
     */
    public static CausalSession after(Position position, long nanos) {
        return new CausalSession(Objects.requireNonNull(position, "position"), nanos);
    }

    /**
     * Notes that something was committed, or that all that is committed was seen.
     *
     * @param nanos now, by the facade's ticker
     */
    public synchronized void sawMaster(long nanos) {
        open = true;
        openSince = nanos;
        seenOn = null;
    }

    /**
     * Notes that a replica was read.
     *
     * @param replica the replica
     * @param server its run, if known
     * @param nanos now, by the facade's ticker
     */
    public synchronized void sawReplica(Replica replica, @Nullable String server, long nanos) {
        if (seenOn != null && seenOn != replica) { // two threads have read at once: only the master has surely both
            sawMaster(nanos);
            return;
        }
        if (seenOn == null) {
            seenOn = replica;
            seenServer = server;
        }
        seenAt = nanos;
    }

    /**
     * Returns what a read of the session needs.
     *
     * @param monitor knows the nodes
     * @return the need
     */
    public synchronized Freshness freshness(Monitor monitor) {
        if (!open && known == null && seenOn == null) {
            return Freshness.any();
        }
        learn(monitor);
        if (open || known != null) {
            monitor.want();
        }
        return new SessionFreshness(monitor, this, known, open, openSince, seenOn, seenAt, seenServer);
    }

    /** Turns moments into positions, as far as there are samples that were begun after them. */
    synchronized void learn(Monitor monitor) {
        if (seenOn != null) {
            Sample replica = monitor.last(seenOn);
            if (replica != null
                    && replica.isBegunAfter(seenAt)
                    && replica.server().equals(seenServer)) {
                know(replica.position());
                seenOn = null;
            }
        }
        Sample master = monitor.lastOfMaster();
        if (master != null) {
            learn(master);
        }
    }

    /**
     * Turns moments into positions by a sample of the master.
     *
     * @param master a sample
     */
    public synchronized void learn(Sample master) {
        if (open && master.isBegunAfter(openSince)) {
            know(master.position());
            open = false;
        }
        if (seenOn != null && master.isBegunAfter(seenAt)) { // no replica shows more than the master has
            know(master.position());
            seenOn = null;
        }
        if (foreign && !master.isBegunAfter(foreignSince)) {
            return; // whoever made the token may know a later master
        }
        boolean another = known != null && !master.position().comparable(known);
        if (another || (foreign && !covers(master))) {
            known = master.position(); // whatever has survived of another history is before this
        }
        foreign = false;
    }

    private boolean covers(Sample master) {
        return known == null || master.position().covers(known);
    }

    private void know(Position position) {
        known = later(known, position);
    }

    /** Of two histories the one that was heard of last counts. */
    static Position later(@Nullable Position known, Position heard) {
        return known == null || !known.comparable(heard) ? heard : known.merge(heard);
    }

    /**
     * Tells whether it is known how far the session is.
     *
     * @param monitor knows the nodes
     * @return false if the master must be asked
     */
    public synchronized boolean isResolved(Monitor monitor) {
        learn(monitor);
        return !open && seenOn == null;
    }

    /**
     * Returns how far a reader must be that is to see all that this session has seen, as far as that is known.
     *
     * @return the position; empty if it has seen nothing
     */
    public synchronized Optional<Position> position() {
        return Optional.ofNullable(known);
    }
}
