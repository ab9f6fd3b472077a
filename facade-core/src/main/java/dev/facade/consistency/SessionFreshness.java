package dev.facade.consistency;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.spi.Tables;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The freshness that a session needs: everything that it had seen when the read began. */
final class SessionFreshness implements Freshness {

    private static final long STEADY = Duration.ofSeconds(1).toNanos();

    private final Monitor monitor;
    private final TrackedSession session;
    private final Tables read;
    private @Nullable Position known;
    private boolean open;
    private final long openSince;
    private final @Nullable Replica seenOn;
    private final long seenAt;
    private final @Nullable String seenServer;
    private boolean asked; // of a connection that was opened after the session had seen what it has

    SessionFreshness(
            Monitor monitor,
            TrackedSession session,
            Tables read,
            @Nullable Position known,
            boolean open,
            long openSince,
            @Nullable Replica seenOn,
            long seenAt,
            @Nullable String seenServer) {
        this.monitor = monitor;
        this.session = session;
        this.read = read;
        this.known = known;
        this.open = open;
        this.openSince = openSince;
        this.seenOn = seenOn;
        this.seenAt = seenAt;
        this.seenServer = seenServer;
    }

    /**
     * Tells whether it is still what a session without open needs asks for; a moment that was earlier asks for no less.
     */
    boolean isOf(@Nullable Position position, @Nullable Replica replica, long at, @Nullable String server) {
        return !asked
                && known == position
                && seenOn == replica
                && at - seenAt < STEADY
                && Objects.equals(seenServer, server);
    }

    @Override
    public boolean isMetBy(Replica replica) {
        if (open || (seenOn != null && seenOn != replica)) {
            return false;
        }
        if (monitor.mustBeAsked(replica)) {
            return true;
        }
        Sample sample = monitor.last(replica);
        return known == null || (sample != null && sample.position().covers(known));
    }

    @Override
    public boolean vouchesFor(Replica replica, long openedNanos) {
        Sample sample = monitor.last(replica);
        boolean position = known == null
                || (sample != null
                        && sample.isBegunAfter(openedNanos)
                        && sample.position().covers(known));
        boolean sameRun = seenOn == null || seenAt - openedNanos > 0;
        return position && sameRun;
    }

    @Override
    public boolean isMetBy(Replica replica, Sample sample) {
        asked = true;
        boolean position =
                known == null || sample.after(monitor.lastOfMaster()).position().covers(known);
        boolean sameRun =
                seenOn == null || (seenOn == replica && sample.server().equals(seenServer));
        return !open && position && sameRun;
    }

    @Override
    public void await(long nanos) {
        monitor.hurry();
        monitor.awaitSample(monitor.heard(), nanos);
        Sample master = monitor.lastOfMaster();
        if (open && master != null && master.isBegunAfter(openSince)) {
            known = Position.later(known, master.position());
            open = false;
            session.learn(monitor);
        }
    }

    @Override
    public @Nullable Replica only() {
        return seenOn;
    }

    @Override
    public long patience() {
        return session.patience(read, monitor);
    }

    @Override
    public void met() {
        session.released(read);
    }

    @Override
    public @Nullable Position position() {
        return known;
    }
}
