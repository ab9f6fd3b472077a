package dev.facade.spi;

import static dev.facade.event.FailureClass.CONFLICT;
import static dev.facade.event.FailureClass.NODE;
import static dev.facade.event.FailureClass.QUERY;
import static dev.facade.event.FailureClass.SATURATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import jakarta.persistence.NoResultException;
import jakarta.persistence.PersistenceException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureClassifierTest {

    @ParameterizedTest(name = "{0} {1}: {2} on a replica, {3} on the master ({4})")
    @CsvSource(textBlock = """
            08004, 1040, SATURATION, SATURATION, too many connections
            42000, 1203, SATURATION, SATURATION, too many connections of a user
            42000, 1226, SATURATION, SATURATION, a user's resources are used up
            HY000, 1290, QUERY,      NODE,       read_only: the master was demoted
            70100, 1927, NODE,       NODE,       connection killed
            70100, 1969, QUERY,      QUERY,      statement timeout
            40001, 1213, CONFLICT,   QUERY,      deadlock
            42000, 1064, QUERY,      QUERY,      syntax error
            """)
    void mariaDbsNumbersTellWhatItsStatesDoNot(
            String state, int number, FailureClass onReplica, FailureClass onMaster, String meaning) {
        SQLException failure = new SQLException(meaning, state, number);
        assertThat(FailureClassifier.classify(failure, Role.REPLICA)).isEqualTo(onReplica);
        assertThat(FailureClassifier.classify(failure, Role.MASTER)).isEqualTo(onMaster);
    }

    @Test
    void mariaDbsUnknownFunctionMayBeKnownToTheMaster() {
        assertThat(FailureClassifier.isMissingSchema(new SQLException("no function", "42000", 1305)))
                .isTrue();
        assertThat(FailureClassifier.isMissingSchema(new SQLException("syntax", "42000", 1064)))
                .isFalse();
    }

    @ParameterizedTest(name = "{0}: {1} on a replica, {2} on the master ({3})")
    @CsvSource(textBlock = """
            08000, NODE,       NODE,       connection exception
            08001, NODE,       NODE,       connection refused
            08003, NODE,       NODE,       connection does not exist
            08004, NODE,       NODE,       connection rejected
            08006, NODE,       NODE,       connection failure
            08007, NODE,       NODE,       transaction resolution unknown
            08P01, NODE,       NODE,       protocol violation
            57P01, NODE,       NODE,       admin shutdown
            57P02, NODE,       NODE,       crash shutdown
            57P03, NODE,       NODE,       cannot connect now
            90067, NODE,       NODE,       H2: connection broken
            90098, NODE,       NODE,       H2: database was closed
            90121, NODE,       NODE,       H2: database is already closed
            90146, NODE,       NODE,       H2: database not found
            53300, SATURATION, SATURATION, too many connections
            40001, CONFLICT,   QUERY,      serialization failure or conflict with recovery
            40P01, CONFLICT,   QUERY,      deadlock
            25006, QUERY,      NODE,       read-only transaction: the master was demoted
            57014, QUERY,      QUERY,      statement timeout
            42601, QUERY,      QUERY,      syntax error
            42P01, QUERY,      QUERY,      undefined table
            42703, QUERY,      QUERY,      undefined column
            42883, QUERY,      QUERY,      undefined function
            23505, QUERY,      QUERY,      unique violation
            22P02, QUERY,      QUERY,      invalid text representation
            25P02, QUERY,      QUERY,      in failed transaction
            55P03, QUERY,      QUERY,      lock not available
            53100, QUERY,      QUERY,      disk full
            53200, QUERY,      QUERY,      out of memory
            0A000, QUERY,      QUERY,      feature not supported
            XX000, QUERY,      QUERY,      internal error
            """)
    void t03EachStateHasItsClassInEachRole(String state, FailureClass replica, FailureClass master, String meaning) {
        assertThat(FailureClassifier.classify(Failures.state(state), Role.REPLICA))
                .isEqualTo(replica);
        assertThat(FailureClassifier.classify(Failures.state(state), Role.MASTER))
                .isEqualTo(master);
        assertThat(FailureClassifier.classify(new SQLException(meaning, state), Role.REPLICA))
                .as("not wrapped")
                .isEqualTo(replica);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            22021, 0,     a character that the encoding lacks
            22012, 0,     division by zero
            22P02, 0,     invalid text representation
            22018, 22018, H2: data conversion
            21000, 0,     more than one row of a subquery
            23505, 0,     unique violation
            25006, 0,     a write on a read path
            42601, 0,     syntax error
            42501, 0,     insufficient privilege
            42P01, 0,     undefined table
            0A000, 0,     feature not supported
            54001, 0,     statement too complex
            P0001, 0,     raised by a function of the caller's
            90008, 90008, H2: invalid value
            HY000, 1300,  MariaDB: invalid character string
            22012, 1365,  MariaDB: division by zero
            """)
    void t67WhatTheCallerGotWrongIsNoNodesFault(String state, int number, String meaning) {
        assertThat(FailureClassifier.isOfCaller(new PersistenceException(new SQLException(meaning, state, number))))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            57014, 0,     statement timeout
            53100, 0,     disk full
            53200, 0,     out of memory
            58030, 0,     I/O error
            XX001, 0,     data corrupted
            08006, 0,     connection failure
            40001, 0,     conflict with recovery
            90030, 90030, H2: file corrupted
            90108, 90108, H2: out of memory
            70100, 1969,  MariaDB: statement timeout
            HY000, 1021,  MariaDB: disk full
            '',    0,     of nobody knows what
            """)
    void t67WhatMayBeOfTheNodeIsNotTheCallers(String state, int number, String meaning) {
        assertThat(FailureClassifier.isOfCaller(new PersistenceException(new SQLException(meaning, state, number))))
                .isFalse();
    }

    @Test
    void t67WhatTheDatabaseHadNoPartInIsNotBadInput() {
        assertThat(FailureClassifier.isOfCaller(new IllegalStateException("bug")))
                .isFalse();
    }

    static Stream<Arguments> failuresWithoutState() {
        return Stream.of(
                Arguments.of(new IllegalStateException("bug"), QUERY),
                Arguments.of(new NoResultException("none"), QUERY),
                Arguments.of(new PersistenceException("no cause"), QUERY),
                Arguments.of(Failures.wrapped(new SQLException("no state")), QUERY),
                Arguments.of(Failures.poolTimeout(), SATURATION),
                Arguments.of(Failures.wrapped(new SQLNonTransientConnectionException("gone")), NODE),
                Arguments.of(Failures.wrapped(new SQLRecoverableException("closed")), NODE),
                Arguments.of(new UncheckedIOException(new SocketTimeoutException("a mail server's")), QUERY),
                Arguments.of(new PersistenceException(new ConnectException("of no driver")), QUERY),
                Arguments.of(Failures.wrapped(new SQLException(new ConnectException("refused"))), NODE),
                Arguments.of(Failures.wrapped(new SQLException(new SocketTimeoutException("timed out"))), NODE));
    }

    @ParameterizedTest
    @MethodSource("failuresWithoutState")
    void aFailureWithoutStateIsClassifiedByItsType(Throwable failure, FailureClass expected) {
        assertThat(FailureClassifier.classify(failure, Role.REPLICA)).isEqualTo(expected);
        assertThat(FailureClassifier.classify(failure, Role.MASTER)).isEqualTo(expected);
    }

    @Test
    void t53AFullPoolIsNoDeadNode() {
        assertThat(FailureClassifier.classify(Failures.poolTimeout(), Role.REPLICA))
                .isEqualTo(SATURATION);
    }

    @Test
    void aPoolTimeoutThatHidesADeadNodeIsADeadNode() {
        SQLException refused = new SQLException("refused", "08001", new ConnectException("Connection refused"));
        SQLException timeout = new SQLTransientConnectionException("request timed out", "08001", 0, refused);
        assertThat(FailureClassifier.classify(Failures.wrapped(timeout), Role.REPLICA))
                .isEqualTo(NODE);
        SQLException stateless = new SQLTransientConnectionException("request timed out", null, 0, refused);
        assertThat(FailureClassifier.classify(Failures.wrapped(stateless), Role.REPLICA))
                .isEqualTo(NODE);
    }

    @Test
    void aPoolTimeoutBehindWhichTheServerTakesNoMoreIsSaturation() {
        SQLException full = new SQLException("too many clients", "53300");
        SQLException timeout = new SQLTransientConnectionException("request timed out", "53300", 0, full);
        assertThat(FailureClassifier.classify(Failures.wrapped(timeout), Role.REPLICA))
                .isEqualTo(SATURATION);
    }

    @Test
    void theOutermostSqlExceptionOfALongChainCounts() {
        Throwable failure = new SQLException("conflict", "40001");
        for (int i = 0; i < 10; i++) {
            failure = new PersistenceException("layer " + i, failure);
        }
        assertThat(FailureClassifier.classify(failure, Role.REPLICA)).isEqualTo(CONFLICT);
    }

    @Test
    void aChainThatBitesItsTailIsClassifiedAllTheSame() {
        RuntimeException first = new RuntimeException("first");
        RuntimeException second = new RuntimeException("second", first);
        first.initCause(second);
        assertThat(FailureClassifier.classify(first, Role.REPLICA)).isEqualTo(QUERY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08004", "57P03", "90146", "90149"})
    void t54NothingRanOnANodeThatCouldNotBeEntered(String state) {
        assertThat(FailureClassifier.mayHaveRun(Failures.state(state))).isFalse();
    }

    @Test
    void t54NothingRanWhenThePoolGaveNoConnection() {
        SQLException refused = new SQLException("lost", "08006");
        SQLException timeout = new SQLTransientConnectionException("request timed out", "08006", 0, refused);
        assertThat(FailureClassifier.mayHaveRun(Failures.wrapped(timeout))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08003", "08006", "08007", "57P01", "57P02", "90067", "90098", "90121"})
    void t54AnythingMayHaveRunOnANodeThatWasLost(String state) {
        assertThat(FailureClassifier.mayHaveRun(Failures.state(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3F000", "42P01", "42703", "42883", "42S02", "42S22", "42102", "42104", "42122", "90022"})
    void aMissingSchemaTableColumnOrFunctionIsMissingSchema(String state) {
        assertThat(FailureClassifier.isMissingSchema(Failures.state(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "42501", "23505", "08006", "40001"})
    void anythingElseIsNotMissingSchema(String state) {
        assertThat(FailureClassifier.isMissingSchema(Failures.state(state))).isFalse();
        assertThat(FailureClassifier.isMissingSchema(new IllegalStateException("bug")))
                .isFalse();
    }
}
