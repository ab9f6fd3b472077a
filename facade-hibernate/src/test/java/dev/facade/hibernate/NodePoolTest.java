package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Weight;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodePoolTest {

    private static final int ROUNDS = 400;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** The first connection makes the pool, and may do so while another thread closes it. */
    @Test
    void aPoolThatIsClosedWhileItIsMadeLeavesNoThread() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            NodePool pool = new NodeRecipe("late" + round, "jdbc:h2:mem:late" + round, "sa", "", Weight.of(1), true)
                    .pool(PoolSettings.forReplica());
            Future<?> reader = threads.submit(() -> {
                together.await();
                pool.getConnection().close();
                return null;
            });
            Future<?> closer = threads.submit(() -> {
                together.await();
                pool.close();
                return null;
            });
            closer.get();
            try {
                reader.get();
            } catch (java.util.concurrent.ExecutionException closed) {
                assertThat(closed).hasCauseInstanceOf(SQLException.class);
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("facade-late")));
    }

    /** On a busy machine the thread that fills an empty pool again may not have run yet, and nothing has failed. */
    @Test
    void anEmptyPoolThatIsAboutToBeFilledSaysNothingOfItsServer() {
        TirelessConnections connections =
                new TirelessConnections("jdbc:postgresql://127.0.0.1:1/none", new Properties(), () -> false);
        assertThat(connections.isOpening()).isTrue();
        assertThatThrownBy(connections::getConnection).isInstanceOf(SQLException.class);
        assertThat(connections.isOpening()).isFalse();
    }
}
