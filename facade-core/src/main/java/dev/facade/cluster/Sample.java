package dev.facade.cluster;

import dev.facade.event.Role;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The role and the position in which a server was seen. Immutable.
 *
 * <pre>{@code
 * ReplicationProbe noted = (connection, ticker) -> {
 *     Sample sample = ReplicationProbe.postgres().sample(connection, ticker);
 *     System.out.println(sample.role() + " at " + sample.position());
 *     return sample;
 * };
 * }</pre>
 *
 * @param role master, or replica
 * @param position of a master how far it had written, so at least what had been committed when the sample was begun; of
 *     a replica how far it had replayed
 * @param server the server's present run: another one after each start
 * @param begunNanos when it was asked for, by the facade's ticker
 * @param endedNanos when the answer was there
 */
public record Sample(Role role, Position position, String server, long begunNanos, long endedNanos) {

    /**
     * Checks the components.
     *
     * @param role master, or replica
     * @param position how far the server was
     * @param server the server's present run
     * @param begunNanos when it was asked for
     * @param endedNanos when the answer was there
     */
    public Sample {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(server, "server");
    }

    /**
     * Returns the same, with what another sample tells of the way that led to its position.
     *
     * @param other of a server on the same history, or of the same run of the server before, as a replica; or null
     * @return the sample; this one if the other tells nothing
     */
    public Sample after(@Nullable Sample other) {
        if (other == null) {
            return this;
        }
        boolean sameRun = other.role == Role.REPLICA && server.equals(other.server);
        Position way = sameRun || !position.succeeds(other.position) ? position.via(other.position) : position;
        return way == position ? this : new Sample(role, way, server, begunNanos, endedNanos);
    }

    /**
     * Tells whether the sample was asked for after a moment.
     *
     * @param nanos the moment, by the same ticker
     * @return true if it was
     */
    public boolean isBegunAfter(long nanos) {
        return begunNanos - nanos > 0;
    }
}
