package dev.facade.engine.journey;

import dev.facade.cluster.Replica;
import dev.facade.engine.health.Health;
import dev.facade.event.Explanation;
import dev.facade.event.Explanation.Considered;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.event.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells where a read would go, by the rules of {@link ReadJourney}. Nothing runs, and no probe is handed out. */
final class Forecast {

    private final Router router;
    private final ReadIntent intent;

    Forecast(Router router, ReadIntent intent) {
        this.router = router;
        this.intent = intent;
    }

    Explanation told() {
        Router.Fixed fixed = router.fixed(intent);
        if (fixed.node() instanceof Replica named
                && !(intent.freshness().isMetBy(named)
                        && router.health().objection(named).isEmpty())) {
            return explained(null, List.of(considered(named)));
        }
        if (fixed.node() != null) {
            return explained(new Route(fixed.node().name(), fixed.node().role(), fixed.reason()), List.of());
        }
        return explained(
                first(),
                router.cluster().replicas().stream().map(this::considered).toList());
    }

    private Explanation explained(@Nullable Route route, List<Considered> replicas) {
        return new Explanation(route, router.algorithm(), replicas);
    }

    private @Nullable Route first() {
        Health health = router.health();
        List<Replica> alive = health.candidates();
        List<Replica> fresh = fresh(alive);
        Replica only = intent.freshness().only();
        if (only != null && fresh.contains(only)) {
            return new Route(only.name(), Role.REPLICA, Reason.ALGORITHM);
        }
        if (!fresh.isEmpty()) {
            return new Route(router.peek(fresh).name(), Role.REPLICA, Reason.ALGORITHM);
        }
        boolean fails = !alive.isEmpty() && intent.consistency().fails();
        if (router.mayFallBack() && !fails) {
            Reason reason = alive.isEmpty() ? Reason.FALLBACK : Reason.CONSISTENCY;
            return new Route(router.cluster().master().name(), Role.MASTER, reason);
        }
        List<Replica> last = fails ? List.of() : fresh(health.ejected());
        return last.isEmpty() ? null : new Route(last.get(0).name(), Role.REPLICA, Reason.PROBE);
    }

    private List<Replica> fresh(List<Replica> replicas) {
        return replicas.stream().filter(intent.freshness()::isMetBy).toList();
    }

    private Considered considered(Replica replica) {
        String unhealthy = router.health().reason(replica);
        if (replica.weight() == 0) {
            return new Considered(replica.name(), false, "weight 0");
        }
        if (!unhealthy.isEmpty()) {
            return new Considered(replica.name(), false, unhealthy);
        }
        if (!intent.freshness().isMetBy(replica)) {
            return new Considered(replica.name(), false, "behind what the reader needs");
        }
        Replica only = intent.freshness().only();
        boolean another =
                only != null && only != replica && router.health().candidates().contains(only);
        return another
                ? new Considered(replica.name(), false, "the session stays on " + only)
                : new Considered(replica.name(), true, pace(replica));
    }

    private String pace(Replica replica) {
        long median = replica.latency(0.5, 1, router.ticker().nanos());
        String answers =
                median < 0 ? "no answers lately" : "half of its answers within %.1f ms".formatted(median / 1e6);
        return "in flight " + replica.inFlight() + ", " + answers;
    }
}
