package dev.facade.test.history;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The verdict on a history of lists that only grow. Immutable.
 *
 * @param reads how many lists were read outside of transactions
 * @param onReplicas how many of them on replicas
 * @param pairs how many parts were read by a session that had seen an item of theirs
 * @param appends how many values were appended
 * @param lost how many of them a failover has lost
 * @param shownEarly how many reads of the master were older than what their session had seen on a replica, of a write that
 *     the master had not reported yet
 * @param violations what must not be
 */
public record ListVerdict(
        long reads, long onReplicas, long pairs, long appends, long lost, long shownEarly, List<Violation> violations) {

    /** The flaws that must not be. */
    public enum Flaw {
        /** A read does not see what its session has written. */
        OWN_WRITE_MISSING,
        /** A read does not see what its session has read before. */
        READ_BACKWARDS,
        /** An item that was seen names more of its part than is then shown. */
        DANGLING,
        /** A row that exists is said not to. */
        EMPTY,
        /** A list is not the beginning of the one that came of it. */
        ORDER,
        /** A value stands in a list twice. */
        REPEATED,
        /** A value that was committed is gone, and there was no failover. */
        LOST
    }

    /**
     * Something that must not be.
     *
     * @param flaw its kind
     * @param what the read, and what was expected of it
     */
    public record Violation(Flaw flaw, String what) {

        @Override
        public String toString() {
            return flaw + ": " + what;
        }
    }

    /**
     * Copies the violations.
     *
     * @param reads how many lists were read outside of transactions
     * @param onReplicas how many of them on replicas
     * @param pairs how many parts were read by a session that had seen an item of theirs
     * @param appends how many values were appended
     * @param lost how many of them a failover has lost
     * @param shownEarly how many reads of the master nobody could have made fresher
     * @param violations what must not be
     */
    public ListVerdict {
        violations = List.copyOf(violations);
    }

    /**
     * How many of a hundred reads replicas have answered.
     *
     * @return 0 to 100
     */
    public double percentOnReplicas() {
        return reads == 0 ? 0 : 100.0 * onReplicas / reads;
    }

    /**
     * How many violations there are of each kind.
     *
     * @return only of those that there are
     */
    public Map<Flaw, Long> flaws() {
        Map<Flaw, Long> counts = new EnumMap<>(Flaw.class);
        violations.forEach(violation -> counts.merge(violation.flaw(), 1L, Long::sum));
        return counts;
    }

    @Override
    public String toString() {
        return "%,d reads (%.0f %% on replicas), %,d pairs, %,d appends, %d lost by a failover, %d shown early, violations: %s"
                .formatted(
                        reads,
                        percentOnReplicas(),
                        pairs,
                        appends,
                        lost,
                        shownEarly,
                        violations.isEmpty() ? "none" : flaws() + ", the first: " + violations.get(0));
    }
}
