package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.operation.SqlOperations;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.test.H2Node;
import jakarta.persistence.PersistenceException;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** SQL of one's own: what goes in, what comes out, and where it must not lead. */
class SqlIT {

    private static H2Node node;
    private static FacadeRepository h2;
    private static FacadeRepository postgres;

    @BeforeAll
    static void start() {
        node = Blog.h2("sql");
        h2 = Blog.onH2(node).build();
        postgres = Blog.onPostgresWithReplicas().build();
    }

    @AfterAll
    static void stop() {
        h2.close();
        postgres.close();
        node.close();
    }

    @AfterEach
    void empty() {
        node.execute("DELETE FROM comment", "DELETE FROM post", "DELETE FROM author");
        postgres.deleteAll(Comment.class);
        postgres.deleteAll(Post.class);
    }

    record Converted(
            long number,
            BigDecimal exact,
            LocalDate day,
            LocalDateTime time,
            Instant moment,
            DayOfWeek weekday,
            UUID key) {}

    private static final String CONVERTED = "select 7 as number, 8 as exact, cast('2024-02-29' as date) as \"day\","
            + " cast('2024-02-29 10:00:00' as timestamp) as \"time\","
            + " cast('2024-02-29 10:00:00Z' as timestamp with time zone) as moment, 'MONDAY' as weekday,"
            + " cast('00000000-0000-0000-0000-000000000001' as uuid) as \"key\"";

    @Test
    void q17ValuesAreConvertedWhereNothingIsLost() {
        Instant moment = Instant.parse("2024-02-29T10:00:00Z");
        for (FacadeRepository repo : List.of(h2, postgres)) {
            assertThat(repo.sql().query(Converted.class, CONVERTED, Map.of()))
                    .containsExactly(new Converted(
                            7,
                            new BigDecimal(8),
                            LocalDate.of(2024, 2, 29),
                            LocalDateTime.of(2024, 2, 29, 10, 0),
                            moment,
                            DayOfWeek.MONDAY,
                            new UUID(0, 1)));
        }
    }

    record Small(int number) {}

    @Test
    void q17WhatWouldBeLostIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> h2.sql().query(Small.class, "select 3000000000 as number", Map.of()))
                .withMessageContaining("number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> h2.sql().query(Small.class, "select cast(null as int) as number", Map.of()))
                .withMessageContaining("null");
    }

    @Test
    void q04ParametersOfManyTypesAreBound() {
        for (FacadeRepository repo : List.of(h2, postgres)) {
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
    }

    @Test
    void q05ArraysComeBackAsLists() {
        assertThat(postgres.sql()
                        .query("select array[1, 2]::int[], '{}'::text[]")
                        .rows())
                .containsExactly(List.of(List.of(1, 2), List.of()));
    }

    @Test
    void whatIsQuotedInDollarsIsLeftAlone() {
        assertThat(postgres.sql()
                        .query("select $tag$ :no $tag$, $$:neither$$, :a", Map.of("a", "x"))
                        .rows())
                .containsExactly(List.of(" :no ", ":neither", "x"));
    }

    @Test
    void t13TransactionsAreNotBegunOrEndedInSql() {
        for (String word : List.of("BEGIN", "commit", " /* so */ Rollback", "-- so\nstart transaction", "END;")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> h2.checkout(() -> h2.sql().query(word)))
                    .withMessageContaining("expected: transaction");
            assertThatIllegalArgumentException().isThrownBy(() -> h2.sql().queryMany(List.of("select 1", word)));
        }
    }

    @Test
    void aStatementThatIsSaidToReadCannotWrite() {
        postgres.insert(new Post("a"));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> postgres.sql().query("update post set likes = 9", Target.replica()));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() ->
                        postgres.checkout(() -> postgres.sql().query("update post set likes = 9", Target.replica())));
        assertThat(postgres.all(Post.class, Target.master())).allMatch(post -> post.likes == 0);
    }

    @Test
    void whereTheDatabaseDoesNotRefuseItNothingIsStoredAndTheCallFails() {
        h2.insert(new Post("a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> h2.checkout(() -> h2.sql().query("update post set likes = 9", Target.replica())))
                .withMessageContaining("on a read path writes nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> h2.sql().query("update post set likes = 9", Target.replica()))
                .withMessageContaining("on a read path writes nothing");
        assertThat(h2.all(Post.class)).allMatch(post -> post.likes == 0);
    }

    @Test
    void inAReadOnlyTransactionSqlReads() {
        long one = postgres.readOnlyTransaction(() -> postgres.sql()
                .query("select count(*) from pg_class where false")
                .count());
        assertThat(one).isEqualTo(1);
        assertThatThrownBy(
                        () -> postgres.readOnlyTransaction(() -> postgres.sql().query("update post set likes = 9")))
                .hasMessageContaining("read-only");
    }

    @Test
    void q10ABulkStatementTellsItsSql() {
        SqlOperations sql = h2.sql();
        assertThat(sql.toUpdateSql(from(Post.class).where("title", "secret"), Change.set("likes", 3)))
                .startsWith("update Post")
                .contains("?")
                .doesNotContain("secret");
        assertThat(sql.toDeleteSql(from(Post.class).where("title", "secret")))
                .startsWith("delete from Post")
                .doesNotContain("secret");
    }

    @Test
    void theDatabaseExplainsAQuery() {
        for (FacadeRepository repo : List.of(h2, postgres)) {
            List<String> plan = repo.sql()
                    .explain(from(Post.class)
                            .where("title", "a")
                            .where(field("likes").gt(3)));
            assertThat(plan).isNotEmpty();
            assertThat(String.join("\n", plan)).containsIgnoringCase("post");
        }
    }
}
