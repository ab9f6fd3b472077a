package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Master;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonitorTest {

    private final AtomicLong now = new AtomicLong(1_000);

    private Sample sample(Role role, String gtids) {
        return new Sample(role, Position.ofMariaDb(gtids), "run", now.get(), now.get());
    }

    /** Else what stands still would look fresh. */
    @Test
    void onlyTheMasterTellsHowFarTheMasterIs() {
        Replica detached = Replica.of("detached");
        Sample behind = sample(Role.MASTER, "0-1-5");
        try (Monitor monitor = Monitor.of(
                Map.of(Master.of("master"), () -> sample(Role.MASTER, "0-1-9"), detached, () -> behind), now::get)) {
            monitor.want();
            await().until(() -> monitor.heard() >= 6);
            assertThat(monitor.last(detached)).isNull();
            assertThat(monitor.staleness(sample(Role.REPLICA, "0-1-9"))).isPresent();
            assertThat(monitor.staleness(sample(Role.REPLICA, "0-1-8"))).isEmpty();
        }
    }
}
