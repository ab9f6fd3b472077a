package dev.facade.consistency;

import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what servers say that they are, by {@link Roles}, and tells of it. Thread-safe. */
final class RoleJudge {

    private static final Logger LOG = LoggerFactory.getLogger(RoleJudge.class);

    private final Supplier<Watched> watched;
    private final Object members;
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

    /** Whether the master does not answer, or is not the only one. */
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
        tellOfRoles(present, roles.promoted(), watcher);
        return present.all().stream().anyMatch(sampler -> isClaimant(sampler, master));
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
        if (masters.isEmpty()) {
            LOG.info("one master is visible again: writes go on");
        } else {
            LOG.error("{} all say that they are the master: writes are refused until only one is visible", masters);
        }
        watcher.rivalsChanged();
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
