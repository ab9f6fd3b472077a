package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.Explanation;
import dev.facade.event.Reason;
import dev.facade.event.Receipt;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.option.Lock;
import dev.facade.option.OnMiss;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.NoResultException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A read by key that finds nothing on a replica is asked of the master, if the caller wants it. */
class OnMissIT {

    private final H2Node master = Blog.h2("master");
    private final H2Node replica = Blog.h2("replica");
    private final AtomicReference<@Nullable Receipt> receipt = new AtomicReference<>();
    private final ReadOption heard = Receipt.to(receipt::set);
    private FacadeRepository repo;
    private Post post;

    @BeforeEach
    void open() {
        repo = Blog.onH2(master, replica).build();
        post = repo.insert(new Post("new"));
    }

    @AfterEach
    void close() {
        repo.close();
        master.close();
        replica.close();
    }

    private Route route() {
        return Objects.requireNonNull(
                Objects.requireNonNull(receipt.getAndSet(null)).route());
    }

    private void expectMaster() {
        assertThat(route()).isEqualTo(new Route("master", Role.MASTER, Reason.ON_MISS));
    }

    @Test
    void k01AReadByKeyThatFindsNothingIsAskedOfTheMaster() {
        assertThat(repo.get(Post.class, post.id, OnMiss.ASK_MASTER, heard)).isPresent();
        expectMaster();
        assertThat(repo.getOrThrow(Post.class, post.id, OnMiss.ASK_MASTER, heard, Preload.of("comments")).comments)
                .isEmpty();
        expectMaster();
        assertThat(repo.getBy(Post.class, "title", "new", OnMiss.ASK_MASTER, heard))
                .isPresent();
        expectMaster();
        assertThat(repo.getByOrThrow(Post.class, Map.of("title", "new"), OnMiss.ASK_MASTER, heard).id)
                .isEqualTo(post.id);
        expectMaster();
        assertThat(repo.reload(post, OnMiss.ASK_MASTER, heard)).isPresent();
        expectMaster();
        assertThat(repo.reloadOrThrow(post, OnMiss.ASK_MASTER, heard).title).isEqualTo("new");
        expectMaster();
    }

    @Test
    void k01WhoDoesNotWantItIsAnsweredByTheReplica() {
        assertThat(repo.get(Post.class, post.id, heard)).isEmpty();
        assertThat(route().role()).isEqualTo(Role.REPLICA);
        assertThat(repo.get(Post.class, post.id, OnMiss.ANSWER)).isEmpty();
    }

    @Test
    void k01WhatTheReplicaHasIsNotAskedOfTheMaster() {
        replica.execute("INSERT INTO author (name, country) VALUES ('old', 'DE')");
        assertThat(repo.getBy(Author.class, "name", "old", OnMiss.ASK_MASTER, heard))
                .isPresent();
        assertThat(route().role()).isEqualTo(Role.REPLICA);
    }

    @Test
    void k01WhatIsNowhereIsSaidByTheMaster() {
        assertThat(repo.get(Post.class, -1L, OnMiss.ASK_MASTER, heard)).isEmpty();
        expectMaster();
        assertThatExceptionOfType(NoResultException.class)
                .isThrownBy(() -> repo.getOrThrow(Post.class, -1L, OnMiss.ASK_MASTER));
    }

    @Test
    void k01ExplainTellsBothPlaces() {
        Explanation told = repo.explain(Query.from(Post.class).where(field("id").eq(post.id)), OnMiss.ASK_MASTER);
        assertThat(Objects.requireNonNull(told.route()).role()).isEqualTo(Role.REPLICA);
        assertThat(told.onMiss()).isEqualTo(new Route("master", Role.MASTER, Reason.ON_MISS));
        assertThat(told.toString()).contains("if it is not there: master (ON_MISS)");
        assertThat(repo.explain(Post.class).onMiss()).isNull();
    }

    @Test
    void k01WhereItMakesNoSenseItIsRefused() {
        for (ReadOption option :
                List.of(Target.master(), Target.replica("replica"), Lock.pessimisticWrite(), Consistency.strong())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.get(Post.class, post.id, option, OnMiss.ASK_MASTER))
                    .withMessageContaining("ASK_MASTER")
                    .withMessageContaining("expected: no target, lock or Consistency.strong()");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(Post.class, OnMiss.ASK_MASTER))
                .withMessageContaining("ASK_MASTER of all");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.one(Query.from(Post.class), OnMiss.ASK_MASTER));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.reload(List.of(post), OnMiss.ASK_MASTER));
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.readOnlyTransaction(() -> repo.get(Post.class, post.id, OnMiss.ASK_MASTER)))
                .withMessageContaining("a snapshot is of one node");
    }

    @Test
    void k01InATransactionOfTheMasterNothingIsMissing() {
        Optional<Post> found = repo.transaction(() -> repo.get(Post.class, post.id, OnMiss.ASK_MASTER, heard));
        assertThat(found).isPresent();
        assertThat(route().reason()).isEqualTo(Reason.JOINED_TRANSACTION);
    }

    @Test
    void k01AsADefaultItIsForThoseReadsThatItFits() {
        repo.close();
        repo = Blog.onH2(master, replica)
                .defaultOptions(operation -> List.of(OnMiss.ASK_MASTER))
                .build();
        assertThat(repo.get(Post.class, post.id, heard)).isPresent();
        expectMaster();
        assertThat(repo.get(Post.class, post.id, OnMiss.ANSWER)).isEmpty();
        assertThat(repo.get(Post.class, post.id, Target.replica("replica"))).isEmpty();
        assertThat(repo.get(Post.class, post.id, Lock.pessimisticWrite())).isPresent();
        assertThat(repo.all(Post.class)).isEmpty();
        assertThat(repo.readOnlyTransaction(() -> repo.get(Post.class, post.id)))
                .isEmpty();
    }
}
