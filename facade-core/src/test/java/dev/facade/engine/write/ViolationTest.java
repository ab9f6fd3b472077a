package dev.facade.engine.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.changeset.Constraint.Kind;
import jakarta.persistence.PersistenceException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The name of a violated constraint, from what PostgreSQL 18 and H2 2.4 say. */
class ViolationTest {

    private static final String EVIL = "constraint \"evil\" : \"PUBLIC.EVIL";

    private static Violation of(SQLException failure) {
        return Violation.in(new PersistenceException(failure)).orElseThrow();
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(
                        "23505",
                        Kind.UNIQUE,
                        "uq_pr",
                        "ERROR: duplicate key value violates unique constraint \"uq_pr\"\n  Detail: Key (t)=(" + EVIL
                                + "\") already exists."),
                Arguments.of(
                        "23503",
                        Kind.FOREIGN_KEY,
                        "fk_post",
                        "ERROR: update or delete on table \"post\" violates foreign key constraint \"fk_post\" on table"
                                + " \"comment\""),
                Arguments.of(
                        "23514",
                        Kind.CHECK,
                        "chk_n",
                        "ERROR: new row for relation \"post\" violates check constraint \"chk_n\""),
                Arguments.of(
                        "23P01",
                        Kind.EXCLUSION,
                        "no_overlap",
                        "ERROR: conflicting key value violates exclusion constraint \"no_overlap\""),
                Arguments.of(
                        "23505",
                        Kind.UNIQUE,
                        "UQ_TITLE",
                        "Unique index or primary key violation: \"PUBLIC.UQ_TITLE INDEX PUBLIC.UQ_TITLE_INDEX_2 ON"
                                + " PUBLIC.POST(TITLE NULLS FIRST) VALUES ( /* 1 */ 'a' )\"; SQL statement:"),
                Arguments.of(
                        "23505",
                        Kind.UNIQUE,
                        "UQ_TITLE",
                        "Unique index or primary key violation: \"TENANT.UQ_TITLE INDEX TENANT.UQ_TITLE_INDEX_2 ON"
                                + " TENANT.POST(TITLE NULLS FIRST) VALUES ( /* 1 */ 'a' )\"; SQL statement:"),
                Arguments.of(
                        "23505",
                        Kind.UNIQUE,
                        "uq-x y",
                        "Unique index or primary key violation: \"\"\"My-Shop\"\".\"\"uq-x y\"\" INDEX"
                                + " \"\"My-Shop\"\".\"\"uq-x y_INDEX_5\"\" ON \"\"My-Shop\"\".T(X NULLS FIRST)\";"),
                Arguments.of(
                        "23505",
                        Kind.UNIQUE,
                        "CONSTRAINT_9",
                        "Unique index or primary key violation: \"TENANT.CONSTRAINT_9 INDEX TENANT.PRIMARY_KEY_9 ON"
                                + " TENANT.NN(X) VALUES ( /* 1 */ 'constraint \"\"evil\"\"' )\"; SQL statement:\n"
                                + "insert into tenant.nn values('constraint \"evil\"')"),
                Arguments.of("23513", Kind.CHECK, "CHK_N", "Check constraint violation: \"CHK_N: \"; SQL statement:"),
                Arguments.of(
                        "23506",
                        Kind.FOREIGN_KEY,
                        "FK_POST",
                        "Referential integrity constraint violation: \"FK_POST: TENANT.COMMENT FOREIGN KEY(POST_ID)"
                                + " REFERENCES TENANT.POST(ID) (9)\"; SQL statement:"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void kindAndNameAreRead(String state, Kind kind, String name, String message) {
        assertThat(of(new SQLException(message, state))).isEqualTo(new Violation(kind, name));
    }

    @Test
    void inABatchTheValuesOfTheRowAreNotTakenForTheName() {
        String error = "ERROR: duplicate key value violates unique constraint \"uq_pr\"";
        BatchUpdateException batch = new BatchUpdateException(
                "Batch entry 0 insert into pr values(('5'::int4),('" + EVIL + "\"')) was aborted: " + error,
                "23505",
                null);
        batch.setNextException(new SQLException(error, "23505"));
        assertThat(of(batch)).isEqualTo(new Violation(Kind.UNIQUE, "uq_pr"));
    }

    @Test
    void anythingElseIsNoViolation() {
        assertThat(Violation.in(new PersistenceException(new SQLException("no such table", "42P01"))))
                .isEmpty();
        assertThat(Violation.in(new PersistenceException(new SQLException("null value", "23502"))))
                .isEmpty();
        assertThat(Violation.in(new IllegalStateException("constraint \"x\""))).isEmpty();
    }
}
