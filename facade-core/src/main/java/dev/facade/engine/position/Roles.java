package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what was seen of the servers which of them is the master. Immutable.
 *
 * <p>A server that says that it is the master is not believed by that alone: it may have been left behind. It is the
 * master if the present one is seen to be none, or has not answered for a while, and if its history is the later one.
 *
 * @param promoted the server that is the master from now on, or null if nothing changes
 * @param rivals the servers that are masters at once; empty if there is one at most
 */
record Roles(@Nullable String promoted, List<String> rivals) {

    private static final Roles SETTLED = new Roles(null, List.of());

    /**
     * The facts that were seen of a server.
     *
     * @param name its name
     * @param last its last sample
     * @param lastAsMaster its last sample as a master
     * @param masterSince when it was asked first what it answered with being the master, by the facade's ticker
     * @param answer whether it answers
     */
    record Seen(
            String name, @Nullable Sample last, @Nullable Sample lastAsMaster, long masterSince, Answer answer) {

        private boolean isMaster() {
            return last != null && last.role() == Role.MASTER && answer == Answer.GIVEN;
        }

        private boolean isHeardOfAfter(long nanos) {
            return last != null && last.isBegunAfter(nanos);
        }
    }

    /** True if a server answers. */
    enum Answer {
        /** It does, as far as is known. */
        GIVEN,
        /** It has just not. */
        MISSED,
        /** It has not for a while. */
        LOST
    }

    /** Compares the present master with others; while it is not known what that is, what was known before stays. */
    static Roles of(Seen master, List<Seen> others, List<String> rivalsBefore) {
        List<Seen> claimants = claimants(master, others);
        if (claimants.isEmpty()) {
            return SETTLED;
        }
        boolean heard = claimants.stream().allMatch(one -> master.isHeardOfAfter(one.masterSince()));
        boolean unsure = master.answer() == Answer.MISSED || (master.answer() == Answer.GIVEN && !heard);
        if (unsure) {
            return new Roles(null, rivalsBefore);
        }
        if (master.isMaster()) {
            return rivals(Stream.concat(Stream.of(master), claimants.stream()));
        }
        if (claimants.size() > 1) {
            return rivals(claimants.stream());
        }
        Seen claimant = claimants.get(0);
        return isLater(claimant, master, others) ? new Roles(claimant.name(), List.of()) : SETTLED;
    }

    private static Roles rivals(Stream<Seen> masters) {
        return new Roles(null, masters.map(Seen::name).toList());
    }

    /** Other servers of the cluster that say that they are its master, each under one of its names. */
    private static List<Seen> claimants(Seen master, List<Seen> others) {
        List<Seen> claimants = new ArrayList<>();
        for (Seen other : others) {
            boolean known = Stream.concat(Stream.of(master), claimants.stream())
                    .anyMatch(seen -> isOneServer(seen.last(), other.last()));
            if (other.isMaster() && !known && isOfCluster(other, master, others)) {
                claimants.add(other);
            }
        }
        return claimants;
    }

    /** Tells whether two names lead to one server, as an address that moves with the master does. */
    static boolean isOneServer(@Nullable Sample one, @Nullable Sample other) {
        return one != null
                && other != null
                && one.role() == other.role()
                && one.server().equals(other.server())
                && one.position().comparable(other.position());
    }

    /**
     * The cluster is that of the present master. As long as the master was never heard it is that of most servers; of one
     * that stands alone its history must tell that it was promoted, or it may be any other cluster's master.
     */
    private static boolean isOfCluster(Seen claimant, Seen master, List<Seen> others) {
        Position position = position(claimant.last());
        if (position == null) {
            return false;
        }
        Position present = position(master.last());
        if (present != null) {
            return position.isOfClusterOf(present);
        }
        List<Position> known = others.stream()
                .map(Seen::last)
                .filter(Objects::nonNull)
                .map(Sample::position)
                .toList();
        long same = known.stream().filter(position::isOfClusterOf).count();
        return same * 2 > known.size() && (same > 1 || position.isPromoted());
    }

    /**
     * What a standby follows may be the claimant's own history; what the present master had written must be an older one.
     * A history that any other server has left is not the latest.
     */
    private static boolean isLater(Seen claimant, Seen master, List<Seen> others) {
        Position claimed = position(claimant.last());
        Position written = position(master.lastAsMaster());
        return claimed != null
                && (written == null || claimed.succeeds(written))
                && positions(Stream.concat(Stream.of(master), others.stream()))
                        .noneMatch(seen -> seen.succeeds(claimed));
    }

    private static Stream<Position> positions(Stream<Seen> seen) {
        return seen.flatMap(one -> Stream.of(one.last(), one.lastAsMaster()))
                .filter(Objects::nonNull)
                .map(Sample::position);
    }

    private static @Nullable Position position(@Nullable Sample sample) {
        return sample == null ? null : sample.position();
    }
}
