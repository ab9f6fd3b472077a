package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.Explanation;
import dev.facade.event.Explanation.Considered;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.option.Lock;
import dev.facade.option.Target;
import dev.facade.query.Jpql;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a read is what becomes of it. */
class ExplainIT {

    private final PostgresCluster cluster = Blog.postgres();
    private final List<PostgresNode> replicas = cluster.replicas();
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void heal() {
        replicas.forEach(PostgresNode::start);
        replicas.forEach(PostgresNode::resumeReplay);
        cluster.awaitCaughtUp();
    }

    private FacadeRepository open(ReadAlgorithm algorithm) {
        return Blog.onPostgresWithReplicas()
                .algorithm(algorithm)
                .listener(events::add)
                .build();
    }

    private Route last() {
        return Objects.requireNonNull(events.get(events.size() - 1).route());
    }

    @Test
    void candidatesAndWinner() {
        try (FacadeRepository repo = open(candidates -> candidates.get(1))) {
            Explanation told = repo.explain(Post.class);
            assertThat(told.route()).isEqualTo(new Route(replicas.get(1).name(), Role.REPLICA, Reason.ALGORITHM));
            assertThat(told.replicas()).hasSize(3).allMatch(Considered::isCandidate);
            assertThat(told.replicas().get(0).why()).isEqualTo("in flight 0, no answers lately");
            assertThat(events).as("nothing ran").isEmpty();
            repo.all(Post.class);
            assertThat(last()).isEqualTo(told.route());
            assertThat(repo.explain(Post.class).replicas().get(1).why())
                    .matches("in flight 0, half of its answers within \\d+\\.\\d ms");
        }
    }

    @Test
    void aRoundRobinStaysWhereItIs() {
        try (FacadeRepository repo = open(ReadAlgorithm.roundRobin())) {
            for (int turn = 0; turn < 4; turn++) {
                Explanation told = repo.explain(Post.class);
                assertThat(repo.explain(Post.class).route()).isEqualTo(told.route());
                repo.all(Post.class);
                assertThat(last()).isEqualTo(told.route());
            }
        }
    }

    @Test
    void whatIsFixedNeedsNoCandidates() {
        try (FacadeRepository repo = open(ReadAlgorithm.roundRobin())) {
            String master = repo.master();
            String named = replicas.get(2).name();
            assertThat(repo.explain(Post.class, Target.master()).route())
                    .isEqualTo(new Route(master, Role.MASTER, Reason.EXPLICIT));
            assertThat(repo.explain(Post.class, Target.replica(named)).route())
                    .isEqualTo(new Route(named, Role.REPLICA, Reason.EXPLICIT));
            assertThat(repo.explain(Post.class, Lock.pessimisticWrite()).route())
                    .isEqualTo(new Route(master, Role.MASTER, Reason.LOCKING_READ));
            assertThat(repo.explain(Post.class, Consistency.strong()).route())
                    .isEqualTo(new Route(master, Role.MASTER, Reason.CONSISTENCY));
            repo.transaction(() -> {
                assertThat(repo.explain(Post.class).route())
                        .isEqualTo(new Route(master, Role.MASTER, Reason.JOINED_TRANSACTION));
                return null;
            });
            repo.checkout(() -> {
                assertThat(repo.explain(Post.class).route())
                        .isEqualTo(new Route(master, Role.MASTER, Reason.CHECKED_OUT));
                return null;
            });
            assertThat(repo.explain(Post.class, Target.master()).replicas()).isEmpty();
            assertThatThrownBy(() -> repo.explain(Post.class, Target.replica("oslo")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("target: replica oslo");
            assertThatThrownBy(() -> repo.explain(Jpql.of("select nonsense", Post.class), (Target) null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whoIsBehindAndWhatThatLeadsTo() {
        try (FacadeRepository repo = open(ReadAlgorithm.roundRobin())) {
            replicas.forEach(PostgresNode::pauseReplay);
            repo.insert(new Post("new"));
            Explanation posts = repo.explain(Post.class);
            assertThat(posts.route()).isEqualTo(new Route(repo.master(), Role.MASTER, Reason.CONSISTENCY));
            assertThat(posts.replicas()).extracting(Considered::why).containsOnly("behind what the reader needs");
            assertThat(posts.toString())
                    .startsWith(repo.master() + " (CONSISTENCY, round robin)\n  "
                            + replicas.get(0).name() + " is no candidate: behind what the reader needs");
            await("until the tables are known").pollInSameThread().untilAsserted(() -> {
                Explanation untouched = repo.inSession(CausalSession.begin(), () -> {
                    repo.insert(new Author("newer " + System.nanoTime(), "DE"));
                    return repo.explain(Post.class);
                });
                assertThat(Objects.requireNonNull(untouched.route()).role())
                        .as(untouched.toString())
                        .isEqualTo(Role.REPLICA);
            });
            Explanation refused = repo.explain(Post.class, Consistency.session().orFail());
            assertThat(refused.route()).isNull();
            assertThat(refused.toString()).startsWith("nowhere");
        }
    }

    @Test
    void whoIsOutAndWhoTakesNoReads() {
        try (FacadeRepository repo = Blog.on(cluster.master())
                .replica("dead", "jdbc:postgresql://127.0.0.1:1/none")
                .replica("spare", replicas.get(0).url(), Weight.of(0))
                .consistency(Consistency.eventual())
                .build()) {
            repo.all(Post.class);
            Explanation told = repo.explain(Post.class);
            assertThat(told.route()).isEqualTo(new Route(repo.master(), Role.MASTER, Reason.FALLBACK));
            assertThat(told.replicas().get(0)).satisfies(dead -> {
                assertThat(dead.replica()).isEqualTo("dead");
                assertThat(dead.isCandidate()).isFalse();
                assertThat(dead.why()).contains("tried again in");
            });
            assertThat(told.replicas().get(1)).isEqualTo(new Considered("spare", false, "weight 0"));
        }
    }
}
