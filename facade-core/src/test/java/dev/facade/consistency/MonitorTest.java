package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Master;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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

    /** The lag that algorithms see; unknown is not zero. */
    @Test
    void aReplicaIsToldHowFarItWasSeenBehind() {
        Replica following = Replica.of("following");
        Replica detached = Replica.of("detached");
        Replica silent = Replica.of("silent");
        AtomicReference<String> at = new AtomicReference<>("0-1-9");
        SampleSource mute = () -> {
            throw new SQLException("down");
        };
        try (Monitor monitor = Monitor.of(
                Map.of(
                        Master.of("master"),
                        () -> sample(Role.MASTER, "0-1-9"),
                        following,
                        () -> sample(Role.REPLICA, at.get()),
                        detached,
                        () -> sample(Role.MASTER, "0-1-9"),
                        silent,
                        mute),
                now::get)) {
            monitor.want();
            await().until(() -> following.lag(now.get()) == 0);
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            assertThat(detached.lag(now.get())).as("no replica").isEqualTo(-1);
            assertThat(silent.lag(now.get())).as("never heard").isEqualTo(-1);
            at.set("0-1-3");
            await().until(() -> following.lag(now.get()) == -1);
        }
    }

    @Test
    void aMasterThatDoesNotTellItsTablesStillTellsItsPosition() {
        SampleSource silent = new SampleSource() {
            @Override
            public Sample sample() {
                return MonitorTest.this.sample(Role.MASTER, "0-1-9");
            }

            @Override
            public TableFacts tables() throws SQLException {
                throw new SQLException("too many of them");
            }
        };
        try (Monitor monitor = Monitor.of(Map.of(Master.of("master"), silent), now::get)) {
            monitor.want();
            await().until(() -> monitor.lastOfMaster() != null);
            assertThat(monitor.facts()).isSameAs(TableFacts.none());
        }
    }

    @Test
    void tablesAreAskedForOnceAMinute() {
        AtomicLong asked = new AtomicLong();
        SampleSource master = new SampleSource() {
            @Override
            public Sample sample() {
                return MonitorTest.this.sample(Role.MASTER, "0-1-9");
            }

            @Override
            public TableFacts tables() {
                return new TableFacts(Set.of("t" + asked.incrementAndGet()), Set.of());
            }
        };
        try (Monitor monitor = Monitor.of(Map.of(Master.of("master"), master), now::get)) {
            monitor.want();
            await().until(() -> monitor.heard() >= 5);
            assertThat(monitor.facts().readAlone()).containsExactly("t1");
            now.addAndGet(Duration.ofSeconds(61).toNanos());
            await().until(() -> monitor.facts().readAlone().contains("t2"));
        }
    }

    @Test
    void whoAsksNobodyGoesByTimeAlone() {
        Replica replica = Replica.of("replica");
        Duration lag = Duration.ofSeconds(2);
        try (Monitor monitor = Monitor.assuming(lag, now::get)) {
            long written = now.get();
            Position position = Position.ofMoment(written);
            now.addAndGet(lag.toNanos() - 1);
            assertThat(monitor.isEverywhere(position)).isFalse();
            assertThat(monitor.isAssumedEverywhere(written)).isFalse();
            now.addAndGet(2);
            assertThat(monitor.isEverywhere(position)).isTrue();
            assertThat(monitor.isAssumedEverywhere(written)).isTrue();
            Sample last = Objects.requireNonNull(monitor.last(replica));
            assertThat(last.position().covers(position)).isTrue();
            assertThat(monitor.staleness(last)).hasValue(lag.toNanos());
            assertThat(monitor.isMaster(last.server())).isTrue();
            assertThat(monitor.awaitMaster(now.get(), 0)).isTrue();
        }
    }

    /** Such as a class that is not found while an application is taken down, or no memory for a thread. */
    @Test
    void anErrorDoesNotEndTheSamples() {
        AtomicLong asked = new AtomicLong();
        SampleSource master = () -> {
            if (asked.incrementAndGet() == 2) {
                throw new NoClassDefFoundError("once");
            }
            return sample(Role.MASTER, "0-1-9");
        };
        try (Monitor monitor = Monitor.of(Map.of(Master.of("master"), master), now::get)) {
            await().until(() -> {
                monitor.hurry();
                return asked.get() >= 4;
            });
            assertThat(monitor.lastOfMaster()).isNotNull();
        }
    }

    /** As a listener that removes a node when it is told that it is lost, or closes everything. */
    @Test
    void whoeverIsToldMayForgetTheServer() {
        AtomicLong took = new AtomicLong(-1);
        SampleSource gone = () -> {
            throw new SQLException("down");
        };
        try (Monitor monitor = Monitor.of(
                Map.of(Master.of("master"), () -> sample(Role.MASTER, "0-1-9"), Replica.of("gone"), gone), now::get)) {
            monitor.watchedBy(new Monitor.Watcher() {
                @Override
                public void lost(String name, Exception failure) {
                    long begun = System.nanoTime();
                    monitor.forget(name);
                    took.set(System.nanoTime() - begun);
                }
            });
            monitor.want();
            await().until(() -> took.get() >= 0);
        }
        assertThat(took.get()).isLessThan(Duration.ofSeconds(1).toNanos());
    }
}
