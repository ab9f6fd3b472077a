package dev.facade.engine.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Replica;
import dev.facade.engine.journey.MasterUse;
import dev.facade.engine.journey.Router;
import dev.facade.engine.position.Monitor;
import dev.facade.event.FacadeListener;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.time.ManualTicker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SampleWatchTest {

    private final ManualTicker ticker = ManualTicker.aboutToOverflow();
    private final Replica a = Replica.of("a");
    private final Router router = Router.of(
            new Cluster(Master.of("master"), List.of(a, Replica.of("b"))),
            ReadAlgorithm.roundRobin(),
            MasterUse.FALLBACK,
            ticker);

    /** Once it was sampled; then the monitor's user lost its right, or the server has no connection for it. */
    @Test
    void whomTheMonitorMayNoLongerAskIsProbedWhenItsTimeIsOver() {
        SampleWatch watch = new SampleWatch(
                router,
                nobody(),
                new NodeReports(FacadeListener.noop(), router, Monitor.assuming(Duration.ofSeconds(1), ticker)));
        watch.answered("a", OptionalLong.of(0));
        ticker.advance(Duration.ofSeconds(1));
        watch.lost("a", new SQLException("permission denied for function pg_control_system", "42501"));
        router.health().unreachable(a, false, "the network was away for a moment");
        ticker.advance(Duration.ofSeconds(2));
        assertThat(router.health().probe(any -> true)).isSameAs(a);
    }

    @SuppressWarnings("NullAway")
    private static Membership nobody() {
        return null; // no sample of this test changes a role
    }
}
