package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.SqlOperations;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import jakarta.persistence.PersistenceException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** SQL of one's own: Ecto's cases of {@code sql.exs} and {@code query_many.exs}. */
public abstract class SqlContract extends Contract {

    /** For the subclasses. */
    protected SqlContract() {}

    /** What rows are read into. */
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
    void q18ATablesExistenceIsAQuery() {
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
}
