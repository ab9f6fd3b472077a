package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.SqlOperations;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import jakarta.persistence.PersistenceException;
import java.io.StringReader;
import java.sql.Connection;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** SQL of one's own: Ecto's cases of {@code sql.exs} and {@code query_many.exs}. */
public abstract class SqlContract extends Contract {

    /** For the subclasses. */
    protected SqlContract() {}

    /** The form into which rows are read. */
    record Titled(long id, String title) {}

    @Test
    void q01AFragmentTakesADate() {
        Post post = new Post("1");
        post.posted = LocalDate.of(2024, 2, 29);
        repo.insert(post);
        assertThat(repo.all(from(Post.class)
                        .where(fragment(LocalDate.class, "coalesce(?, ?)", field("posted"), LocalDate.of(2000, 1, 1))
                                .eq(LocalDate.of(2024, 2, 29)))))
                .hasSize(1);
    }

    @Test
    void q02AFragmentHasAType() {
        repo.insert(new Post("1"));
        assertThat(repo.all(from(Post.class).select(fragment(Number.class, "length(?)", field("title")))))
                .extracting(Number::intValue)
                .containsExactly(1);
    }

    @Test
    void q03ANegativeNumberIsAValue() {
        repo.insert(Post.titled("1", -1));
        assertThat(repo.all(from(Post.class).where("visits", -1))).hasSize(1);
        assertThat(repo.all(from(Post.class).select(field("visits").plus(-1)))).containsExactly(-2);
    }

    @Test
    void q06SqlGoesToTheRepositoryThatIsUsed() {
        repo.insert(new Post("1"));
        FacadeRepository other = database.another();
        assertThat(repo.using(
                        other,
                        () -> repo.sql().query("select count(*) from posts").rows()))
                .hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.transaction(() -> repo.using(other, () -> repo.count(Post.class))));
    }

    @Test
    void q07SqlReturnsColumnsAndRows() {
        repo.insert(new Post("1"));
        SqlOperations.Rows rows =
                repo.sql().query("select title as t, visits from posts where title = :title", Map.of("title", "1"));
        assertThat(rows.columns())
                .extracting(name -> name.toLowerCase(java.util.Locale.ROOT))
                .containsExactly("t", "visits");
        assertThat(rows.rows()).hasSize(1);
        assertThat(rows.rows().get(0).get(0)).isEqualTo("1");
        assertThat(rows.rows().get(0).get(1)).isNull();
        assertThat(repo.sql()
                        .query(
                                "update posts set visits = :n where title in (:titles)",
                                Map.of("n", 3, "titles", List.of("1", "2")))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void q08ParametersAreNamedBoundAndComplete() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.sql().query("select :a", Map.of()))
                .withMessageContaining(":a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.sql().query("select 1", Map.of("b", 1)))
                .withMessageContaining(":b");
        String injected = "1'; delete from posts; --";
        repo.insert(new Post(injected));
        assertThat(repo.sql()
                        .query("select id from posts where title = :t", Map.of("t", injected))
                        .count())
                .isEqualTo(1);
        assertThat(repo.sql().query("select ':no', 1 -- :neither").rows()).hasSize(1);
        assertThat(repo.sql().query("select 1; -- the end; nothing else").rows())
                .hasSize(1);
        assertThat(repo.sql().query("select 'a;b', ';'").rows()).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.sql().query("select 1; delete from posts"))
                .withMessageContaining("queryMany");
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void q11AFailedStatementSaysWhy() {
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.sql().query("select nothing from nowhere"))
                .withMessageContaining("sql");
    }

    @Test
    void q12ReservedWordsAreQuotedOrNamedByTheMapping() {
        Post post = new Post("1");
        post.visible = false;
        repo.insert(post);
        assertThat(repo.updateAll(from(Post.class).where("visible", false), Change.set("visible", true)))
                .isEqualTo(1);
        assertThat(repo.deleteAll(from(Post.class).where("visible", true))).isEqualTo(1);
    }

    @Test
    void q17RowsBecomeRecords() {
        Post post = repo.insert(new Post("1"));
        assertThat(repo.sql().query(Titled.class, "select id, title from posts", Map.of()))
                .containsExactly(new Titled(post.id, "1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.sql().query(Titled.class, "select id from posts", Map.of()))
                .withMessageContaining("title");
    }

    @Test
    void q18q19ATablesExistenceIsAQuery() {
        assertThat(repo.sql()
                        .query(
                                "select 1 from information_schema.tables where lower(table_name) = :t",
                                Map.of("t", "posts"))
                        .rows())
                .isNotEmpty();
        assertThat(repo.sql()
                        .query(
                                "select 1 from information_schema.tables where lower(table_name) = :t",
                                Map.of("t", "none"))
                        .rows())
                .isEmpty();
    }

    @Test
    void q20RowsAreShownAsATable() {
        repo.insert(new Post("hello"));
        String table = repo.sql().query("select title, visits from posts").toString();
        assertThat(table.lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("+") || line.startsWith("|"))
                .anyMatch(line -> line.contains("hello") && line.contains("null"));
        assertThat(table.lines().map(String::length).distinct()).hasSize(1);
        assertThat(repo.sql().query("update posts set visits = 1").toString()).isEqualTo("1 row(s)");
    }

    @Test
    void q21AnEmptyTableIsShownToo() {
        assertThat(repo.sql().query("select title from posts").toString().lines())
                .hasSize(4);
    }

    @Test
    void q22SeveralStatementsHaveSeveralResults() {
        List<SqlOperations.Rows> results =
                repo.sql().queryMany(List.of("select 1", "select 2 as b", "update posts set visits = 1"));
        assertThat(results).hasSize(3);
        assertThat(results.get(1).columns().get(0)).isEqualToIgnoringCase("b");
        assertThat(results.get(2).count()).isZero();
    }

    @Test
    void q23AFailureAmongSeveralUndoesTheOthers() {
        repo.insert(new Post("1"));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() ->
                        repo.sql().queryMany(List.of("update posts set visits = 9", "select nothing from nowhere")));
        assertThat(repo.all(from(Post.class).select(Expression.<Integer>field("visits"))))
                .containsOnlyNulls();
    }

    @Test
    void a01AFailedStatementLeavesATransactionWithNothingButARollback() {
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    assertThatExceptionOfType(PersistenceException.class)
                            .isThrownBy(() -> repo.sql().query("select nothing from nowhere"));
                    repo.insert(new Post("1"));
                }));
        assertThat(repo.count(Post.class)).isZero();
    }

    /** A row of a fragment. */
    record Numbered(int number) {}

    @Test
    void r050AFragmentIsASource() {
        String source = "select number from (values (1, 'one'), (2, 'two')) as f (number, name) where number > :n";
        assertThat(repo.sql().query(Numbered.class, source, Map.of("n", 1))).containsExactly(new Numbered(2));
        assertThat(repo.sql().query(source, Map.of("n", 0)).rows())
                .extracting(row -> ((Number) row.get(0)).intValue())
                .containsExactly(1, 2);
    }

    private static final String VALUES =
            "(values (cast(:a as integer), 'one'), (cast(:b as integer), 'two')) as v (n, t)";

    @Test
    void r142ListsOfValuesAreJoined() {
        assertThat(repo.sql()
                        .query(
                                "select v.t, w.m from " + VALUES
                                        + " join (values (1, 10), (3, 30)) as w (n, m) on v.n = w.n",
                                Map.of("a", 1, "b", 2))
                        .rows())
                .containsExactly(List.of("one", 10));
    }

    @Test
    void r143WhatAListOfValuesNamesIsDeleted() {
        repo.insertAll(List.of(Post.titled("1", 1), Post.titled("2", 2), Post.titled("3", 3)));
        assertThat(repo.sql()
                        .query(
                                "delete from posts where visits in (select v.n from " + VALUES + ")",
                                Map.of("a", 1, "b", 3))
                        .count())
                .isEqualTo(2);
        assertThat(repo.all(Post.class)).extracting(Post::title).containsExactly("2");
    }

    @Test
    void r144WhatAListOfValuesNamesIsUpdated() {
        repo.insertAll(List.of(Post.titled("1", 1), Post.titled("2", 2), Post.titled("3", 3)));
        assertThat(repo.sql()
                        .query(
                                "update posts set title = (select v.t from " + VALUES + " where v.n = visits)"
                                        + " where visits in (select v.n from " + VALUES + ")",
                                Map.of("a", 1, "b", 2))
                        .count())
                .isEqualTo(2);
        assertThat(repo.all(Post.class)).extracting(Post::title).containsExactlyInAnyOrder("one", "two", "3");
    }

    @Test
    void q04ParametersOfManyTypesAreBound() {
        assertThat(repo.sql()
                        .query(
                                "select 1 where 'MONDAY' = :day and cast(:moment as timestamp with time zone)"
                                        + " = cast('2024-02-29 10:00:00Z' as timestamp with time zone)"
                                        + " and 1 in (:none, :some)",
                                Map.of(
                                        "day",
                                        DayOfWeek.MONDAY,
                                        "moment",
                                        Instant.parse("2024-02-29T10:00:00Z"),
                                        "none",
                                        2,
                                        "some",
                                        List.of(1, 3)))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void q05ArraysComeBackAsLists() {
        boolean h2 = database.database().equals("H2");
        assertThat(repo.sql()
                        .query(
                                h2
                                        ? "select array[1, 2], cast(array[] as integer array)"
                                        : "select array[1, 2]::int[], '{}'::int[]")
                        .rows())
                .containsExactly(List.of(List.of(1, 2), List.of()));
    }

    @Test
    void q10AQueryTellsItsSql() {
        orRefuses(Capability.TO_SQL, () -> {
            assertThat(repo.sql().toSql(from(Post.class).where("title", "secret")))
                    .startsWith("select")
                    .contains("?")
                    .doesNotContain("secret");
            assertThat(repo.sql().toUpdateSql(from(Post.class).where("title", "secret"), Change.set("visits", 3)))
                    .startsWith("update")
                    .contains("posts")
                    .doesNotContain("secret");
            assertThat(repo.sql().toDeleteSql(from(Post.class).where("title", "secret")))
                    .startsWith("delete from posts")
                    .doesNotContain("secret");
        });
    }

    @Test
    void q12AnInsertIsQuoted() {
        repo.insert(new Quoted(1, "a", 2));
        assertThat(repo.getOrThrow(Quoted.class, 1).select).isEqualTo("a");
        assertThat(repo.all(from(Quoted.class)
                        .where("blank", 2)
                        .orderBy(field("group").asc())
                        .select(field("select"))))
                .containsExactly("a");
    }

    @Test
    void q13AnUpdateIsQuoted() {
        Quoted quoted = repo.insert(new Quoted(1, "a", 2));
        repo.updateOrThrow(Changeset.change(quoted, Map.of("select", "b", "blank", 3)));
        assertThat(repo.getOrThrow(Quoted.class, 1))
                .returns("b", read -> read.select)
                .returns(3, read -> read.blank);
    }

    @Test
    void q14ABulkInsertIsQuoted() {
        assertThat(repo.insertAll(
                        Quoted.class, List.of(new Quoted(1, "a", 2), Map.of("group", 2, "select", "b", "blank", 3))))
                .isEqualTo(2);
        assertThat(repo.count(Quoted.class)).isEqualTo(2);
    }

    @Test
    void q15ABulkUpdateIsQuoted() {
        repo.insert(new Quoted(1, "a", 2));
        assertThat(repo.updateAll(
                        from(Quoted.class).where("select", "a"), Change.set("select", "b"), Change.inc("blank", 1)))
                .isEqualTo(1);
        assertThat(repo.getOrThrow(Quoted.class, 1).blank).isEqualTo(3);
    }

    @Test
    void q16ABulkDeleteIsQuoted() {
        repo.insert(new Quoted(1, "a", 2));
        assertThat(repo.deleteAll(from(Quoted.class).where("group", 1).where("blank", 2)))
                .isEqualTo(1);
        assertThat(repo.exists(Quoted.class)).isFalse();
    }

    @Test
    void q35AStatementThatIsKeptSurvivesAChangeOfItsColumns() {
        changingType(this::assertReadable, this::assertReadable);
    }

    @Test
    void q36InATransactionItIsAnErrorOnceAtMost() {
        changingType(() -> repo.transaction(this::assertReadable), () -> {
            try {
                repo.transaction(this::assertReadable);
            } catch (PersistenceException changed) {
                assertThat(changed).rootCause().hasMessageContaining("cached plan");
            }
            repo.transaction(this::assertReadable);
        });
    }

    /** More often than drivers wait before they keep a statement. */
    private void assertReadable() {
        for (int i = 0; i < 10; i++) {
            assertThat(repo.all(Product.class)).singleElement().returns(3, product -> product.stock);
        }
    }

    private void changingType(Runnable before, Runnable after) {
        Product product = new Product("kept", 1);
        product.stock = 3;
        repo.insert(product);
        String alter = "alter table products alter column stock set data type ";
        try {
            before.run();
            database.execute(alter + "bigint");
            after.run();
        } finally {
            database.execute(alter + "integer");
        }
    }

    @Test
    void a06RowsAreCopiedOnTheDriversOwnWay() {
        if (!database.database().equals("PostgreSQL")) {
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> repo.sql().query("copy posts (id, title) from stdin"));
            return;
        }
        long copied = repo.withEntityManager(
                Target.master(),
                em -> em.<Connection, Long>callWithConnection(connection -> connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY posts (id, title) FROM STDIN", new StringReader("1\tone\n2\ttwo\n"))));
        assertThat(copied).isEqualTo(2);
        assertThat(repo.count(Post.class)).isEqualTo(2);
    }

    @Test
    void a08TheDatabaseExplainsAQueryWithoutRunningIt() {
        repo.insert(new Post("1"));
        orRefuses(Capability.EXPLAIN, () -> {
            List<String> plan = repo.sql().explain(from(Post.class).where("title", "1"));
            assertThat(String.join("\n", plan)).containsIgnoringCase("posts");
        });
    }
}
