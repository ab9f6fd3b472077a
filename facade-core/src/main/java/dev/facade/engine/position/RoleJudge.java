package dev.facade.engine.position;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what servers say that they are, by {@link Roles}, and tells of it. Thread-safe. */
final class RoleJudge {

    private static final Logger LOG = LoggerFactory.getLogger(RoleJudge.class);

    private final Supplier<Watched> watched;
    private final Object members;
    private final AtomicBoolean masterless = new AtomicBoolean();
    private volatile List<String> rivals = List.of(); // written by whoever holds members

    /**
     * Makes a judge that knows no rivals.
     *
     * @param watched who is sampled now
     * @param members the lock of whoever changes that, so that no verdict is kept on who was sampled before
     */
    RoleJudge(Supplier<Watched> watched, Object members) {
        this.watched = watched;
        this.members = members;
    }

    /** The servers that say at once that they are the master; empty while there is one at most. */
    List<String> rivals() {
        return rivals;
    }

    /** Tells whether the master does not answer, or is not the only one. */
    boolean isInDoubt() {
        NodeSampler master = watched.get().master();
        return !rivals.isEmpty() || (master != null && master.answer() != Roles.Answer.GIVEN);
    }

    /** Tells of rivals, promotions and followers; true if another server than the master says that it is one. */
    boolean judge(Monitor.Watcher watcher) {
        Watched present = watched.get();
        NodeSampler master = present.master();
        if (master == null) {
            return false;
        }
        Roles roles;
        boolean changed;
        synchronized (members) {
            roles = Roles.of(master.seen(), others(present), rivals);
            changed = present == watched.get() && !roles.rivals().equals(rivals);
            if (changed) {
                rivals = roles.rivals();
            }
        }
        if (changed) {
            tellOfRivals(roles.rivals(), watcher);
        }
        if (present != watched.get()) {
            return false;
        }
        boolean stands = roles.promoted() != null
                && roles.promoted()
                        .equals(Roles.of(master.seen(), others(present), rivals).promoted());
        tellOfRoles(present, stands ? roles.promoted() : null, watcher); // the master may have answered meanwhile
        judgeReplicas(present, watcher);
        boolean claimed = present.all().stream().anyMatch(sampler -> isClaimant(sampler, master));
        judgeMaster(present, master, claimed, watcher);
        return claimed;
    }

    /**
     * Tells whether the node that is taken for the master says that it is none, and nobody else says that it is the
     * one.
     */
    boolean isMasterless() {
        return masterless.get();
    }

    /**
     * While a promotion is under way that is usual, so it counts only if the node has never been the master; and where
     * positions name no cluster, a master may follow another one.
     */
    private void judgeMaster(Watched present, NodeSampler master, boolean claimed, Monitor.Watcher watcher) {
        Sample last = master.last();
        boolean none = !claimed
                && last != null
                && last.role() == Role.REPLICA
                && last.position().isOfClusterOf(last.position())
                && master.seen().lastAsMaster() == null
                && present.all().stream().allMatch(NodeSampler::isTried);
        if (masterless.compareAndSet(!none, none)) {
            if (none) {
                LOG.error(
                        "{} follows another server, and no node says that it is the master: writes fail",
                        master.name());
            }
            watcher.masterless(master.name(), none);
        }
    }

    private void judgeReplicas(Watched present, Monitor.Watcher watcher) {
        for (Map.Entry<Node, NodeSampler> node : present.byNode().entrySet()) {
            NodeSampler sampler = node.getValue();
            Sample last = sampler.last();
            if (node.getKey() instanceof Replica && sampler != present.master() && last != null) {
                judge(present, sampler, last, watcher);
            }
        }
    }

    /** Told again and again while there is an objection, since another node may bear its name meanwhile. */
    private void judge(Watched present, NodeSampler sampler, Sample last, Monitor.Watcher watcher) {
        String before;
        String now;
        synchronized (members) { // so that no older verdict comes last
            before = sampler.objection();
            now = present.belonging(sampler).objection(last, false);
            sampler.objection(now);
        }
        boolean was = before != null && !before.isEmpty();
        boolean is = now != null && !now.isEmpty();
        if (is && !now.equals(before)) {
            LOG.error("{} is not read, since it {}", sampler.name(), now);
        } else if (was && !is) {
            LOG.info("{} is read: nothing speaks against it any more", sampler.name());
        }
        if (was || is) {
            watcher.objected(sampler.name());
        }
    }

    private static List<Roles.Seen> others(Watched present) {
        List<Roles.Seen> others = new ArrayList<>();
        for (NodeSampler sampler : present.all()) {
            if (sampler != present.master()) {
                others.add(sampler.seen());
            }
        }
        return others;
    }

    private static void tellOfRivals(List<String> masters, Monitor.Watcher watcher) {
        watcher.rivalsChanged();
        if (masters.isEmpty()) {
            LOG.info("one master is visible again: writes go on");
        } else {
            LOG.error("{} all say that they are the master: writes are refused until only one is visible", masters);
        }
    }

    private static void tellOfRoles(Watched present, @Nullable String promoted, Monitor.Watcher watcher) {
        if (promoted != null) {
            watcher.promoted(promoted);
        }
        for (NodeSampler sampler : present.all()) {
            if (isFollower(sampler) && !present.byNode().containsValue(sampler)) {
                watcher.follows(sampler.name());
            }
        }
    }

    private static boolean isFollower(NodeSampler sampler) {
        Sample last = sampler.last();
        return last != null && last.role() == Role.REPLICA && sampler.answer() == Roles.Answer.GIVEN;
    }

    private static boolean isClaimant(NodeSampler sampler, NodeSampler master) {
        Sample last = sampler.last();
        Sample ofMaster = master.last();
        return last != null
                && last.role() == Role.MASTER
                && !Roles.isOneServer(ofMaster, last)
                && last.position().isOfClusterOf((ofMaster == null ? last : ofMaster).position());
    }
}
