package dev.facade.engine.journey;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.engine.health.Watch;
import dev.facade.engine.position.Freshness;
import dev.facade.error.DeadlineExceededException;
import dev.facade.error.InvalidPickException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.option.Priority;
import dev.facade.spi.FailureClassifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One read on its way: each replica at most once, then the master if that is allowed. Used by one thread.
 *
 * <p>A connection lost while the query may have run allows one further run in all: the query itself may be what kills. So
 * does a run that was abandoned since its replica took so much longer than the others: the query itself may be what is slow.
 */
final class ReadJourney<T> {

    /** How often a read waits for a connection of a replica that it names: it can go nowhere else. */
    private static final int NAMED_WAITS = 8;

    private final Router router;
    private final ReadIntent intent;
    private final NodeCall<T> call;
    private final RouteObserver observer;
    private final Duration allowed;
    private final long began;
    private final long deadline;

    private @Nullable Map<Replica, RuntimeException> failures;
    private boolean lostOnce;
    private boolean behind;
    private long waitsUntil;
    private @Nullable Replica abandoned;
    private boolean askedMaster;

    ReadJourney(Router router, ReadIntent intent, NodeCall<T> call, RouteObserver observer) {
        this.router = router;
        this.intent = intent;
        this.call = call;
        this.observer = observer;
        this.allowed = intent.deadline() == null ? router.limits().deadline() : intent.deadline();
        this.began = router.ticker().nanos();
        this.deadline = began + TimeUnit.NANOSECONDS.convert(allowed); // the longest there is, for ever
    }

    T run() {
        router.limits().budget().deposit();
        Router.Fixed fixed = router.fixed(intent);
        Node node = fixed.node();
        if (node instanceof Replica replica && fixed.reason() == Reason.EXPLICIT) {
            return onNamed(replica);
        }
        if (node != null) {
            return onFixed(node, fixed.reason(), watch(null));
        }
        Replica probe = router.health().probe(intent.freshness()::isMetBy);
        Outcome<T> outcome = probe == null ? nextReplica() : onReplica(probe, Reason.PROBE);
        while (outcome == null) {
            outcome = nextReplica();
        }
        return askedMaster || !call.isMissing(outcome.value) ? outcome.value : orOfMaster(outcome.value);
    }

    /** What a replica does not have may be there; its answer stands where the master may not be asked. */
    private T orOfMaster(T missing) {
        if (isLate() || !router.limits().budget().tryWithdraw()) {
            return missing;
        }
        Watch watch = permitted(intent.priority());
        return watch == null ? missing : onMaster(Reason.ON_MISS, watch);
    }

    /** The caller's choice, which does not make it fresh. */
    private T onNamed(Replica replica) {
        String objection = router.health().objection(replica);
        if (!objection.isEmpty()) {
            throw NoReplicaAvailableException.strange(intent.operation(), replica.name(), objection);
        }
        while (!intent.freshness().isMetBy(replica)) {
            if (!waited()) {
                throw withEarlier(new StaleReplicaException(intent.operation(), replica.name()));
            }
        }
        RuntimeException full = null;
        for (int waits = 0; waits < NAMED_WAITS; waits++) {
            Watch watch = watch(null);
            try {
                return onFixed(replica, Reason.EXPLICIT, watch);
            } catch (RuntimeException error) {
                boolean mayHaveOneSoon = !watch.isLate()
                        && !watch.isEntered()
                        && !isLate()
                        && FailureClassifier.classify(error, Role.REPLICA) == FailureClass.SATURATION;
                if (!mayHaveOneSoon) {
                    throw error;
                }
                full = error;
            }
        }
        throw Objects.requireNonNull(full);
    }

    /** Null means: failed, go on. */
    private @Nullable Outcome<T> nextReplica() {
        if (failures != null && isLate()) {
            throw late(null, null, null);
        }
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
        if (waitsUntil == 0) {
            long patience = Math.max(
                    intent.consistency().patience().toNanos(),
                    intent.freshness().patience());
            waitsUntil = now + Math.min(patience, left());
        }
        if (waitsUntil - now <= 0 || Thread.currentThread().isInterrupted()) {
            return false;
        }
        intent.freshness().await(waitsUntil - now);
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
        long begun = begun();
        Watch watch = router.watchdog().watch(canLeave(replica) ? replica : null, begun, deadline, null);
        Hedge<T> hedge = hedge(replica, watch);
        try {
            T value = ran(replica, watch);
            if (hedge != null) {
                hedge.drop();
            }
            served(replica, begun, watch);
            return new Outcome<>(value);
        } catch (RuntimeException error) {
            watch.close();
            Hedge.Answer<T> other = hedge == null || isWrong(error, watch) ? null : hedge.answer(left());
            if (other != null) {
                observer.failed(replica, FailureClass.SLOW, error);
                observer.routed(other.replica(), Reason.HEDGE);
                return new Outcome<>(other.value().get());
            }
            lostOnce |= hedge != null && hedge.isStarted();
            if (error instanceof StaleReplicaException) {
                behind = true;
                router.health().spoke(replica);
                failed(replica, error);
                return null;
            }
            FailureClass failure = note(replica, error, watch, false);
            if (watch.isLate()) {
                throw late(replica, error, watch);
            }
            boolean ran = failure != FailureClass.SATURATION && FailureClassifier.mayHaveRun(error);
            if (ran && lostOnce) {
                throw withEarlier(error);
            }
            lostOnce |= ran && (failure == FailureClass.NODE || failure == FailureClass.SLOW);
            failed(replica, error);
            if (failure == FailureClass.QUERY) {
                return new Outcome<>(onSchemaBehind(error));
            }
            if (ran && failure != FailureClass.SLOW && !router.limits().budget().tryWithdraw()) {
                throw notAgain(error);
            }
            return null;
        } catch (Error broken) {
            watch.close();
            throw broken;
        }
    }

    /** It fails wherever it runs, so nobody waits for its hedge. */
    private static boolean isWrong(RuntimeException error, Watch watch) {
        return !watch.isAbandoned()
                && !(error instanceof StaleReplicaException)
                && FailureClassifier.classify(error, Role.REPLICA) == FailureClass.QUERY
                && !FailureClassifier.isMissingSchema(error);
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

    /** What no replica could serve, if the master takes any more of it. */
    private T onMaster(Reason reason) {
        Watch watch = permitted(reason == Reason.CONSISTENCY ? intent.priority().raised() : intent.priority());
        if (watch == null) {
            throw nobodyLeft("the master serves as many reads of replicas as it can without slowing down writes; read"
                    + " less, or later, or bring replicas back");
        }
        return onMaster(reason, watch);
    }

    /** Null means: the master takes no more. */
    private @Nullable Watch permitted(Priority priority) {
        Permits permits = router.permits();
        Thread reader = Thread.currentThread();
        Watch watch = watch(() -> permits.left(reader)); // before there is a permit, so that no Error comes between
        return permits.enter(priority, left()) ? watch : null;
    }

    private T onMaster(Reason reason, Watch watch) {
        askedMaster = true;
        try {
            long begun = router.ticker().nanos();
            T value = onFixed(router.cluster().master(), reason, watch);
            router.limits().guard().read(router.ticker().nanos() - begun);
            return value;
        } catch (RuntimeException error) {
            throw withEarlier(error);
        } catch (Error broken) {
            watch.close();
            throw broken;
        }
    }

    /** On a node that it does not leave before its deadline. */
    private Watch watch(@Nullable Runnable onClose) {
        return router.watchdog().watch(null, begun(), deadline, onClose);
    }

    private T onFixed(Node node, Reason reason, Watch watch) {
        try {
            observer.routed(node, reason);
            T value = ran(node, watch);
            if (node instanceof Replica replica) {
                router.health().spoke(replica); // how long it took tells nothing: the peers get none of these
            }
            return value;
        } catch (RuntimeException error) {
            watch.close();
            note(node, error, watch, true);
            throw watch.isLate() ? late(node, error, watch) : error;
        } catch (Error broken) {
            watch.close();
            throw broken;
        }
    }

    /** Of the first attempt, if it may be hedged. */
    private @Nullable Hedge<T> hedge(Replica replica, Watch watch) {
        return router.hedging().isOn() && failures == null && call.isHedgeable()
                ? Hedge.of(router, intent, call, replica, watch, deadline)
                : null;
    }

    private T ran(Node node, Watch watch) {
        return lostOnce ? call.onAgain(node, watch) : call.on(node, watch);
    }

    /** Whether a read may be abandoned there since it could go elsewhere, and has not been lost yet. */
    private boolean canLeave(Replica replica) {
        if (lostOnce) {
            return false;
        }
        if (router.mayFallBack() && !intent.consistency().fails()) {
            return true;
        }
        for (Replica other : router.health().candidates()) {
            boolean tried = failures != null && failures.containsKey(other);
            if (other != replica && !tried && intent.freshness().isMetBy(other)) {
                return true;
            }
        }
        return false;
    }

    /** The first attempt begins with the read. */
    private long begun() {
        return failures == null && waitsUntil == 0 ? began : router.ticker().nanos();
    }

    private boolean isLate() {
        return left() <= 0;
    }

    private long left() {
        return deadline - router.ticker().nanos();
    }

    private FailureClass note(Node node, RuntimeException error, Watch watch, boolean named) {
        FailureClass failure = watch.isAbandoned() ? FailureClass.SLOW : FailureClassifier.classify(error, node.role());
        observer.failed(node, failure, error);
        if (node instanceof Replica replica) {
            FailureClass ofReplica = watch.isEntered() ? failure : FailureClassifier.classify(error, Role.REPLICA);
            note(replica, ofReplica, error, watch, named);
        }
        return failure;
    }

    private void note(Replica replica, FailureClass failure, RuntimeException error, Watch watch, boolean named) {
        if (watch.isExhausted()) {
            return; // it was asked nothing
        }
        if (failure == FailureClass.SLOW) {
            abandoned = watch.isLate() ? abandoned : replica;
            if (!named) {
                router.health().abandoned(replica, watch.lasted());
            }
        } else if (failure == FailureClass.NODE) {
            router.health().unreachable(replica, FailureClassifier.mayHaveRun(error), innermost(error));
        } else if (failure != FailureClass.SATURATION && FailureClassifier.isOfDatabase(error)) {
            router.health().spoke(replica);
            boolean comparable = !named && !FailureClassifier.isOfCaller(error); // else its peers get none such
            if (failure == FailureClass.QUERY && comparable) {
                router.health().failed(replica);
            }
        }
    }

    private void served(Replica replica, long begun, Watch watch) {
        router.health().served(replica, router.ticker().nanos() - begun - watch.owned());
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

    /** On its last node, if it ran anywhere when the time was over. */
    private DeadlineExceededException late(
            @Nullable Node last, @Nullable RuntimeException error, @Nullable Watch watch) {
        Map<String, String> tried = new LinkedHashMap<>();
        if (failures != null) {
            failures.keySet().forEach(replica -> tried.put(replica.name(), reasonOf(replica)));
        }
        if (last != null) {
            boolean asked = error == null || watch == null || !watch.isExhausted();
            tried.put(last.name(), asked ? "no answer" : "not asked, since " + error.getMessage());
        }
        DeadlineExceededException late = new DeadlineExceededException(intent.operation(), allowed, tried, error);
        withEarlier(late);
        return late;
    }

    /** The failure itself, and a hint; without a cause, which would lead back to the failure. */
    private RuntimeException notAgain(RuntimeException error) {
        error.addSuppressed(new NoReplicaAvailableException(
                intent.operation(),
                reasons(),
                "not run again, since too many reads were: find out why they fail, or raise retryBudget(...)",
                null));
        return withEarlier(error);
    }

    private NoReplicaAvailableException nobodyLeft() {
        return nobodyLeft(advice());
    }

    private NoReplicaAvailableException nobodyLeft(String advice) {
        List<RuntimeException> causes = new ArrayList<>(failures == null ? List.of() : failures.values());
        RuntimeException last = causes.isEmpty() ? null : causes.remove(causes.size() - 1);
        NoReplicaAvailableException error =
                new NoReplicaAvailableException(intent.operation(), reasons(), advice, last);
        causes.forEach(error::addSuppressed);
        return error;
    }

    private Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Replica replica : router.cluster().replicas()) {
            reasons.put(replica.name(), reasonOf(replica));
        }
        return reasons;
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
        return replica == abandoned
                ? FailureClass.SLOW + ": abandoned"
                : FailureClassifier.classify(error, Role.REPLICA) + ": " + innermost(error);
    }

    private static String innermost(Throwable error) {
        Throwable current = error;
        while (current.getCause() != null && current.getCause() != current) {
            current = current.getCause();
        }
        String message = current.getMessage();
        return message == null ? current.getClass().getSimpleName() : message;
    }

    /** Holds a value that may be null. */
    private static final class Outcome<T> {

        final T value;

        Outcome(T value) {
            this.value = value;
        }
    }
}
