package dev.facade.routing;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.consistency.Freshness;
import dev.facade.error.InvalidPickException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.health.FailureClassifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One read on its way: each replica at most once, then the master if that is allowed. Used by one thread.
 *
 * <p>A connection lost while the query may have run allows one further run in all: the query itself may be what kills.
 */
final class ReadJourney<T> {

    private final Router router;
    private final ReadIntent intent;
    private final NodeCall<T> call;
    private final RouteObserver observer;

    private @Nullable Map<Replica, RuntimeException> failures;
    private boolean lostOnce;
    private boolean behind;
    private long deadline;

    ReadJourney(Router router, ReadIntent intent, NodeCall<T> call, RouteObserver observer) {
        this.router = router;
        this.intent = intent;
        this.call = call;
        this.observer = observer;
    }

    T run() {
        Router.Fixed fixed = router.fixed(intent);
        Node node = fixed.node();
        if (node instanceof Replica replica && fixed.reason() == Reason.EXPLICIT) {
            return onNamed(replica);
        }
        if (node != null) {
            return onFixed(node, fixed.reason());
        }
        Replica probe = router.health().probe(intent.freshness()::isMetBy);
        Outcome<T> outcome = probe == null ? nextReplica() : onReplica(probe, Reason.PROBE);
        while (outcome == null) {
            outcome = nextReplica();
        }
        return outcome.value;
    }

    /** The caller's choice, which does not make it fresh. */
    private T onNamed(Replica replica) {
        while (!intent.freshness().isMetBy(replica)) {
            if (!waited()) {
                throw withEarlier(new StaleReplicaException(intent.operation(), replica.name()));
            }
        }
        return onFixed(replica, Reason.EXPLICIT);
    }

    /** Null means: failed, go on. */
    private @Nullable Outcome<T> nextReplica() {
        List<Replica> alive = untried(router.health().candidates());
        Replica only = intent.freshness().only();
        if (only != null && alive.contains(only) && intent.freshness().isMetBy(only)) {
            return onReplica(only, Reason.ALGORITHM);
        }
        List<Replica> candidates = fresh(alive);
        while (candidates.isEmpty() && !alive.isEmpty() && waited()) {
            candidates = fresh(alive);
        }
        if (!candidates.isEmpty()) {
            return onReplica(picked(candidates), Reason.ALGORITHM);
        }
        boolean stale = behind || !alive.isEmpty();
        if (stale && intent.consistency().fails()) {
            throw nobodyLeft();
        }
        if (router.mayFallBack()) {
            return new Outcome<>(onMaster(stale ? Reason.CONSISTENCY : Reason.FALLBACK));
        }
        List<Replica> ejected = fresh(untried(router.health().ejected()));
        if (!ejected.isEmpty()) {
            return onReplica(ejected.get(0), Reason.PROBE);
        }
        throw nobodyLeft();
    }

    /** The same list if it can be, since most reads need nothing that is not there. */
    private List<Replica> fresh(List<Replica> replicas) {
        Freshness freshness = intent.freshness();
        if (freshness == Freshness.any()) {
            return replicas;
        }
        List<Replica> kept = null;
        for (int i = 0; i < replicas.size(); i++) {
            boolean met = freshness.isMetBy(replicas.get(i));
            if (!met && kept == null) {
                kept = new ArrayList<>(replicas.subList(0, i));
            } else if (met && kept != null) {
                kept.add(replicas.get(i));
            }
        }
        return kept == null ? replicas : kept;
    }

    /** Waits for more to be known, as long as the caller's patience lasts; false if it is over. */
    private boolean waited() {
        long now = System.nanoTime();
        if (deadline == 0) {
            long patience = Math.max(
                    intent.consistency().patience().toNanos(),
                    intent.freshness().patience());
            deadline = now + patience;
        }
        if (deadline - now <= 0 || Thread.currentThread().isInterrupted()) {
            return false;
        }
        intent.freshness().await(deadline - now);
        observer.waited(System.nanoTime() - now);
        return true;
    }

    private Replica picked(List<Replica> candidates) {
        try {
            return router.pick(candidates);
        } catch (InvalidPickException bad) {
            throw withEarlier(bad);
        }
    }

    private @Nullable Outcome<T> onReplica(Replica replica, Reason reason) {
        observer.routed(replica, reason);
        long begun = router.ticker().nanos();
        try {
            T value = lostOnce ? call.onAgain(replica) : call.on(replica);
            served(replica, begun);
            return new Outcome<>(value);
        } catch (RuntimeException error) {
            if (error instanceof StaleReplicaException) {
                behind = true;
                router.health().spoke(replica);
                failed(replica, error);
                return null;
            }
            FailureClass failure = note(replica, error, false);
            boolean ran = failure != FailureClass.SATURATION && FailureClassifier.mayHaveRun(error);
            if (ran && lostOnce) {
                throw withEarlier(error);
            }
            lostOnce |= ran && failure == FailureClass.NODE;
            failed(replica, error);
            if (failure == FailureClass.QUERY) {
                return new Outcome<>(onSchemaBehind(error));
            }
            return null;
        }
    }

    private void failed(Replica replica, RuntimeException error) {
        if (failures == null) {
            failures = new LinkedHashMap<>();
        }
        failures.put(replica, error);
    }

    private T onSchemaBehind(RuntimeException error) {
        if (!router.mayFallBack() || !FailureClassifier.isMissingSchema(error)) {
            throw withEarlier(error);
        }
        return onMaster(Reason.SCHEMA_BEHIND);
    }

    private T onMaster(Reason reason) {
        try {
            return onFixed(router.cluster().master(), reason);
        } catch (RuntimeException error) {
            throw withEarlier(error);
        }
    }

    private T onFixed(Node node, Reason reason) {
        observer.routed(node, reason);
        long begun = router.ticker().nanos();
        try {
            T value = lostOnce ? call.onAgain(node) : call.on(node);
            if (node instanceof Replica replica) {
                served(replica, begun);
            }
            return value;
        } catch (RuntimeException error) {
            note(node, error, true);
            throw error;
        }
    }

    private FailureClass note(Node node, RuntimeException error, boolean named) {
        FailureClass failure = FailureClassifier.classify(error, node.role());
        observer.failed(node, failure, error);
        if (!(node instanceof Replica replica)) {
            return failure;
        }
        if (failure == FailureClass.NODE) {
            router.health().unreachable(replica, FailureClassifier.mayHaveRun(error), innermost(error));
        } else if (failure != FailureClass.SATURATION && FailureClassifier.isOfDatabase(error)) {
            router.health().spoke(replica);
            if (failure == FailureClass.QUERY && !named) { // the peers get none that could be compared with it
                router.health().failed(replica);
            }
        }
        return failure;
    }

    private void served(Replica replica, long begun) {
        router.health().served(replica, router.ticker().nanos() - begun);
    }

    private List<Replica> untried(List<Replica> replicas) {
        Map<Replica, RuntimeException> tried = failures;
        if (tried == null) {
            return replicas;
        }
        return replicas.stream().filter(replica -> !tried.containsKey(replica)).toList();
    }

    private RuntimeException withEarlier(RuntimeException error) {
        if (failures != null) {
            for (RuntimeException earlier : failures.values()) {
                if (earlier != error) {
                    error.addSuppressed(earlier);
                }
            }
        }
        return error;
    }

    private NoReplicaAvailableException nobodyLeft() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Replica replica : router.cluster().replicas()) {
            reasons.put(replica.name(), reasonOf(replica));
        }
        List<RuntimeException> causes = new ArrayList<>(failures == null ? List.of() : failures.values());
        RuntimeException last = causes.isEmpty() ? null : causes.remove(causes.size() - 1);
        NoReplicaAvailableException error =
                new NoReplicaAvailableException(intent.operation(), reasons, advice(), last);
        causes.forEach(error::addSuppressed);
        return error;
    }

    private String advice() {
        return router.mayFallBack()
                ? "orFail() keeps it from the master: leave it out, or wait with waitingUpTo(...)"
                : "allow fallbackToMaster, or pass Target.master() for this call";
    }

    private String reasonOf(Replica replica) {
        RuntimeException error = failures == null ? null : failures.get(replica);
        if (error == null) {
            String unhealthy = router.health().reason(replica);
            boolean fresh = intent.freshness().isMetBy(replica);
            if (!unhealthy.isEmpty() && replica.weight() > 0) {
                return unhealthy;
            }
            return replica.weight() == 0 ? "weight 0" : fresh ? "not tried" : "behind what the reader needs";
        }
        if (error instanceof StaleReplicaException) {
            return "behind what the reader needs";
        }
        return FailureClassifier.classify(error, Role.REPLICA) + ": " + innermost(error);
    }

    private static String innermost(Throwable error) {
        Throwable current = error;
        while (current.getCause() != null && current.getCause() != current) {
            current = current.getCause();
        }
        return String.valueOf(current.getMessage());
    }

    /** Holds a value that may be null. */
    private static final class Outcome<T> {

        final T value;

        Outcome(T value) {
            this.value = value;
        }
    }
}
