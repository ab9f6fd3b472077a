package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that are in, and those that are out. Immutable.
 *
 * @param standings all members, in their declared order, so that an algorithm finds a returned replica where it was
 * @param in the candidates
 * @param ejected those with a stay that has not ended by an answer
 * @param undisturbed whether nobody has an ejection, banned or not
 * @param cold the candidates that have just returned
 */
record HealthView(
        List<Standing> standings,
        Limits limits,
        List<Replica> in,
        List<Replica> ejected,
        boolean undisturbed,
        List<Replica> cold) {

    /** The operator's limits; the lag in nanoseconds. */
    record Limits(int minServing, long lag) {

        Limits minServing(int hosts) {
            return new Limits(hosts, lag);
        }

        Limits lag(@Nullable Duration limit) {
            return new Limits(minServing, limit == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(limit));
        }

        boolean isLate(long nanos) {
            return lag != Long.MAX_VALUE && nanos > lag;
        }
    }

    static HealthView of(List<Replica> replicas) {
        return of(replicas.stream().map(Standing::of).toList(), new Limits(1, Long.MAX_VALUE));
    }

    private static HealthView of(List<Standing> standings, Limits limits) {
        List<Standing> serving = serving(standings, limits);
        return new HealthView(
                standings,
                limits,
                serving.stream().map(Standing::replica).toList(),
                standings.stream()
                        .filter(standing -> standing.ejection() != null && !standing.isBarred())
                        .map(Standing::replica)
                        .toList(),
                standings.stream().allMatch(standing -> standing.ejection() == null),
                serving.stream().filter(Standing::cold).map(Standing::replica).toList());
    }

    /** Those without fault, and of the others the best as far as there are too few. */
    private static List<Standing> serving(List<Standing> standings, Limits limits) {
        List<Standing> serving = new ArrayList<>();
        List<Standing> spare = new ArrayList<>();
        for (Standing standing : standings) {
            boolean fine = !standing.isBarred() && standing.ejection() == null && !limits.isLate(standing.lag());
            if (fine) {
                serving.add(standing);
            } else if (standing.isSpare()) {
                spare.add(standing);
            }
        }
        int missing = limits.minServing() - serving.size();
        if (missing > 0) {
            spare.sort(Comparator.comparing((Standing standing) -> standing.ejection() != null)
                    .thenComparingLong(Standing::lag));
            serving.addAll(spare.subList(0, Math.min(missing, spare.size())));
            serving.sort(Comparator.comparingInt(standings::indexOf));
        }
        return serving;
    }

    List<Replica> members() {
        return standings.stream().map(Standing::replica).toList();
    }

    boolean isMember(Replica replica) {
        return standings.stream().anyMatch(standing -> standing.replica() == replica);
    }

    /** The standing of a replica; nothing is known against a stranger. */
    Standing standing(Replica replica) {
        for (Standing standing : standings) {
            if (standing.replica() == replica) {
                return standing;
            }
        }
        return Standing.of(replica);
    }

    HealthView with(Replica replica, UnaryOperator<Standing> change) {
        Standing before = standing(replica);
        Standing after = change.apply(before);
        if (after == before || !isMember(replica)) {
            return this;
        }
        return of(
                standings.stream()
                        .map(standing -> standing == before ? after : standing)
                        .toList(),
                limits);
    }

    HealthView members(List<Replica> readers, long now) {
        return of(
                readers.stream()
                        .map(reader -> isMember(reader) ? standing(reader) : Standing.added(reader, now))
                        .toList(),
                limits);
    }

    HealthView limited(Limits other) {
        return of(standings, other);
    }
}
