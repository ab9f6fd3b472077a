package dev.facade.engine.position;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A server that is sampled, and its part. Immutable but for the log, to which the master's samples are added.
 *
 * @param byNode the samplers of those that are nodes
 * @param all the samplers of nodes and of others
 * @param master the master's, or null if there is none
 * @param log where the master was
 */
record Watched(
        Map<Node, NodeSampler> byNode,
        List<NodeSampler> all,
        @Nullable NodeSampler master,
        MasterLog log) {

    static Watched nobody() {
        return new Watched(Map.of(), List.of(), null, new MasterLog());
    }

    /** The same servers in the roles of some nodes; a new master begins a new log. */
    Watched as(Collection<? extends Node> nodes) {
        Map<Node, NodeSampler> roles = new IdentityHashMap<>();
        NodeSampler present = null;
        for (Node node : nodes) {
            NodeSampler sampler = named(node.name());
            if (sampler != null) {
                roles.put(node, sampler);
                present = node instanceof Master ? sampler : present;
            }
        }
        return new Watched(roles, all, present, present == master ? log : begun(present));
    }

    private static MasterLog begun(@Nullable NodeSampler master) {
        MasterLog log = new MasterLog();
        Sample first = master == null ? null : master.last();
        if (first != null && first.role() == Role.MASTER) {
            log.add(first);
        }
        return log;
    }

    Watched with(NodeSampler sampler) {
        List<NodeSampler> more = new ArrayList<>(all);
        more.add(sampler);
        return new Watched(byNode, List.copyOf(more), master, log);
    }

    Watched without(NodeSampler sampler) {
        return new Watched(
                byNode, all.stream().filter(other -> other != sampler).toList(), master, log);
    }

    @Nullable
    NodeSampler named(String name) {
        for (NodeSampler sampler : all) {
            if (sampler.name().equals(name)) {
                return sampler;
            }
        }
        return null;
    }

    /** Null if there is none, or if the server is no master. */
    @Nullable
    Sample lastOfMaster() {
        Sample sample = master == null ? null : master.last();
        return sample != null && sample.role() == Role.MASTER ? sample : null;
    }

    /** Null if there is none, or if the server is no replica. */
    @Nullable
    Sample last(Replica replica) {
        NodeSampler sampler = byNode.get(replica);
        Sample sample = sampler == null ? null : sampler.last();
        return sample != null && sample.role() == Role.REPLICA && !isObjectedTo(sampler) ? sample : null;
    }

    /** The objection to reading a replica, see {@link Belonging}. */
    @Nullable
    String objection(Replica replica) {
        NodeSampler sampler = byNode.get(replica);
        return sampler == null ? null : sampler.objection();
    }

    private static boolean isObjectedTo(NodeSampler sampler) {
        String objection = sampler.objection();
        return objection != null && !objection.isEmpty();
    }

    /** The facts with which a server is compared, be it a node or not. */
    Belonging belonging(@Nullable NodeSampler server) {
        List<Sample> others = new ArrayList<>();
        for (NodeSampler other : byNode.values()) {
            Sample sample = other == server || other == master ? null : other.last();
            if (sample != null) {
                others.add(sample);
            }
        }
        return new Belonging(master == null ? null : master.last(), others);
    }

    boolean isLost(Replica replica) {
        NodeSampler sampler = byNode.get(replica);
        return sampler == null || sampler.isFailing(); // or of another facade
    }

    /** Tells whether each replica that was heard of after a moment is as far. */
    boolean isEverywhere(Position position, long heardAfter) {
        for (NodeSampler sampler : byNode.values()) {
            Sample sample = sampler == master || isObjectedTo(sampler) ? null : sampler.last();
            boolean behind = sample != null
                    && sample.isBegunAfter(heardAfter)
                    && !sample.position().covers(position);
            if (behind) {
                return false;
            }
        }
        return true;
    }

    /** How old the data of a sample can be at most at a moment, in nanoseconds, never negative; empty if not known. */
    OptionalLong staleness(Sample sample, long now) {
        OptionalLong upTo = log.knownUpTo(sample.position());
        return upTo.isEmpty() ? upTo : OptionalLong.of(Math.max(0, now - upTo.getAsLong()));
    }

    /** That of the freshest replica; zero if there are endpoints only. */
    long leastStaleness(long now) {
        long least = byNode.size() == 1 ? 0 : Long.MAX_VALUE;
        for (NodeSampler sampler : byNode.values()) {
            Sample sample = sampler == master ? null : sampler.last();
            OptionalLong staleness = sample == null ? OptionalLong.empty() : staleness(sample, now);
            least = Math.min(least, staleness.orElse(Long.MAX_VALUE));
        }
        return least;
    }
}
