package dev.facade.engine.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.Unspeakable;
import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private static void waitFor(CountDownLatch latch) throws SQLException {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            throw new SQLException(closed);
        }
    }

    /** Its first connection may take its time; a master of another cluster must not take its place meanwhile. */
    @Test
    void t58AMasterThatHasNotAnsweredYetIsNotReplacedByAStranger() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        List<String> promoted = new CopyOnWriteArrayList<>();
        Replica stranger = Replica.of("stranger");
        AtomicLong asked = new AtomicLong();
        long begun = System.nanoTime();
        try (Monitor monitor = Monitor.of(
                Map.of(
                        Master.of("master"),
                        () -> {
                            waitFor(connected);
                            return new Sample(Role.MASTER, Position.ofPostgres(7, 1, 100), "run", now.get(), now.get());
                        },
                        stranger,
                        () -> {
                            asked.incrementAndGet();
                            return new Sample(
                                    Role.MASTER, Position.ofPostgres(8, 3, 900), "copy", now.get(), now.get());
                        }),
                now::get)) {
            monitor.watchedBy(new Monitor.Watcher() {
                @Override
                public void promoted(String name) {
                    promoted.add(name);
                }
            });
            monitor.want();
            await().until(() ->
                    System.nanoTime() - begun > Duration.ofSeconds(1).toNanos());
            long before = asked.get();
            await().until(() -> asked.get() > before + 2);
            assertThat(promoted).isEmpty();
            connected.countDown();
            await().until(() -> monitor.lastOfMaster() != null);
            long after = asked.get();
            await().until(() -> asked.get() > after + 2);
            assertThat(promoted).isEmpty();
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

    /** Wherever it comes: out of a source, out of whoever is told, or out of the clock. */
    @Test
    void t82NoErrorEndsTheSamples() {
        AtomicBoolean inTrouble = new AtomicBoolean(true);
        AtomicLong troubles = new AtomicLong();
        Runnable trouble = () -> {
            if (inTrouble.get() && Thread.currentThread().getName().startsWith("facade-monitor-")) {
                switch ((int) (troubles.incrementAndGet() % 3)) {
                    case 0 -> throw new Unspeakable();
                    case 1 -> throw new StackOverflowError();
                    default -> throw new IllegalStateException("a listener's");
                }
            }
        };
        Ticker ticker = () -> {
            trouble.run();
            return now.get();
        };
        List<String> lost = new CopyOnWriteArrayList<>();
        SampleSource mute = () -> {
            throw new SQLException("down");
        };
        try (Monitor monitor = Monitor.of(
                Map.of(
                        Master.of("master"),
                        () -> {
                            trouble.run();
                            return sample(Role.MASTER, "0-1-9");
                        },
                        Replica.of("mute"),
                        mute),
                ticker)) {
            monitor.watchedBy(new Monitor.Watcher() {
                @Override
                public void lost(String name, Exception failure) {
                    trouble.run();
                    lost.add(name);
                }
            });
            await().until(() -> {
                monitor.hurry();
                return troubles.get() > 20;
            });
            assertThat(lost).isEmpty();
            inTrouble.set(false);
            await().until(() -> {
                monitor.hurry();
                return monitor.lastOfMaster() != null && !lost.isEmpty();
            });
            assertThat(lost).containsExactly("mute");
        }
    }

    /** A receipt tells it, and a sample of the master may come at any moment. */
    @Test
    void dataIsNeverYoungerThanNow() {
        Thread asking = Thread.currentThread();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        Ticker ticker = () -> {
            long read = now.get();
            if (Thread.currentThread() == asking) {
                meanwhile.getAndSet(() -> {}).run();
            }
            return read;
        };
        try (Monitor monitor = Monitor.of(Map.of(Master.of("master"), () -> sample(Role.MASTER, "0-1-9")), ticker)) {
            monitor.want();
            await().until(() -> monitor.heard() >= 2);
            Sample replica = sample(Role.REPLICA, "0-1-9");
            meanwhile.set(() -> {
                now.addAndGet(Duration.ofMillis(1).toNanos());
                long before = monitor.heard();
                await().until(() -> monitor.heard() >= before + 2);
            });
            assertThat(monitor.staleness(replica).orElseThrow()).isNotNegative();
        }
    }

    /** Whoever is told of a sample may take a while, and another master comes meanwhile. */
    @Test
    void aReplicaIsComparedWithTheMasterThatIsThereNow() throws Exception {
        Replica following = Replica.of("following");
        AtomicBoolean another = new AtomicBoolean();
        AtomicBoolean changed = new AtomicBoolean();
        CountDownLatch askedAgain = new CountDownLatch(1);
        SampleSource source = () -> {
            if (changed.get()) {
                askedAgain.countDown();
                throw new SQLException("silent from now on");
            }
            return sample(Role.REPLICA, "0-1-9");
        };
        try (Monitor monitor = Monitor.of(
                Map.of(
                        Master.of("master"),
                        () -> sample(Role.MASTER, "0-1-9"),
                        Replica.of("other"),
                        () -> sample(Role.MASTER, "0-1-20"),
                        following,
                        source),
                now::get)) {
            monitor.watchedBy(new Monitor.Watcher() {
                @Override
                public void answered(String name, OptionalLong nanos) {
                    if (name.equals("following") && another.get() && changed.compareAndSet(false, true)) {
                        monitor.roles(new Cluster(Master.of("other"), List.of(following)));
                    }
                }
            });
            monitor.want();
            await().until(() -> following.lag(now.get()) == 0 && monitor.heard() >= 9);
            another.set(true);
            monitor.hurry();
            assertThat(askedAgain.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(following.lag(now.get()))
                    .as("of the new master it lacks much")
                    .isEqualTo(-1);
        }
    }

    /** Such as a listener that takes a lost replica away. */
    @Test
    void whoIsToldThatAServerIsLostForgetsItWithoutAWait() throws Exception {
        SampleSource mute = () -> {
            throw new SQLException("down");
        };
        try (Monitor monitor = Monitor.of(
                Map.of(Master.of("master"), () -> sample(Role.MASTER, "0-1-9"), Replica.of("a"), mute), now::get)) {
            CompletableFuture<Duration> took = new CompletableFuture<>();
            monitor.watchedBy(new Monitor.Watcher() {
                @Override
                public void lost(String name, Exception failure) {
                    long begun = System.nanoTime();
                    monitor.forget(name);
                    took.complete(Duration.ofNanos(System.nanoTime() - begun));
                }
            });
            monitor.start();
            assertThat(took.get(60, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(4));
        }
    }
}
