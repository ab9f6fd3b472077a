package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Sample;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A process whose memory was used up for a while, and is there again. */
class ErrorsIT {

    private final AtomicBoolean inTrouble = new AtomicBoolean();
    private final Map<String, AtomicInteger> troubles = new ConcurrentHashMap<>();

    /** Nothing can be done, not even said. */
    private static final class NoMemory extends OutOfMemoryError {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("again");
        }

        @Override
        public String toString() {
            throw new OutOfMemoryError("again");
        }
    }

    /** In the background; what a caller's own thread meets is the caller's to see. */
    private void meetTrouble() {
        String thread = Thread.currentThread().getName();
        if (inTrouble.get() && thread.startsWith("facade-")) {
            troubles.computeIfAbsent(thread, name -> new AtomicInteger()).incrementAndGet();
            throw new NoMemory();
        }
    }

    private final class Probe implements ReplicationProbe {

        @Override
        public Sample sample(Connection connection, Ticker ticker) throws SQLException {
            meetTrouble();
            return ReplicationProbe.postgres().sample(connection, ticker);
        }

        @Override
        public TableFacts tables(Connection connection) throws SQLException {
            return ReplicationProbe.postgres().tables(connection);
        }
    }

    private final class Listener implements FacadeListener {

        @Override
        public void onOperation(OperationEvent event) {}

        @Override
        public void onNode(NodeEvent event) {
            meetTrouble();
        }
    }

    @Test
    void t82AfterErrorsInEveryThreadReplicasReturnAndPromotionsAreFollowed() {
        try (PostgresCluster cluster = Blog.postgres("rome", "oslo");
                FacadeRepository repo = Blog.on(cluster.master(), cluster.replicas())
                        .algorithm(ReadAlgorithm.roundRobin())
                        .masterPool(PoolSettings.forMaster().withConnectionTimeout(Duration.ofSeconds(1)))
                        .replicationProbe(new Probe())
                        .listener(new Listener())
                        .build()) {
            repo.insert(new Post("before"));
            PostgresNode rome = cluster.replica("rome");
            inTrouble.set(true);
            await().until(() -> {
                repo.insert(new Post("meanwhile " + System.nanoTime()));
                repo.count(Post.class, Consistency.eventual());
                return troubles.values().stream()
                                .filter(times -> times.get() > 2)
                                .count()
                        >= 3;
            });
            rome.kill();
            await().until(() -> {
                repo.count(Post.class, Consistency.eventual());
                return !repo.cluster().node("rome").reason().isEmpty();
            });
            inTrouble.set(false);
            rome.start();
            await().until(() -> {
                repo.count(Post.class, Consistency.eventual());
                return repo.cluster().node("rome").reason().isEmpty();
            });
            assertThat(repo.cluster().node("oslo").reason()).isEmpty();
            cluster.awaitCaughtUp();
            cluster.master().kill();
            rome.promote();
            await().ignoreExceptions().until(() -> repo.insert(new Post("after")).id != null);
            assertThat(repo.master()).isEqualTo("rome");
            assertThat(repo.cluster().node("rome").role()).isEqualTo(Role.MASTER);
        }
    }
}
