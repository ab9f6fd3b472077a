package dev.facade.consistency;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far a replica must be for a reader of one table, or of any; belongs to a session, which guards it. */
final class Need {

    private static final long SOON = Duration.ofMillis(100).toNanos();
    private static final long LONGEST = Duration.ofMillis(250).toNanos();
    private static final int SHARE = 20;

    private @Nullable Position known;
    private boolean open;
    private boolean everOpen;
    private long openSince;
    private boolean held;
    private long heldSince;
    private long nextTry;

    /** Opens a need for everything that the master has by now; its next sample tells how far that is. */
    void open(long nanos) {
        if (!open || nanos - openSince > 0) {
            openSince = nanos;
        }
        open = true;
        everOpen = true;
    }

    /** A position must be there. */
    void know(Position position) {
        known = Position.later(known, position);
    }

    /**
     * Turns the moment into a position, if the sample was begun after it. Of a position of another history all that has
     * survived is before the master's, if the sample was begun after the moment: it may have been of another cluster.
     */
    void learn(Sample master) {
        if (open && master.isBegunAfter(openSince)) {
            know(master.position());
            open = false;
        }
        if (known != null && !master.position().comparable(known)) {
            open = everOpen && !master.isBegunAfter(openSince);
            known = open ? known : master.position();
        }
    }

    /** Turns the moment into a position where nothing but time tells how far a replica is. */
    void assume() {
        if (open) {
            know(Position.ofMoment(openSince));
            open = false;
        }
    }

    void forget(Position better) {
        known = better;
    }

    @Nullable
    Position known() {
        return known;
    }

    boolean isOpen() {
        return open;
    }

    long openSince() {
        return openSince;
    }

    boolean isEmpty() {
        return !open && known == null;
    }

    /** It was the reason to read the master. */
    void hold(long nanos) {
        if (!held) {
            held = true;
            heldSince = nanos;
            nextTry = SOON;
        }
    }

    /** A replica was read in spite of it. */
    void release() {
        held = false;
    }

    /**
     * How long a read may wait, in nanoseconds, so that a reader without pauses, who makes the need anew by each of its
     * reads on the master, comes off it: seldom, and a twentieth of the time that it was there, at most 250 ms.
     */
    long patience(long nanos) {
        long sofar = nanos - heldSince;
        return held && sofar >= nextTry ? Math.min(sofar / SHARE, LONGEST) : 0;
    }

    void tried(long nanos) {
        nextTry = 2 * (nanos - heldSince);
    }
}
