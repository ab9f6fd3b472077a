package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Position;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Receipt;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a read says of its freshness, on replicas whose replay is held up. */
class ReceiptIT {

    private static final Consistency PATIENT = Consistency.session().waitingUpTo(Duration.ofSeconds(20));

    /** How old data are is known from what the master's monitor has heard, not from what a token has asked. */
    private static final Consistency UNTIL_THE_MASTER_IS_HEARD =
            Consistency.boundedStaleness(Duration.ofSeconds(20)).waitingUpTo(Duration.ofSeconds(20));

    private final PostgresCluster cluster = Blog.postgres();
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final ReadOption receipt = Receipt.to(receipts::add);
    private FacadeRepository repo;

    @BeforeEach
    void open() {
        repo = Blog.onPostgresWithReplicas()
                .algorithm(candidates -> candidates.get(0))
                .consistency(Consistency.session())
                .listener(events::add)
                .build();
        repo.inSession(CausalSession.begin(), () -> {
            repo.deleteAll(Comment.class);
            return repo.deleteAll(Post.class);
        });
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void close() {
        repo.close();
        for (PostgresNode replica : cluster.replicas()) {
            if (!replica.isRunning()) {
                replica.start();
            }
            replica.resumeReplay();
        }
    }

    private void pauseAll() {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
    }

    /** The receipt of the last read, which the listener has heard, too. */
    private Receipt last() {
        Receipt last = receipts.get(receipts.size() - 1);
        assertThat(events.get(events.size() - 1).receipt()).isEqualTo(last);
        return last;
    }

    private Route lastRoute() {
        return Objects.requireNonNull(last().route());
    }

    @Test
    void aReadOnAReplicaSaysHowFarThatReplicaWas() {
        repo.count(Post.class, UNTIL_THE_MASTER_IS_HEARD);
        Post post = repo.insert(new Post("mine"));
        Position needed = repo.token().orElseThrow().position();
        assertThat(repo.get(Post.class, post.id, PATIENT, receipt)).isPresent();
        assertThat(lastRoute().role()).isEqualTo(Role.REPLICA);
        assertThat(lastRoute().reason()).isEqualTo(Reason.ALGORITHM);
        assertThat(last().level()).isEqualTo("SESSION");
        Position shown = Position.parse(Objects.requireNonNull(last().position()));
        assertThat(Objects.requireNonNull(shown).covers(needed)).isTrue();
        assertThat(last().staleness()).isNotNull().isPositive();
        assertThat(last().attempts()).isEmpty();
    }

    @Test
    void aReadOnTheMasterSaysWhyAndThatNothingIsMissing() {
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        repo.get(Post.class, post.id, receipt);
        assertThat(last())
                .isEqualTo(new Receipt(
                        new Route("master", Role.MASTER, Reason.CONSISTENCY),
                        "SESSION",
                        null,
                        Duration.ZERO,
                        Duration.ZERO,
                        List.of()));
    }

    @Test
    void aReadThatWaitedSaysHowLong() {
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                cluster.replicas().get(0)::resumeReplay, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        assertThat(repo.get(Post.class, post.id, PATIENT, receipt)).isPresent();
        resumed.join();
        assertThat(lastRoute().role()).isEqualTo(Role.REPLICA);
        assertThat(last().waited())
                .isPositive()
                .isLessThan(Duration.ofNanos(events.get(events.size() - 1).elapsedNanos()));
        repo.get(Post.class, post.id, Target.master(), receipt);
        assertThat(last().waited()).isZero();
    }

    @Test
    void aReadThatFailedOverNamesTheNodeThatFailed() {
        PostgresNode first = cluster.replicas().get(0);
        await().ignoreExceptions().until(() -> repo.count(Post.class, Target.replica(first.name())) == 0);
        first.kill();
        assertThat(repo.count(Post.class, receipt)).isZero();
        assertThat(lastRoute().node()).isNotEqualTo(first.name());
        assertThat(last().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.node()).isEqualTo(first.name());
            assertThat(attempt.failure()).isEqualTo(FailureClass.NODE);
        });
    }

    @Test
    void aReadThatFailsHasAReceiptToo() {
        pauseAll();
        repo.insert(new Post("mine"));
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() -> repo.count(Post.class, Consistency.session().orFail(), receipt));
        assertThat(last().route()).isNull();
        assertThat(last().staleness()).isNull();
    }

    @Test
    void theDataOfAReplicaThatIsCutOffGrowsOlderAndNeverCountsAsNew() {
        PostgresNode cut = cluster.replicas().get(0);
        repo.insert(new Post("before"));
        repo.count(Post.class, PATIENT);
        ReadOption[] there = {Target.replica(cut.name()), Consistency.eventual(), receipt};
        await().until(() -> {
            repo.count(Post.class, there);
            return last().staleness() != null;
        });
        cut.pauseReplay();
        repo.insert(new Post("behind the cut"));
        long committed = System.nanoTime();
        List<Duration> bounds = new ArrayList<>();
        await().untilAsserted(() -> {
            Duration sinceThen = Duration.ofNanos(System.nanoTime() - committed);
            assertThat(repo.count(Post.class, there)).isEqualTo(1);
            assertThat(last().staleness()).isNotNull().isGreaterThanOrEqualTo(sinceThen);
            bounds.add(Objects.requireNonNull(last().staleness()));
            assertThat(sinceThen).isGreaterThan(Duration.ofSeconds(2));
        });
        assertThat(bounds).isSorted().hasSizeGreaterThan(5);
    }

    @Test
    void whatIsNotKnownIsNull() {
        try (FacadeRepository quiet = Blog.onPostgresWithReplicas().build()) {
            quiet.count(Post.class, receipt, Consistency.eventual());
            Receipt unmonitored = receipts.get(0);
            assertThat(Objects.requireNonNull(unmonitored.route()).role()).isEqualTo(Role.REPLICA);
            assertThat(unmonitored.level()).isEqualTo("EVENTUAL");
            assertThat(unmonitored.position()).isNull();
            assertThat(unmonitored.staleness()).isNull();
        }
        repo.transaction(() -> repo.count(Post.class, receipt));
        Receipt inside = receipts.get(1);
        assertThat(Objects.requireNonNull(inside.route()).reason()).isEqualTo(Reason.JOINED_TRANSACTION);
        assertThat(inside.level()).isNull();
        assertThat(inside.staleness()).isNull();
    }

    @Test
    void aSampleSaysNothingOfAYoungerConnection() {
        ReadOption[] there = {Target.replica(cluster.replicas().get(0).name()), Consistency.eventual(), receipt};
        repo.insert(new Post("mine"));
        repo.count(Post.class, PATIENT);
        await().until(() -> {
            repo.count(Post.class, there);
            return last().position() != null;
        });
        try (Stream<Post> held = repo.stream(Post.class, there)) {
            assertThat(last().position()).isNotNull();
            repo.count(Post.class, there);
            assertThat(last().position()).isNull();
            assertThat(last().staleness()).isNull();
            assertThat(held).hasSize(1);
        }
    }

    @Test
    void streamsAndReadOnlyTransactionsHaveReceiptsToo() {
        try (Stream<Post> posts = repo.stream(Post.class, receipt)) {
            assertThat(receipts).hasSize(1);
            assertThat(posts).isEmpty();
        }
        repo.readOnlyTransaction(() -> repo.count(Post.class), receipt);
        assertThat(receipts).hasSize(2);
        repo.checkout(() -> repo.count(Post.class, receipt));
        assertThat(lastRoute().reason()).isEqualTo(Reason.CHECKED_OUT);
        assertThat(last().staleness()).isZero();
    }

    @Test
    void aRecipientThatThrowsChangesNothing() {
        assertThat(repo.count(Post.class, Receipt.to(told -> {
                    throw new IllegalStateException("out of paper");
                })))
                .isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.count(Post.class, receipt, Receipt.to(receipts::add)))
                .withMessageContaining("one Recipient at most");
    }
}
