package dev.facade.engine;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.consistency.Consistency;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.call.Recording;
import dev.facade.engine.health.Watch;
import dev.facade.engine.journey.NodeCall;
import dev.facade.engine.journey.ReadIntent;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.mapping.Reach;
import dev.facade.option.OnMiss;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A read that opens a lease on the node that the router has chosen, and works on it. */
final class LeaseCall<T> implements NodeCall<T> {

    private final Leases leases;
    private final Lease.Kind kind;
    private final ReadOptions options;
    private final ReadIntent intent;
    private final Reach reach;
    private final Recording recording;
    private final Function<Lease, T> work;

    LeaseCall(
            Leases leases,
            Lease.Kind kind,
            ReadOptions options,
            ReadIntent intent,
            Reach reach,
            Recording recording,
            Function<Lease, T> work) {
        this.leases = leases;
        this.kind = kind;
        this.options = options;
        this.intent = intent;
        this.reach = reach;
        this.recording = recording;
        this.work = work;
    }

    @Override
    public T on(Node node) {
        throw new UnsupportedOperationException("on: " + node + " without a watch");
    }

    @Override
    public T on(Node node, Watch watch) {
        return worked(open(node, watch), watch);
    }

    @Override
    public T onAgain(Node node, Watch watch) {
        Lease lease = open(node, watch);
        lease.prove();
        return worked(lease, watch);
    }

    /** Each statement by itself, with nothing of another thread's behind it. */
    @Override
    public boolean isHedgeable() {
        return kind == Lease.Kind.AUTO_COMMIT
                && !options.lent()
                && leases.masterKeepsConnection()
                && !leases.dependsOnThread();
    }

    @Override
    public boolean isMissing(T result) {
        return options.onMiss() == OnMiss.ASK_MASTER
                && (result instanceof Optional<?> one
                        ? one.isEmpty()
                        : result instanceof List<?> rows && rows.isEmpty());
    }

    @Override
    public Supplier<T> aside(Node node, Watch watch) {
        Lease lease = new LeaseCall<>(leases, kind, options, intent, reach, Recording.silent(), work).open(node, watch);
        T result = done(lease, watch);
        return () -> {
            leases.sessions().saw(lease, intent, reach);
            leases.witness(lease, false, recording);
            return result;
        };
    }

    private T done(Lease lease, Watch watch) {
        Watch around = watch.enter();
        try {
            return work.apply(lease);
        } finally {
            Watch.leave(around);
        }
    }

    private T worked(Lease lease, Watch watch) {
        if (options.lent()) {
            lease.keep();
        }
        T result = done(lease, watch);
        leases.sessions().saw(lease, intent, reach);
        if (lease.isOpen()) {
            lease.keep();
        }
        return result;
    }

    private Lease open(Node node, Watch watch) {
        boolean guard = leases.isMasterOnly() && kind != Lease.Kind.LOCKING;
        EntityManagerFactory guarded = leases.guarded();
        if (guard && guarded != null) {
            return open(node, kind, guarded, watch);
        }
        EntityManagerFactory factory = leases.factory(node);
        boolean held = leases.keepsConnection(factory) || !leases.proofs().isProvedInside(node, intent, false);
        return open(node, guard || !held ? Lease.Kind.SNAPSHOT : kind, factory, watch);
    }

    private Lease open(Node node, Lease.Kind kind, EntityManagerFactory factory, Watch watch) {
        return Lease.open(
                node,
                kind,
                factory,
                from -> leases.open(node, from, options.schema(), isPromised()),
                lease -> prove(lease, kind, leases.keepsConnection(factory)),
                lease -> lease.enter(intent.operation(), options.schema()),
                watch,
                leases.entityManagers().borrowed());
    }

    /** Only a statement for which nothing is promised may be answered by a cache. */
    private boolean isPromised() {
        return kind != Lease.Kind.AUTO_COMMIT
                || leases.isMasterOnly()
                || intent.target().isMaster()
                || intent.consistency().level() != Consistency.Level.EVENTUAL;
    }

    /** What the master's cache answers takes no connection. */
    private boolean mayBeCached(Node node, Lease.Kind kind) {
        return kind == Lease.Kind.AUTO_COMMIT && node instanceof Master && leases.mayBeCached(isPromised());
    }

    private void prove(Lease lease, Lease.Kind kind, boolean keepsConnection) {
        if (keepsConnection && !mayBeCached(lease.node(), kind)) {
            leases.watch(lease);
        }
        leases.prove(lease, intent, keepsConnection, recording);
    }
}
