package dev.facade.option;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The place where a read must run. Immutable.
 *
 * <p>Without it a read goes to a replica picked by the algorithm.
 *
 * <pre>{@code
 * Post sure = repo.getOrThrow(Post.class, id, Target.master());
 * long onBerlin = repo.count(Post.class, Target.replica("berlin"));
 * }</pre>
 */
public final class Target implements ReadOption {

    private static final Target ANY_REPLICA = new Target("any replica", false, null);
    private static final Target MASTER = new Target("master", true, null);

    private final String text;
    private final boolean master;
    private final @Nullable String replica;

    private Target(String text, boolean master, @Nullable String replica) {
        this.text = text;
        this.master = master;
        this.replica = replica;
    }

    /**
     * Sends the read to the master.
     *
     * @return the target
     */
    public static Target master() {
        return MASTER;
    }

    /**
     * Lets the algorithm pick a replica; the default.
     *
     * @return the target
     */
    public static Target replica() {
        return ANY_REPLICA;
    }

    /**
     * Sends the read to one named replica: no other is tried, and there is no fallback. It gets what that replica has,
     * unless the call gives a level of consistency too: then it is an error if the replica is behind.
     *
     * @param name the replica's name
     * @return the target
     */
    public static Target replica(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: the name of a replica)");
        }
        return new Target("replica " + name, false, name);
    }

    /**
     * Tells whether the master is wanted.
     *
     * @return true for {@link #master()}
     */
    public boolean isMaster() {
        return master;
    }

    /**
     * Returns the replica that is wanted by name.
     *
     * @return its name, or null when any will do
     */
    public @Nullable String replicaName() {
        return replica;
    }

    @Override
    public String toString() {
        return text;
    }
}
