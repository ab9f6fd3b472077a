package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.Result;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.OnConflict;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Many rows by few statements, and rows that are there already, on each database. */
class BulkIT {

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = Blog.h2("master");
        onH2 = Blog.onH2(node).build();
        onPostgres = Blog.onPostgres().build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    record Line(String title, int likes) {}

    record Misspelt(String tilte) {}

    @Nested
    class OnH2 extends Cases {
        @Override
        FacadeRepository repo() {
            return onH2;
        }
    }

    @Nested
    class OnPostgres extends Cases {
        @Override
        FacadeRepository repo() {
            return onPostgres;
        }

        @Test
        void aQueryUnderAConflictRuleIsInserted() {
            repo().insertAll(Author.class, List.of(Map.of("name", "a", "country", "x"), Map.of("name", "b")));
            repo().insert(new Post("a", 1));
            Query<?> source = Query.from(Author.class)
                    .selectMap(
                            Expression.field("name").as("title"),
                            Expression.value(7).as("likes"));
            assertThat(repo().insertAll(
                                    Post.class,
                                    source,
                                    OnConflict.replace("likes").target("title")))
                    .isEqualTo(2);
            assertThat(likes()).containsOnly(Map.entry("a", 7), Map.entry("b", 7));
        }

        @Test
        void anUpdateOnConflictNeedsATarget() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insert(new Post("a"), OnConflict.replaceAll()))
                    .withMessageContaining("target");
        }
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            repo().deleteAll(Comment.class);
            repo().deleteAll(Post.class);
            repo().deleteAll(Author.class);
        }

        Map<String, Integer> likes() {
            Map<String, Integer> likes = new HashMap<>();
            repo().all(Post.class, Target.master()).forEach(post -> likes.put(post.title, post.likes));
            return likes;
        }

        // -- rows

        @Test
        void entitiesMapsAndRecordsAreRows() {
            Post entity = new Post("entity", 1);
            long count = repo().insertAll(
                            Post.class, List.of(entity, Map.of("title", "map", "likes", 2), new Line("record", 3)));
            assertThat(count).isEqualTo(3);
            assertThat(entity.id).isNull();
            assertThat(likes()).containsOnly(Map.entry("entity", 1), Map.entry("map", 2), Map.entry("record", 3));
            assertThat(repo().all(Post.class))
                    .allSatisfy(post -> assertThat(post.version).isZero());
        }

        @Test
        void r055NoRowsAreNoWork() {
            assertThat(repo().insertAll(Post.class, List.of())).isZero();
            assertThat(repo().insertAll(Post.class, Stream.of())).isZero();
            assertThat(repo().insertAllReturning(Post.class, List.of())).isEmpty();
        }

        @Test
        void r055WhatARowLacksGetsTheColumnsDefault() {
            Map<String, Object> nulls = new HashMap<>();
            nulls.put("name", "c");
            nulls.put("country", null);
            repo().insertAll(Author.class, List.of(Map.of("name", "a", "country", "x"), Map.of("name", "b"), nulls));
            assertThat(repo().all(Query.from(Author.class)
                            .orderBy(Expression.field("name").asc())))
                    .extracting(Author::country)
                    .containsExactly("x", null, null);
        }

        @Test
        void r056AQueryOfOneValueMayBeACell() {
            repo().insertAll(Author.class, List.of(Map.of("name", "a", "country", "x")));
            Query<Object> country = Query.from(Author.class).where("name", "a").select(Expression.field("country"));
            repo().insertAll(
                            Author.class,
                            List.of(
                                    Map.of("name", "b", "country", country),
                                    Map.of("name", "c", "country", Expression.function("upper", "y"))));
            assertThat(repo().getOrThrow(Author.class, "b").country()).isEqualTo("x");
            assertThat(repo().getOrThrow(Author.class, "c").country()).isEqualTo("Y");
        }

        @Test
        void r060AQueryIsInserted() {
            repo().insertAll(
                            Author.class,
                            List.of(
                                    Map.of("name", "a", "country", "x"),
                                    Map.of("name", "b", "country", "y"),
                                    Map.of("name", "c", "country", "z")));
            Query<?> source = Query.from(Author.class)
                    .where(Expression.field("name").ne("b"))
                    .selectMap(
                            Expression.field("name").as("title"),
                            Expression.value(7).as("likes"),
                            Expression.field("name").as("author"));
            assertThat(repo().insertAll(Post.class, source)).isEqualTo(2);
            List<Post> posts = repo().all(Query.from(Post.class), Preload.of("author"));
            assertThat(posts).extracting(post -> post.author.country()).containsExactlyInAnyOrder("x", "z");
            assertThat(posts).allSatisfy(post -> {
                assertThat(post.likes).isEqualTo(7);
                assertThat(post.version).isZero();
            });
            assertThat(repo().insert(new Post("d")).id)
                    .isNotIn(posts.stream().map(post -> post.id).toList());
        }

        @Test
        void u07ASelectionMustNameAttributesWithColumns() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(
                                    Post.class,
                                    Query.from(Author.class)
                                            .selectMap(Expression.field("name").as("tilte"))))
                    .withMessageContaining("did you mean title");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(
                                    Post.class,
                                    Query.from(Author.class)
                                            .selectMap(Expression.field("name").as("comments"))))
                    .withMessageContaining("collection");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, Query.from(Author.class)))
                    .withMessageContaining("whole entities");
        }

        @Test
        void r063RowsComeBackAsTheyAreStored() {
            List<Post> all = repo().insertAllReturning(
                            Post.class, List.of(new Line("a", 1), new Line("b", 2), new Line("c", 3)));
            assertThat(all).extracting(post -> post.title).containsExactly("a", "b", "c");
            assertThat(all).extracting(post -> post.id).doesNotContainNull();
            List<Post> some = repo().insertAllReturning(
                            Post.class, List.of(new Line("d", 4)), WriteOption.returning("id", "likes"));
            assertThat(some.get(0).likes).isEqualTo(4);
            assertThat(some.get(0).title).isNull();
        }

        @Test
        void associationsAreWrittenByTheirKeys() {
            Author author = repo().insert(new Author("a", "x"));
            Post post = repo().insertAllReturning(
                            Post.class, List.of(Map.of("title", "t", "likes", 1, "author", author)))
                    .get(0);
            repo().insertAll(Comment.class, List.of(new Comment(post, "one"), Map.of("text", "two", "post", post)));
            Post read = repo().preload(post, Preload.of("author", "comments"));
            assertThat(read.author.name).isEqualTo("a");
            assertThat(read.comments).extracting(comment -> comment.text).containsExactlyInAnyOrder("one", "two");
        }

        @Test
        void aStreamIsInsertedInBatchesWithKeysThatNobodyElseGets() {
            List<Long> told = new ArrayList<>();
            Post before = repo().insert(new Post("before"));
            long count = repo().insertAll(
                            Post.class,
                            IntStream.range(0, 2500).mapToObj(i -> new Line("t" + i, i)),
                            WriteOption.progress(told::add));
            Post after = repo().insert(new Post("after"));
            assertThat(count).isEqualTo(2500);
            assertThat(told).containsExactly(1000L, 2000L, 2500L);
            List<Long> ids = repo().all(Query.from(Post.class).select(Expression.<Long>field("id")));
            assertThat(new HashSet<>(ids)).hasSize(2502).contains(before.id, after.id);
        }

        @Test
        void allRowsAreInsertedOrNone() {
            List<Line> rows = new ArrayList<>(
                    IntStream.range(0, 1500).mapToObj(i -> new Line("t" + i, i)).toList());
            rows.add(new Line("t0", 0));
            assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo().insertAll(Post.class, rows));
            assertThat(repo().count(Post.class)).isZero();
        }

        @Test
        void badRowsAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, Arrays.asList(new Line("a", 1), null)))
                    .withMessageContaining("row: null");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(new Post("a"), new Author("b", "x"))))
                    .withMessageContaining("expected: a dev.facade.hibernate.Post");
            assertThatIllegalArgumentException().isThrownBy(() -> repo().insertAll(Post.class, List.of("a")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(new Misspelt("a"))))
                    .withMessageContaining("did you mean title");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(Map.of("likes", "many"))))
                    .withMessageContaining("java.lang.Integer");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(Map.of("title", "a", "author", 7))))
                    .withMessageContaining("dev.facade.hibernate.Author, or its key, a java.lang.String");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(Map.of("comments", List.of()))))
                    .withMessageContaining("collection");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Post.class, List.of(new Post("a").with("lost"))))
                    .withMessageContaining("comments");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Comment.class, List.of(new Comment(new Post("new"), "x"))))
                    .withMessageContaining("without key");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Author.class, List.of(Map.of("country", "x"))))
                    .withMessageContaining("assigned");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(String.class, List.of("a")))
                    .withMessageContaining("no entity");
            assertThat(repo().count(Post.class)).isZero();
        }

        // -- conflicts of many

        @Test
        void r127AConflictIsLeftOutAndNotCounted() {
            repo().insert(new Post("a", 1));
            assertThat(repo().insertAll(
                                    Post.class,
                                    List.of(new Line("a", 2), new Line("b", 2)),
                                    OnConflict.nothing().target("title")))
                    .isEqualTo(1);
            assertThat(repo().insertAll(Post.class, List.of(new Line("a", 3), new Line("c", 3)), OnConflict.nothing()))
                    .isEqualTo(1);
            assertThat(likes()).containsOnly(Map.entry("a", 1), Map.entry("b", 2), Map.entry("c", 3));
        }

        @Test
        void r131AConflictMayChangeTheExistingRow() {
            Post before = repo().insert(new Post("a", 1));
            List<Post> written = repo().insertAllReturning(
                            Post.class,
                            List.of(new Line("a", 5), new Line("b", 5)),
                            OnConflict.update(Change.inc("likes", 10)).target("title"));
            assertThat(written).hasSize(2);
            assertThat(written.get(0).id).isEqualTo(before.id);
            assertThat(likes()).containsOnly(Map.entry("a", 11), Map.entry("b", 5));
            assertThat(repo().getOrThrow(Post.class, before.id).version).isEqualTo(1);
        }

        @Test
        void theNewRowIsNamedExcluded() {
            repo().insert(new Post("a", 1));
            repo().insertAll(
                            Post.class,
                            List.of(new Line("a", 5)),
                            OnConflict.update(Change.set("likes", Expression.fragment(Integer.class, "excluded.likes")))
                                    .target("title"));
            assertThat(likes()).containsOnly(Map.entry("a", 5));
        }

        @Test
        void r136AllValuesAreReplacedTheKeyToo() {
            Post before = repo().insert(new Post("a", 1));
            repo().insertAll(
                            Post.class,
                            List.of(new Line("a", 2)),
                            OnConflict.replaceAll().target("title"));
            Post after = repo().getByOrThrow(Post.class, Map.of("title", "a"), Target.master());
            assertThat(after.id).isNotEqualTo(before.id);
            assertThat(after.likes).isEqualTo(2);
        }

        @Test
        void r138SomeValuesStay() {
            Post before = repo().insert(new Post("a", 1));
            repo().insertAll(
                            Post.class,
                            List.of(new Line("a", 2)),
                            OnConflict.replaceAllExcept("id").target("title"));
            Post after = repo().getOrThrow(Post.class, before.id);
            assertThat(after.likes).isEqualTo(2);
            assertThat(after.version).isEqualTo(1);
        }

        @Test
        void u18UnknownAttributesOfARuleAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insert(
                                    new Post("a"), OnConflict.replace("likse").target("title")))
                    .withMessageContaining("did you mean likes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            repo().insert(new Post("a"), OnConflict.nothing().target("tilte")))
                    .withMessageContaining("did you mean title");
        }

        // -- conflicts of one

        @Test
        void r111WithoutARuleAConflictIsAnError() {
            repo().insert(new Post("a"));
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> repo().insert(new Post("a"), OnConflict.raise()));
        }

        @Test
        void r115OneThatIsLeftOutHasNoKey() {
            repo().insert(new Post("a", 1));
            Post left = repo().insert(new Post("a", 2), OnConflict.nothing().target("title"));
            assertThat(left.id).isNull();
            Post written = repo().insert(new Post("b", 2), OnConflict.nothing().target("title"));
            assertThat(repo().getOrThrow(Post.class, written.id).title).isEqualTo("b");
        }

        @Test
        void r118ReturningDecidesWhatComesBack() {
            Post before = repo().insert(new Post("a", 1));
            OnConflict rule = OnConflict.update(Change.inc("likes", 1)).target("title");
            Post without = repo().insert(new Post("a", 50), rule);
            assertThat(without.id).isEqualTo(before.id);
            assertThat(without.likes).isEqualTo(50);
            assertThat(without.version).isEqualTo(1);
            Post with = repo().insert(new Post("a", 50), rule, WriteOption.returning("likes"));
            assertThat(with.likes).isEqualTo(3);
        }

        @Test
        void r123AConditionThatFailsIsStale() {
            repo().insert(new Post("a", 1));
            OnConflict rule = OnConflict.update(Change.set("likes", 9))
                    .where(Expression.field("likes").gt(5))
                    .target("title");
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().insert(new Post("a", 2), rule));
            assertThat(likes()).containsOnly(Map.entry("a", 1));
            repo().updateAll(Post.class, Change.set("likes", 6));
            repo().insert(new Post("a", 2), rule);
            assertThat(likes()).containsOnly(Map.entry("a", 9));
        }

        @Test
        void r113AChangesetMayHaveARuleAndItsChildrenAreInsertedAllTheSame() {
            Post before = repo().insert(new Post("a", 1));
            Changeset<Post> given = Changeset.change(new Post("a", 5))
                    .putAssoc("comments", List.of(Changeset.change(new Comment(null, "child"))));
            Post written = repo().insert(
                            given, OnConflict.update(Change.inc("likes", 1)).target("title"))
                    .orElseThrow();
            assertThat(written.id).isEqualTo(before.id);
            assertThat(likes()).containsOnly(Map.entry("a", 2));
            assertThat(repo().getOrThrow(Post.class, before.id, Preload.of("comments")).comments)
                    .extracting(comment -> comment.text)
                    .containsExactly("child");
        }

        @Test
        void r123AConditionThatFailsIsAnErrorOfTheChosenField() {
            repo().insert(new Post("a", 1));
            Result<Post> result = repo().insert(
                            Changeset.change(new Post("a", 2)),
                            OnConflict.update(Change.set("likes", 9))
                                    .where(Expression.field("likes").gt(5))
                                    .target("title"),
                            WriteOption.staleError("title"));
            assertThat(result.isOk()).isFalse();
            assertThat(result.changeset().errors())
                    .extracting(FieldError::toString)
                    .containsExactly("title is stale");
            assertThat(likes()).containsOnly(Map.entry("a", 1));
        }

        @Test
        void aChangesetsUpdateIsOneStatementOfTheChangedColumns() {
            Post saved = repo().insert(new Post("a", 1));
            Statistics statistics = statistics();
            statistics.clear();
            repo().updateOrThrow(Changeset.change(saved, Map.of("title", "b")));
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
        }

        Statistics statistics() {
            return repo().withEntityManager(Target.master(), em -> {
                Statistics statistics = em.getEntityManagerFactory()
                        .unwrap(SessionFactory.class)
                        .getStatistics();
                statistics.setStatisticsEnabled(true);
                return statistics;
            });
        }

        // -- schemas

        @Test
        void anOperationMayWorkInAnotherSchemaAndLeavesNoneBehind() {
            repo().withEntityManager(Target.master(), em -> {
                em.createNativeQuery("drop schema if exists \"tenant\" cascade").executeUpdate();
                em.createNativeQuery("create schema \"tenant\"").executeUpdate();
                em.createNativeQuery(
                                "create table \"tenant\".author (name varchar(255) primary key, country varchar(255))")
                        .executeUpdate();
                return 0;
            });
            assertThat(repo().insertAll(Author.class, List.of(Map.of("name", "t")), Schema.of("tenant")))
                    .isEqualTo(1);
            repo().insert(new Author("u", "x"), Schema.of("tenant"));
            assertThat(repo().count(Author.class)).isZero();
            repo().insert(new Author("t", "x"));
            assertThat(repo().deleteAll(Query.from(Author.class), Schema.of("tenant")))
                    .isEqualTo(2);
            assertThat(repo().count(Author.class)).isEqualTo(1);
        }

        @Test
        void r062AnUnknownSchemaIsRefusedAndTheConnectionStaysUsable() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insert(new Author("a", "x"), Schema.of("nowhere")))
                    .withMessageContaining("nowhere");
            repo().insert(new Author("a", "x"));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(
                            () -> repo().transaction(() -> repo().insert(new Author("b", "x"), Schema.of("public"))))
                    .withMessageContaining("inside a transaction");
        }

        @Test
        void aLimitOfTimeIsTaken() {
            assertThat(repo().insertAll(Post.class, List.of(new Line("a", 1)), Timeout.of(Duration.ofSeconds(5))))
                    .isEqualTo(1);
            assertThat(repo().deleteAll(Query.from(Post.class), Timeout.of(Duration.ofSeconds(5))))
                    .isEqualTo(1);
        }

        @Test
        void theSqlOfAQueryIsTold() {
            String sql = repo().withEntityManager(
                            Target.master(),
                            em -> new HibernateExtension()
                                    .toSql(Query.from(Post.class)
                                            .where(Expression.field("likes").gt(5))
                                            .limit(3)
                                            .compile(em)));
            assertThat(sql)
                    .startsWith("select")
                    .containsIgnoringCase("from post")
                    .contains("?");
        }

        // -- update and delete

        @Test
        void r074ChangedRowsComeBackEvenIfTheQueryWouldNotFindThemAnyMore() {
            repo().insertAll(Post.class, List.of(new Line("a", 1), new Line("b", 2), new Line("c", 3)));
            Query<Post> some =
                    Query.from(Post.class).where(Expression.field("likes").gt(1));
            assertThat(repo().updateAllReturning(some, Change.set("likes", 0)))
                    .extracting(post -> post.title + post.likes)
                    .containsExactlyInAnyOrder("b0", "c0");
            assertThat(repo().updateAllReturning(
                                    Query.from(Post.class).where("title", "a").select(Expression.field("likes")),
                                    Change.inc("likes", 1)))
                    .isEqualTo(List.of(2));
            assertThat(repo().updateAllReturning(some.where("title", "none"), Change.set("likes", 0)))
                    .isEmpty();
        }

        @Test
        void deletedRowsComeBack() {
            repo().insertAll(Post.class, List.of(new Line("a", 1), new Line("b", 2)));
            assertThat(repo().deleteAllReturning(Query.from(Post.class).where("title", "a")))
                    .extracting(post -> post.likes)
                    .containsExactly(1);
            assertThat(likes()).containsOnly(Map.entry("b", 2));
        }

        // -- attach

        @Test
        void anAttachedEntityIsWrittenWithoutBeingRead() {
            Post saved = repo().insert(new Post("a", 1).by(new Author("x", "y")).with("kept"));
            Post copy = repo().getOrThrow(Post.class, saved.id);
            copy.likes = 99; // taken for what the database holds
            Statistics statistics = statistics();
            statistics.clear();
            repo().withEntityManager(Target.master(), em -> {
                Post managed = new HibernateExtension().attach(em, copy);
                managed.title = "b";
                em.flush();
                assertThat(managed.version).isEqualTo(1);
                assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
                return managed;
            });
            Post read = repo().getOrThrow(Post.class, saved.id, Preload.of("author", "comments"));
            assertThat(read.title).isEqualTo("b");
            assertThat(read.likes).isEqualTo(1);
            assertThat(read.author.country()).isEqualTo("y");
            assertThat(read.comments).hasSize(1);
        }

        @Test
        void anAttachedEntityThatWasChangedByOthersIsStale() {
            Post old = repo().insert(new Post("a", 1));
            Post mine = repo().getOrThrow(Post.class, old.id);
            Post theirs = repo().getOrThrow(Post.class, old.id);
            theirs.likes = 2;
            repo().update(theirs);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().withEntityManager(Target.master(), em -> {
                        new HibernateExtension().attach(em, mine).title = "b";
                        em.flush();
                        return 0;
                    }));
        }
    }
}
