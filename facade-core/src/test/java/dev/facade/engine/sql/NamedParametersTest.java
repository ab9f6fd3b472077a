package dev.facade.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How SQL is read: as the database reads it, or not at all. */
class NamedParametersTest {

    private static final String POSTGRES = "PostgreSQL";
    private static final String MARIADB = "MariaDB";
    private static final String H2 = "H2";
    private static final String UNKNOWN = "";

    /** Each :x has become a question mark, and nothing else has changed. */
    private static void reads(String database, String sql) {
        assertThat(NamedParameters.of(database, sql, Map.of("x", 1)).sql())
                .as("%s: %s", database, sql)
                .isEqualTo(sql.replace(":x", "?"));
    }

    private static void refuses(String database, String sql, String why) {
        assertThatIllegalArgumentException()
                .as("%s: %s", database, sql)
                .isThrownBy(() -> NamedParameters.of(database, sql, Map.of()))
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {POSTGRES, H2, UNKNOWN})
    void t81CommentsThatNestEndWhereTheDatabaseEndsThem(String database) {
        refuses(database, "/* /* */ x */ COMMIT", "COMMIT");
        refuses(database, "/* a /* b */ /* c */ */ rollback", "ROLLBACK");
        refuses(database, "select 1 /* /* */ ; */ ; commit", "several statements");
    }

    @Test
    void t81CommentsThatDoNotNestEndAtTheFirstEnd() {
        refuses(MARIADB, "/* /* */ COMMIT", "COMMIT");
        reads(MARIADB, "select /* /* :y */ :x");
    }

    @ParameterizedTest
    @ValueSource(strings = {POSTGRES, H2, UNKNOWN})
    void t81ACarriageReturnEndsALine(String database) {
        refuses(database, "select 1 -- x\r; commit", "several statements");
        refuses(database, "-- x\rcommit", "COMMIT");
    }

    @Test
    void t81ForMariaDbItDoesNot() {
        reads(MARIADB, "select :x -- y\r; commit");
        refuses(MARIADB, "select 1 # x\n; commit", "several statements");
        refuses(MARIADB, "select 1--x; commit", "several statements");
    }

    @Test
    void t81WhatMariaDbExecutesInACommentIsNoComment() {
        for (String sql : List.of("/*! COMMIT */", "select 1 /*!50000 ; */", "/*M! ROLLBACK */")) {
            refuses(MARIADB, sql, "a comment that is executed");
            refuses(UNKNOWN, sql, "a comment that is executed");
        }
        reads(H2, "select :x /*! so */");
    }

    @Test
    void t81AParameterInACommentIsNone() {
        reads(POSTGRES, "select /* /* */ :y */ :x");
        reads(H2, "select // :y\n :x");
        reads(MARIADB, "select # :y\n :x, '#'");
    }

    @Test
    void t81StringsEndWhereTheDatabaseEndsThem() {
        reads(POSTGRES, "select 'it''s :y', E'\\' :y', :x");
        reads(POSTGRES, "select E'a'\n -- so\n '\\' :y', :x");
        reads(POSTGRES, "select $a$ $b$ :y $a$, $$:y$$, a$1$ + :x, $1");
        reads(POSTGRES, "select :x where a like 'b' escape '\\'");
        reads(MARIADB, "select 'it\\'s :y', \"a\\\" :y\", `:y`, :x");
        reads(H2, "select 'a\\', $$:y$$, `:y`, \":y\", :x");
    }

    @Test
    void t81WhatDependsOnSettingsIsRefused() {
        for (String database : List.of(POSTGRES, MARIADB, UNKNOWN)) {
            refuses(database, "select 'a\\', :y, \\''", "is read in several ways");
        }
        refuses(POSTGRES, "select 'a\\'; commit; select '", "several statements");
        refuses(UNKNOWN, "select `a; b` from c", "several statements");
    }

    @Test
    void t81WhatHasNoEndIsRefused() {
        for (String sql : List.of("select 'a", "select \"a", "select /* a", "select /* /* */", "select $a$ $b$")) {
            refuses(POSTGRES, sql, "has no end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREPARE TRANSACTION 'x'",
                "set autocommit = 1",
                "SET @@session.autocommit=1",
                "xa start 'x'",
                ";commit",
                "(commit)"
            })
    void t81EachWordThatEndsATransactionIsKnown(String sql) {
        refuses(POSTGRES, sql, "expected: ");
        refuses(UNKNOWN, sql, "expected: ");
    }

    @Test
    void oneStatementMayEndWithASemicolonAndAComment() {
        reads(POSTGRES, "select :x::int; ; -- done\n /* so */ ");
        reads(POSTGRES, "select a[1:2], b := :x, 'c' :: text");
    }

    @Test
    void aMissingParameterIsNamedWithTheStatement() {
        refuses(POSTGRES, "select :sku", "parameter: :sku is missing for 'select :sku'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamedParameters.of(H2, "select 1", Map.of("a".repeat(5_000_000), 1)))
                .satisfies(error -> assertThat(error.getMessage()).hasSizeLessThan(600));
    }

    @Test
    void aListStandsForManyAndIsNumberedForTheProvider() {
        NamedParameters read = NamedParameters.of(
                H2,
                "a = :a and b in (:b) and c in (:none)",
                Map.of("a", 1, "b", Arrays.asList(2, 3), "none", List.of()));
        assertThat(read.sql()).isEqualTo("a = ? and b in (?, ?) and c in (null)");
        assertThat(read.numbered()).isEqualTo("a = ?1 and b in (?2, ?3) and c in (null)");
        assertThat(read.values()).isEqualTo(List.of(1, 2, 3));
    }
}
