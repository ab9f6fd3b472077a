package dev.facade.cluster;

import dev.facade.event.Role;

/**
 * The node that takes writes. Immutable.
 *
 * <pre>{@code
 * Cluster cluster = new Cluster(Master.of("master"), List.of());
 * }</pre>
 */
public final class Master implements Node {

    private final String name;

    private Master(String name) {
        this.name = Names.checked(name);
    }

    /**
     * Names a master.
     *
     * @param name not blank
     * @return the node
     */
    public static Master of(String name) {
        return new Master(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Role role() {
        return Role.MASTER;
    }

    @Override
    public String toString() {
        return name;
    }
}
