package dev.facade.test.history;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The verdict on a history. Immutable.
 *
 * @param reads how many reads there are
 * @param onReplicas how many of them replicas have answered
 * @param recent how many of them began shortly after a write of their session
 * @param writes how many writes there are
 * @param shownEarly how many reads of the master were older than what their session had seen on a replica, of a write that
 *     the master had not reported yet: a replica may show a commit before the master does, which no client can prevent
 * @param violations what must not be
 */
public record Verdict(
        long reads, long onReplicas, long recent, long writes, long shownEarly, List<Violation> violations) {

    /** The promises to a session. */
    public enum Promise {
        /** A read sees what its session has written. */
        READ_YOUR_WRITES,
        /** A read sees what its session has read before. */
        MONOTONIC_READS,
        /** A write comes after those that its session has made before. */
        MONOTONIC_WRITES,
        /** A write comes after what its session has read before. */
        WRITES_FOLLOW_READS,
        /** A read sees all that was known to be committed its bound ago. */
        BOUNDED_STALENESS
    }

    /**
     * A promise that was not kept.
     *
     * @param promise which one
     * @param event the read or write
     * @param least the lowest version that would have been right
     */
    public record Violation(Promise promise, HistoryEvent event, long least) {

        @Override
        public String toString() {
            return promise + ": " + event + " (expected: version >= " + least + ")";
        }
    }

    /**
     * Copies the violations.
     *
     * @param reads how many reads there are
     * @param onReplicas how many of them replicas have answered
     * @param recent how many of them began shortly after a write of their session
     * @param writes how many writes there are
     * @param shownEarly how many reads of the master nobody could have made fresher
     * @param violations what must not be
     */
    public Verdict {
        violations = List.copyOf(violations);
    }

    /**
     * How many of a hundred reads replicas have answered.
     *
     * @return 0 to 100
     */
    public double percentOnReplicas() {
        return percent(onReplicas);
    }

    /**
     * How many of a hundred reads began shortly after a write of their session.
     *
     * @return 0 to 100
     */
    public double percentRecent() {
        return percent(recent);
    }

    /**
     * How often each promise was not kept.
     *
     * @return only those that were not
     */
    public Map<Promise, Long> broken() {
        Map<Promise, Long> counts = new EnumMap<>(Promise.class);
        violations.forEach(violation -> counts.merge(violation.promise(), 1L, Long::sum));
        return counts;
    }

    private double percent(long some) {
        return reads == 0 ? 0 : 100.0 * some / reads;
    }

    @Override
    public String toString() {
        return "%,d reads (%.0f %% on replicas, %.0f %% soon after a write of their session), %,d writes, %d shown early, violations: %s"
                .formatted(
                        reads,
                        percentOnReplicas(),
                        percentRecent(),
                        writes,
                        shownEarly,
                        violations.isEmpty() ? "none" : broken() + ", the first: " + violations.get(0));
    }
}
