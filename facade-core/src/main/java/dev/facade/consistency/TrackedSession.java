package dev.facade.consistency;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.SessionNeeds;
import dev.facade.spi.Tables;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session that remembers, for each table, how far a replica must be. Thread-safe. */
final class TrackedSession implements CausalSession, SessionNeeds {

    private static final int MOST_TABLES = 64;
    private static final long MOVE_ON = Duration.ofMillis(500).toNanos();
    private static final long MOVE_PATIENCE = Duration.ofMillis(2).toNanos();

    private final Need everything = new Need();
    private final Map<String, Need> tables = new HashMap<>();
    private boolean foreign;
    private long foreignSince;
    private @Nullable Replica seenOn;
    private long seenAt;
    private long staysSince;
    private @Nullable String seenServer;
    private @Nullable SessionFreshness steady;

    @Override
    public synchronized void mustSee(Position position, long nanos) {
        everything.know(Objects.requireNonNull(position, "position"));
        foreign = true;
        foreignSince = nanos;
    }

    @Override
    public synchronized void wrote(Tables written, long nanos) {
        needs(written).forEach(need -> need.open(nanos));
    }

    @Override
    public synchronized void sawMaster(Tables read, long nanos) {
        needs(read).forEach(need -> {
            need.open(nanos);
            need.hold(nanos);
        });
    }

    /** The needs of some tables, which are about to be opened. */
    private Collection<Need> needs(Tables some) {
        if (some.isKnown() && isFewWith(some)) {
            return some.names().stream()
                    .map(name -> tables.computeIfAbsent(name, any -> new Need()))
                    .toList();
        }
        tables.clear(); // what is on the master by now is all that they need
        seenOn = null;
        return List.of(everything);
    }

    private boolean isFewWith(Tables some) {
        int all = tables.size();
        for (String name : some.names()) {
            all += tables.containsKey(name) ? 0 : 1;
        }
        return all <= MOST_TABLES;
    }

    @Override
    public synchronized void sawReplica(Replica replica, @Nullable String server, long nanos) {
        boolean another = seenOn != null && seenOn != replica; // two threads have read at once
        if (server == null || another) { // only the master has surely all of it
            wrote(Tables.unknown(), nanos);
            return;
        }
        if (seenOn == null) {
            seenOn = replica;
            seenServer = server;
            staysSince = nanos;
        }
        seenAt = nanos;
    }

    @Override
    public synchronized void saw(Position atMost, long nanos) {
        everything.know(atMost);
        foreignSince = nanos; // only a later sample of the master can cover it
    }

    @Override
    public @Nullable Freshness freshness(Monitor monitor) {
        letMoveOn(monitor);
        return freshnessNow(monitor);
    }

    /** A reader without pauses would stay on one replica for ever, whatever the algorithm says. */
    private void letMoveOn(Monitor monitor) {
        Replica on;
        long at;
        synchronized (this) {
            long now = monitor.now();
            if (seenOn == null || now - staysSince < MOVE_ON) {
                return;
            }
            staysSince = now;
            on = seenOn;
            at = seenAt;
        }
        monitor.awaitSample(on, at, MOVE_PATIENCE);
    }

    private synchronized @Nullable Freshness freshnessNow(Monitor monitor) {
        if (everything.isEmpty() && tables.isEmpty() && seenOn == null) {
            return Freshness.any();
        }
        learn(monitor);
        return tables.isEmpty() ? ofEverything(monitor) : null;
    }

    @Override
    public synchronized Freshness freshness(Monitor monitor, Tables read) {
        return of(monitor, read);
    }

    /** A reader without open needs makes no garbage: the last answer is good until something has changed. */
    private Freshness ofEverything(Monitor monitor) {
        SessionFreshness last = steady;
        boolean same =
                last != null && !everything.isOpen() && last.isOf(everything.known(), seenOn, seenAt, seenServer);
        if (!same) {
            last = of(monitor, Tables.none());
            steady = everything.isOpen() ? null : last;
        }
        return Objects.requireNonNull(last);
    }

    private SessionFreshness of(Monitor monitor, Tables read) {
        Position known = everything.known();
        boolean open = everything.isOpen();
        long openSince = everything.openSince();
        for (Need need : needsOf(read)) {
            if (need.known() != null) {
                known = Position.later(known, need.known());
            }
            if (need.isOpen()) {
                openSince = !open || need.openSince() - openSince > 0 ? need.openSince() : openSince;
                open = true;
            }
        }
        if (open || (known != null && !monitor.isEverywhere(known))) {
            monitor.want();
        }
        return new SessionFreshness(monitor, this, read, known, open, openSince, seenOn, seenAt, seenServer);
    }

    private Collection<Need> needsOf(Tables read) {
        if (!read.isKnown() || tables.isEmpty()) {
            return tables.values();
        }
        return read.names().stream().map(tables::get).filter(Objects::nonNull).toList();
    }

    /** How long a read of some tables may wait to come off the master, in nanoseconds; mostly zero. */
    synchronized long patience(Tables read, Monitor monitor) {
        long now = monitor.now();
        long patience = everything.patience(now);
        for (Need need : needsOf(read)) {
            patience = Math.max(patience, need.patience(now));
        }
        if (patience == 0 || patience < monitor.leastStaleness()) {
            return 0;
        }
        everything.tried(now);
        needsOf(read).forEach(need -> need.tried(now));
        return patience;
    }

    /** A replica was fresh enough for some tables. */
    synchronized void released(Tables read) {
        everything.release();
        if (!tables.isEmpty()) {
            needsOf(read).forEach(Need::release);
        }
    }

    /** Turns moments into positions, as far as there are samples that were begun after them. */
    synchronized void learn(Monitor monitor) {
        if (monitor.isAssuming()) {
            everything.assume();
            tables.values().forEach(Need::assume);
        }
        if (monitor.isAssumedEverywhere(seenAt)) {
            seenOn = null;
        } else if (seenOn != null && !monitor.isAssuming()) {
            Sample replica = monitor.last(seenOn);
            boolean later = replica != null && replica.isBegunAfter(seenAt);
            if (replica != null && later && replica.server().equals(seenServer)) {
                everything.know(replica.position());
                seenOn = null;
            } else if (later || monitor.isLost(seenOn)) { // no replica shows more than the master has
                everything.open(seenAt);
                seenOn = null;
            }
        }
        Sample master = monitor.lastOfMaster();
        if (master != null) {
            learn(master);
        }
        if (!tables.isEmpty()) {
            tables.values().removeIf(need -> isEverywhere(need, monitor));
        }
    }

    /** What each replica has by now is asked for of any table, since that costs nothing, and a restart may undo it. */
    private boolean isEverywhere(Need need, Monitor monitor) {
        Position known = need.known();
        if (need.isOpen() || known == null || !monitor.isEverywhere(known)) {
            return false;
        }
        everything.know(known);
        return true;
    }

    /** Turns moments into positions by a sample of the master. */
    synchronized void learn(Sample master) {
        if (foreign && master.isBegunAfter(foreignSince)) { // whoever made the token knew no later master
            Position known = everything.known();
            if (known != null && !master.position().covers(known)) {
                everything.forget(master.position());
            }
            foreign = false;
        }
        if (!foreign) {
            everything.learn(master);
        }
        if (!tables.isEmpty()) {
            tables.values().forEach(need -> need.learn(master));
        }
    }

    @Override
    public synchronized Position settle(Sample master) {
        if (seenOn != null && master.isBegunAfter(seenAt)) {
            everything.know(master.position());
            seenOn = null;
        }
        learn(master);
        return position().orElse(master.position());
    }

    @Override
    public boolean isResolved(Monitor monitor, long nanos) {
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (!isResolved(monitor)) {
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            monitor.hurry();
            monitor.awaitSample(monitor.heard(), left);
            left = deadline - System.nanoTime();
        }
        return true;
    }

    synchronized boolean isResolved(Monitor monitor) {
        learn(monitor);
        return !everything.isOpen()
                && seenOn == null
                && tables.values().stream().noneMatch(Need::isOpen);
    }

    @Override
    public synchronized Optional<Position> position() {
        Position all = everything.known();
        for (Need need : tables.values()) {
            if (need.known() != null) {
                all = Position.later(all, need.known());
            }
        }
        return Optional.ofNullable(all);
    }
}
