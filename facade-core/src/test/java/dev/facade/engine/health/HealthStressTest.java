package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.Threads;
import dev.facade.cluster.Replica;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threads that eject, probe and answer at random: nobody is lost, nobody is there twice. */
class HealthStressTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 100;
    private static final int STEPS = 500;

    @Test
    void everyReplicaIsEitherInOrOut() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of HealthStressTest: " + seed);
        List<Replica> replicas =
                IntStream.range(0, 5).mapToObj(i -> Replica.of("r" + i)).toList();
        ManualTicker ticker = ManualTicker.aboutToOverflow();
        Health health = Health.of(replicas, ticker, () -> 0);
        for (int round = 0; round < ROUNDS; round++) {
            long base = seed + (long) round * THREADS;
            Threads.together(THREADS, thread -> () -> churn(health, replicas, ticker, new Random(base + thread)));
            List<Replica> all = new ArrayList<>(health.candidates());
            all.addAll(health.ejected());
            assertThat(all).as("seed %d, round %d", seed, round).containsExactlyInAnyOrderElementsOf(replicas);
        }
        replicas.forEach(replica -> health.served(replica, 0));
        assertThat(health.candidates()).containsExactlyInAnyOrderElementsOf(replicas);
        assertThat(health.probe(any -> true)).isNull();
    }

    /** Each thread has a replica of its own, so what it noted last must hold, whatever the others do. */
    @Test
    void noNoteOfAThreadIsLost() throws Exception {
        List<Replica> replicas =
                IntStream.range(0, THREADS).mapToObj(i -> Replica.of("r" + i)).toList();
        Health health = Health.of(replicas, ManualTicker.at(0));
        Threads.together(THREADS, thread -> () -> {
            Replica own = replicas.get(thread);
            for (int step = 0; step < 10_000; step++) {
                health.unreachable(own, false, "gone");
                assertThat(health.candidates().contains(own)).isFalse();
                health.served(own, 0);
                assertThat(health.candidates().contains(own)).isTrue();
            }
            return true;
        });
        assertThat(health.candidates()).containsExactlyInAnyOrderElementsOf(replicas);
    }

    private static boolean churn(Health health, List<Replica> replicas, ManualTicker ticker, Random random) {
        for (int step = 0; step < STEPS; step++) {
            Replica replica = replicas.get(random.nextInt(replicas.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> health.unreachable(replica, false, "gone");
                case 2 -> health.served(replica, 0);
                case 3 -> ticker.advance(Duration.ofMillis(random.nextInt(200)));
                default -> {
                    Replica probe = health.probe(any -> true);
                    if (probe != null && random.nextBoolean()) {
                        health.served(probe, 0);
                    }
                }
            }
            assertThat(health.candidates()).doesNotHaveDuplicates().isSubsetOf(replicas);
            assertThat(health.ejected()).doesNotHaveDuplicates().isSubsetOf(replicas);
        }
        return true;
    }
}
