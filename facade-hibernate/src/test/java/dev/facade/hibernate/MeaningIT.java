package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.error.ReadOnlyTransactionException;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.Outcome;
import dev.facade.option.Lock;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Jpql;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import dev.facade.test.H2Node;
import jakarta.persistence.EntityGraph;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hibernate.LazyInitializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the operations mean (design, section 4), on one database. */
class MeaningIT {

    private static H2Node node;
    private static FacadeRepository repo;

    @BeforeAll
    static void start() {
        node = Blog.h2("master");
        repo = Blog.onH2(node).build();
    }

    @AfterAll
    static void stop() {
        repo.close();
        node.close();
    }

    @AfterEach
    void empty() {
        node.execute("DELETE FROM comment", "DELETE FROM post", "DELETE FROM author");
    }

    // -- detached

    @Test
    void changingWhatWasReadWritesNothing() {
        Post saved = repo.insert(new Post("a"));
        Post read = repo.getOrThrow(Post.class, saved.id);
        read.title = "b";
        repo.transaction(() -> {
            repo.getOrThrow(Post.class, saved.id).title = "c";
            repo.insert(new Post("other"));
        });
        assertThat(repo.getOrThrow(Post.class, saved.id).title).isEqualTo("a");
    }

    @Test
    void anUnloadedAssociationSaysSoAndPreloadLoadsIt() {
        Post saved = repo.insert(new Post("a").with("first").with("second"));
        Post read = repo.getOrThrow(Post.class, saved.id);
        assertThatExceptionOfType(LazyInitializationException.class).isThrownBy(() -> read.comments.size());
        assertThat(repo.preload(read, Preload.of("comments")).comments).hasSize(2);
        assertThat(repo.preload(List.of(read), Preload.of("comments"))).containsExactly(read);
    }

    @Test
    void preloadTakesNullEmptyAndNestedPaths() {
        repo.insert(new Post("a").by(new Author("ann", "NL")).with("x"));
        repo.insert(new Post("b"));
        assertThat(repo.<Object>preload(null, Preload.of("comments"))).isNull();
        assertThat(repo.preload(List.of(), Preload.of("comments"))).isEmpty();
        List<Post> posts = repo.all(Post.class);
        repo.preload(posts, Preload.of("comments.post.author", "author"));
        Post a = posts.stream()
                .filter(post -> post.title.equals("a"))
                .findFirst()
                .orElseThrow();
        assertThat(a.comments.get(0).post.author.country()).isEqualTo("NL");
        assertThat(posts.stream()
                        .filter(post -> post.title.equals("b"))
                        .findFirst()
                        .orElseThrow()
                        .comments)
                .isEmpty();
    }

    @Test
    void anUnknownPreloadIsRefusedByName() {
        Post saved = repo.insert(new Post("a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(saved, Preload.of("coments")))
                .withMessageContaining("coments")
                .withMessageContaining("comments");
    }

    // -- insert

    @Test
    void insertReturnsTheArgumentWithItsGeneratedValues() {
        Post post = new Post("a");
        assertThat(repo.insert(post)).isSameAs(post);
        assertThat(post.id).isNotNull();
        assertThat(post.version).isZero();
    }

    @Test
    void aFailedInsertTakesGeneratedValuesBackAndCanBeRepeated() {
        repo.insert(new Post("taken"));
        Post post = new Post("taken").with("child");
        assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo.insert(post));
        assertThat(post.id).isNull();
        assertThat(post.comments.get(0).id).isNull();
        post.title = "free";
        repo.insert(post);
        assertThat(repo.count(Comment.class)).isEqualTo(1);
    }

    @Test
    void aRolledBackInsertTakesGeneratedValuesBack() {
        Post post = new Post("a");
        assertThat(repo.transact(() -> {
                    repo.insert(post);
                    throw repo.rollback("no");
                }))
                .isEqualTo(new Outcome.RolledBack<>("no"));
        assertThat(post.id).isNull();
        repo.insert(post);
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void aDetachedEntityThatANewOneRefersToIsNotCascadedInto() {
        Author ann = repo.insert(new Author("ann", "NL"));
        ann.country = "changed in memory";
        Post post = repo.insert(new Post("a").by(ann));
        assertThat(post.author).isSameAs(ann);
        assertThat(repo.getOrThrow(Author.class, "ann").country).isEqualTo("NL");
    }

    @Test
    void aNewEntityIsCascadedInto() {
        repo.insert(new Post("a").by(new Author("ann", "NL")));
        assertThat(repo.get(Author.class, "ann")).isPresent();
    }

    @Test
    void insertRefusesAGeneratedIdThatIsSet() {
        Post saved = repo.insert(new Post("a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insert(saved))
                .withMessageContaining("Post")
                .withMessageContaining(saved.id.toString());
    }

    @Test
    void aConstraintSpeaksAtTheCall() {
        repo.insert(new Post("taken"));
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    assertThatExceptionOfType(PersistenceException.class)
                            .isThrownBy(() -> repo.insert(new Post("taken")));
                }));
    }

    @Test
    void insertAllInsertsAllOrNone() {
        assertThat(repo.insertAll(
                        IntStream.range(0, 120).mapToObj(i -> new Post("p" + i)).toList()))
                .isEqualTo(120);
        List<Post> clash = List.of(new Post("new"), new Post("p7"));
        assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo.insertAll(clash));
        assertThat(repo.count(Post.class)).isEqualTo(120);
        assertThat(clash.get(0).id).isNull();
        assertThat(repo.insertAll(List.of())).isZero();
    }

    @Test
    void anEntityIsInsertedOnce() {
        Post twice = new Post("twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(List.of(twice, new Post("other"), twice)))
                .withMessageContaining("Post twice (expected: each entity once)");
        assertThat(twice.id).isNull();
        assertThat(repo.count(Post.class)).isZero();
    }

    // -- update and delete

    @Test
    void updateWritesThePresentValuesAndLeavesTheArgument() {
        Post post = repo.insert(new Post("a"));
        post.title = "b";
        Post stored = repo.update(post);
        assertThat(stored.version).isEqualTo(1);
        assertThat(post.version).isZero();
        assertThat(repo.getOrThrow(Post.class, post.id).title).isEqualTo("b");
    }

    @Test
    void aStaleUpdateAndDeleteAreRefused() {
        Post stale = repo.insert(new Post("a"));
        Post fresh = repo.getOrThrow(Post.class, stale.id);
        fresh.title = "b";
        repo.update(fresh);
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(stale));
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.delete(stale));
        assertThat(repo.getOrThrow(Post.class, stale.id).title).isEqualTo("b");
    }

    @Test
    void whatIsGoneCannotBeUpdatedOrDeleted() {
        Author author = repo.insert(new Author("ann", "NL"));
        repo.delete(author);
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(author));
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.delete(author));
        assertThat(repo.count(Author.class)).isZero();
    }

    @Test
    void deleteCascadesAsMapped() {
        Post post = repo.insert(new Post("a").with("x").with("y"));
        assertThat(repo.delete(post)).isSameAs(post);
        assertThat(repo.count(Comment.class)).isZero();
    }

    @Test
    void insertOrUpdateChoosesByState() {
        Author ann = repo.insertOrUpdate(new Author("ann", "NL"));
        ann.country = "DE";
        repo.insertOrUpdate(ann);
        assertThat(repo.getOrThrow(Author.class, "ann").country).isEqualTo("DE");
        Post post = repo.insertOrUpdate(new Post("a"));
        post.title = "b";
        assertThat(repo.insertOrUpdate(post).version).isEqualTo(1);
    }

    @Test
    void updateNeedsAnId() {
        assertThatIllegalArgumentException().isThrownBy(() -> repo.update(new Post("a")));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.delete(new Post("a")));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.reload(new Post("a")));
    }

    @Test
    void bulkOperationsReturnCounts() {
        repo.insertAll(List.of(new Post("a", 1), new Post("b", 2), new Post("c", 3)));
        Query<Post> popular =
                Query.from(Post.class).where(Expression.field("likes").gt(1));
        assertThat(repo.updateAll(popular, Change.inc("likes", 10), Change.set("author", null)))
                .isEqualTo(2);
        assertThat(repo.aggregate(Post.class, Expression.field("likes").sum()))
                .hasValueSatisfying(sum -> assertThat(sum.longValue()).isEqualTo(26));
        assertThat(repo.updateAll(
                        Jpql.statement("update Post p set p.likes = :n").with("n", 0)))
                .isEqualTo(3);
        assertThat(repo.deleteAll(Query.from(Post.class).by(Map.of("title", "a"))))
                .isEqualTo(1);
        assertThat(repo.deleteAll(
                        Jpql.statement("delete from Post p where p.title = :t").with("t", "b")))
                .isEqualTo(1);
        assertThat(repo.deleteAll(Post.class)).isEqualTo(1);
        assertThat(repo.deleteAll(Post.class)).isZero();
    }

    // -- reads

    @Test
    void lenientReadsAreEmptyAndStrictOnesThrow() {
        assertThat(repo.all(Post.class)).isEmpty();
        assertThat(repo.get(Post.class, 1L)).isEmpty();
        assertThat(repo.getBy(Post.class, "title", "x")).isEmpty();
        assertThat(repo.one(Query.from(Post.class))).isEmpty();
        assertThat(repo.exists(Post.class)).isFalse();
        assertThat(repo.aggregate(Post.class, Expression.<Integer>field("likes").max()))
                .isEmpty();
        assertThat(repo.aggregate(Post.class, Expression.field("likes").avg())).isEmpty();
        assertThat(repo.count(Post.class)).isZero();
        assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo.getOrThrow(Post.class, 1L));
        assertThatExceptionOfType(NoResultException.class)
                .isThrownBy(() -> repo.getByOrThrow(Post.class, Map.of("title", "x")));
        assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo.oneOrThrow(Query.from(Post.class)));
        Post gone = repo.delete(repo.insert(new Post("a")));
        assertThat(repo.reload(gone)).isEmpty();
        assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo.reloadOrThrow(gone));
    }

    @Test
    void severalWhereOneWasAskedForThrow() {
        repo.insertAll(List.of(new Post("a", 7), new Post("b", 7)));
        assertThatExceptionOfType(NonUniqueResultException.class).isThrownBy(() -> repo.getBy(Post.class, "likes", 7));
        assertThatExceptionOfType(NonUniqueResultException.class).isThrownBy(() -> repo.one(Query.from(Post.class)));
    }

    @Test
    void aggregatesAreComputedByTheDatabase() {
        repo.insertAll(List.of(new Post("a", 1), new Post("b", 2), new Post("c", 6)));
        assertThat(repo.count(Post.class)).isEqualTo(3);
        assertThat(repo.aggregate(Post.class, Expression.field("likes").avg())).contains(3.0);
        assertThat(repo.aggregate(Post.class, Expression.<String>field("title").min()))
                .contains("a");
        assertThat(repo.aggregate(Post.class, Expression.<Integer>field("likes").max()))
                .contains(6);
    }

    @Test
    void aStreamIsDetachedAndGivesItsConnectionBack() {
        repo.insertAll(IntStream.range(0, 30).mapToObj(i -> new Post("p" + i)).toList());
        for (int i = 0; i < 30; i++) { // more often than the pool has connections
            try (Stream<Post> posts = repo.stream(Post.class, FetchSize.of(5))) {
                assertThat(posts.limit(3).map(post -> post.title)).hasSize(3);
            }
        }
        try (Stream<Post> posts = repo.stream(Post.class)) {
            posts.forEach(post -> post.title = "changed");
        }
        assertThat(repo.exists(Query.from(Post.class).by(Map.of("title", "changed"))))
                .isFalse();
    }

    @Test
    void aStreamInATransactionSeesIt() {
        repo.transaction(() -> {
            repo.insert(new Post("mine"));
            try (Stream<Post> posts = repo.stream(Post.class)) {
                assertThat(posts.map(post -> post.title)).containsExactly("mine");
            }
        });
    }

    // -- transactions

    @Test
    void aTransactionCommitsOrRollsBackAsAWhole() {
        repo.transaction(() -> {
            repo.insert(new Post("a"));
            repo.insert(new Post("b"));
        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("c"));
                    throw new IOException("disk");
                }));
        assertThat(repo.count(Post.class)).isEqualTo(2);
        assertThat(repo.inTransaction()).isFalse();
    }

    @Test
    void nestingIsFlat() {
        String result = repo.transaction(() -> {
            repo.insert(new Post("a"));
            assertThat(repo.inTransaction()).isTrue();
            return repo.transaction(() -> repo.insert(new Post("b")).title);
        });
        assertThat(result).isEqualTo("b");
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("c"));
                    assertThatThrownBy(() -> repo.transaction(() -> {
                                throw new IllegalStateException("inner");
                            }))
                            .hasMessage("inner");
                    assertThatExceptionOfType(TransactionRolledBackException.class)
                            .isThrownBy(() -> repo.insert(new Post("d")))
                            .withMessageContaining("inner");
                }));
        assertThat(repo.count(Post.class)).isEqualTo(2);
    }

    @Test
    void t56ARollbackThatIsSwallowedDoesNotCommit() {
        Outcome<String> outcome = repo.transact(() -> {
            repo.insert(new Post("a"));
            try {
                throw repo.rollback("never mind");
            } catch (RuntimeException swallowed) {
                return "fine";
            }
        });
        assertThat(outcome).isEqualTo(new Outcome.RolledBack<>("never mind"));
        assertThat(repo.count(Post.class)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> repo.rollback("outside"));
    }

    @Test
    void whatFailedInsideAndWasCaughtCannotCommit() {
        List<Runnable> failing = List.of(
                () -> repo.withEntityManager(Target.master(), em -> {
                    em.getTransaction().setRollbackOnly();
                    return 1;
                }),
                () -> repo.withEntityManager(Target.master(), em -> {
                    em.createNativeQuery("insert into author (name) values ('half')")
                            .executeUpdate();
                    throw new IllegalStateException("half done");
                }),
                () -> {
                    try (Stream<Integer> rows = repo.stream(Queryable.criteria(Integer.class, cb -> {
                        var query = cb.createQuery(Integer.class);
                        var post = query.from(Post.class);
                        return query.select(cb.quot(cb.literal(1), cb.diff(post.get("likes"), 3))
                                        .as(Integer.class))
                                .orderBy(cb.asc(post.get("likes")));
                    }))) {
                        assertThat(rows.toList()).isNotEmpty();
                    }
                });
        repo.insertAll(IntStream.range(0, 5).mapToObj(i -> new Post("p" + i, i)).toList());
        for (Runnable fails : failing) {
            assertThatExceptionOfType(TransactionRolledBackException.class)
                    .isThrownBy(() -> repo.transaction(() -> {
                        repo.insert(new Post("lost"));
                        try {
                            fails.run();
                        } catch (RuntimeException caught) {
                            assertThat(caught).isNotNull();
                        }
                    }));
            assertThat(repo.count(Post.class)).isEqualTo(5);
            assertThat(repo.count(Author.class)).isZero();
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        try (FacadeRepository heard = Blog.onH2(node)
                .listener(event -> {
                    throw new AssertionError("listener");
                })
                .build()) {
            heard.insert(new Post("a"));
            assertThat(heard.count(Post.class)).isEqualTo(1);
            assertThat(heard.<Object>withEntityManager(
                            Target.master(),
                            em -> em.createQuery("select p from Post p", Post.class)
                                    .getSingleResult()
                                    .comments))
                    .isNotNull();
        }
    }

    @Test
    void aFailedInsertLeavesTheCallersReferences() {
        Author ann = repo.insert(new Author("ann", "NL"));
        repo.insert(new Post("taken"));
        Post post = new Post("taken").by(ann);
        assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo.insert(post));
        assertThat(post.author).isSameAs(ann);
    }

    @Test
    void preloadSaysThatAnEntityIsGone() {
        Post gone = repo.getOrThrow(Post.class, repo.insert(new Post("a")).id);
        repo.delete(gone);
        assertThatExceptionOfType(EntityNotFoundException.class)
                .isThrownBy(() -> repo.preload(gone, Preload.of("comments")))
                .withMessageContaining("Post " + gone.id);
    }

    @Test
    void transactSaysThatItCommitted() {
        Outcome<String> outcome = repo.transact(() -> repo.insert(new Post("a")).title);
        assertThat(outcome).isEqualTo(new Outcome.Committed<>("a"));
        assertThat(outcome.isCommitted()).isTrue();
    }

    @Test
    void aReadOnlyTransactionRefusesEveryWrite() {
        Post saved = repo.insert(new Post("a"));
        List<Runnable> writes = List.of(
                () -> repo.insert(new Post("b")),
                () -> repo.insertAll(List.of(new Post("b"))),
                () -> repo.update(saved),
                () -> repo.insertOrUpdate(saved),
                () -> repo.delete(saved),
                () -> repo.updateAll(Post.class, Change.set("likes", 1)),
                () -> repo.deleteAll(Post.class),
                () -> repo.deleteAll(Jpql.statement("delete from Post p")),
                () -> repo.transaction(() -> {}),
                () -> repo.withEntityManager(Target.master(), em -> 1));
        repo.readOnlyTransaction(() -> {
            for (Runnable write : writes) {
                assertThatThrownBy(write::run)
                        .isInstanceOfAny(ReadOnlyTransactionException.class, IllegalStateException.class);
            }
            return null;
        });
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void aReadOnlyPartOfATransactionReadsItAndRefusesWrites() {
        repo.transaction(() -> {
            repo.insert(new Post("a"));
            assertThat(repo.<Long, RuntimeException>readOnlyTransaction(() -> repo.count(Post.class)))
                    .isEqualTo(1);
        });
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .as("nesting is flat: a failed part poisons the whole")
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("b"));
                    assertThatThrownBy(() -> repo.readOnlyTransaction(() -> repo.insert(new Post("c"))))
                            .isInstanceOf(ReadOnlyTransactionException.class);
                }));
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void t13AnInnerScopeThatContradictsTheOuterOneIsRefused() {
        repo.readOnlyTransaction(() -> {
            assertThatThrownBy(() -> repo.all(Post.class, Lock.pessimisticWrite()))
                    .isInstanceOf(ReadOnlyTransactionException.class);
            return null;
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.transaction(() -> repo.all(Post.class, Target.replica("berlin"))))
                .withMessageContaining("berlin");
    }

    // -- bad input

    @Test
    void badInputIsRefusedAtTheDoor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, "1"))
                .withMessageContaining("java.lang.Long");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.get(Post.class, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(String.class))
                .withMessageContaining("java.lang.String");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.insert("text"));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.insert(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.getBy(Post.class, "titel", "x"))
                .withMessageContaining("titel")
                .withMessageContaining("title");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.getBy(Post.class, "likes", "seven"));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.updateAll(Post.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(Jpql.of("select p from Post p where p.likes = :n", Post.class)))
                .withMessageContaining(":n");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        repo.all(Jpql.of("select p from Post p", Post.class).with("n", 1)))
                .withMessageContaining(":n");
        assertThatThrownBy(() -> repo.all(Jpql.of("select p from Nothing p", Post.class)))
                .isInstanceOf(RuntimeException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, 1L, Target.replica("nowhere")))
                .withMessageContaining("nowhere");
    }

    @Test
    void t17AnOptionThatAnOperationDoesNotTakeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(Post.class, FetchSize.of(10)))
                .withMessageContaining("FetchSize");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.exists(Post.class, Lock.pessimisticWrite()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, 1L, Target.master(), Target.replica()));
    }

    @Test
    void t14AnEntityGraphIsNoOption() {
        // A graph belongs to the factory that made it, so no operation takes one; Preload is the recipe instead.
        assertThat(FacadeRepository.class.getMethods())
                .filteredOn(method -> List.of("all", "get", "one", "preload").contains(method.getName()))
                .hasSizeGreaterThan(4)
                .allSatisfy(method -> assertThat(method.getParameterTypes()).doesNotContain(EntityGraph.class));
        Post saved = repo.insert(new Post("a").by(new Author("ann", "NL")));
        assertThat(repo.getOrThrow(Post.class, saved.id, Preload.of("author"))
                        .author
                        .country())
                .isEqualTo("NL");
    }

    @Test
    void aClosedRepositoryRefusesEverything() {
        FacadeRepository closed = Blog.onH2(node).build();
        closed.close();
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.all(Post.class))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> closed.insert(new Post("a")));
        assertThatIllegalStateException().isThrownBy(() -> closed.transaction(() -> {}));
    }
}
