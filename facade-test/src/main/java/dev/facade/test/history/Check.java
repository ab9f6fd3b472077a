package dev.facade.test.history;

import dev.facade.event.Role;
import dev.facade.test.history.HistoryEvent.Read;
import dev.facade.test.history.HistoryEvent.Write;
import dev.facade.test.history.Verdict.Promise;
import dev.facade.test.history.Verdict.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Goes through a history once. Used by one thread. */
final class Check {

    /** What a session has done so far. */
    private static final class Seen {

        final Map<String, Long> written = new HashMap<>();
        final Map<String, Long> read = new HashMap<>();
        boolean hasWritten;
        long lastWrite;
    }

    private final History history;
    private final long lagWindow;
    private final Map<String, Commits> commits = new HashMap<>();
    private final Map<Integer, Seen> sessions = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private long reads;
    private long onReplicas;
    private long recent;
    private long writes;
    private long shownEarly;

    Check(History history, Duration lagWindow) {
        this.history = history;
        this.lagWindow = lagWindow.toNanos();
    }

    Verdict run() {
        for (HistoryEvent event : history.events()) {
            if (event instanceof Write write) {
                commits(write.register()).add(write);
            }
        }
        for (HistoryEvent event : history.events()) {
            Seen seen = sessions.computeIfAbsent(event.session(), any -> new Seen());
            if (event instanceof Write write) {
                write(write, seen);
            } else if (event instanceof Read read) {
                read(read, seen);
            }
        }
        return new Verdict(reads, onReplicas, recent, writes, shownEarly, violations);
    }

    private void write(Write write, Seen seen) {
        writes++;
        String register = write.register();
        long version = write.version();
        expect(Promise.MONOTONIC_WRITES, write, seen.written.getOrDefault(register, version - 1) + 1);
        expect(Promise.WRITES_FOLLOW_READS, write, seen.read.getOrDefault(register, version - 1) + 1);
        seen.written.merge(register, version, Math::max);
        seen.hasWritten = true;
        seen.lastWrite = write.endedNanos();
    }

    private void read(Read read, Seen seen) {
        reads++;
        onReplicas += read.role() == Role.REPLICA ? 1 : 0;
        recent += seen.hasWritten && read.begunNanos() - seen.lastWrite < lagWindow ? 1 : 0;
        String register = read.register();
        long version = read.version();
        Duration bound = read.bound();
        if (bound != null) { // what it sees obliges nobody, and nothing but time obliges it
            long least = commits(register).knownBefore(read.begunNanos() - bound.toNanos(), version);
            expect(Promise.BOUNDED_STALENESS, read, least);
            return;
        }
        long written = seen.written.getOrDefault(register, version);
        long before = seen.read.getOrDefault(register, version);
        if (version < written) {
            expect(Promise.READ_YOUR_WRITES, read, written);
        } else if (isShownEarly(read, before)) {
            shownEarly++;
        } else {
            expect(Promise.MONOTONIC_READS, read, before);
        }
        seen.read.merge(register, version, Math::max);
    }

    /** The master has not reported yet what a replica has shown, or nobody could know that it has. */
    private boolean isShownEarly(Read read, long before) {
        return read.version() < before
                && read.role() == Role.MASTER
                && commits(read.register()).isReportedAfter(before, read.begunNanos());
    }

    private void expect(Promise promise, HistoryEvent event, long least) {
        if (event.version() < least) {
            violations.add(new Violation(promise, event, least));
        }
    }

    private Commits commits(String register) {
        return commits.computeIfAbsent(register, any -> new Commits());
    }
}
