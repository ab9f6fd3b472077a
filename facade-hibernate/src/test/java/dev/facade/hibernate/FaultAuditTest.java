package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.hibernate.FaultLoad.Outcome;
import dev.facade.hibernate.FaultLoad.Read;
import dev.facade.hibernate.FaultLoad.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What the proof of failures would find, if it were there. */
class FaultAuditTest {

    private static final LogSequenceNumber NEVER = LogSequenceNumber.INVALID_LSN;

    private static Write write(int sequence, Outcome outcome) {
        return new Write(1, sequence, "1-" + sequence, 7, sequence, outcome, 0, 1, null);
    }

    private static Read read(long least, long most, Long got, boolean sound) {
        return new Read(1, true, 7, least, most, got, "berlin", true, List.of(), sound, 0, 1, null);
    }

    private static FaultAudit audit(Read read) {
        return FaultAudit.of(
                List.of(read), List.of(write(1, Outcome.ACKNOWLEDGED)), Map.of("1-1", 1L), Map.of(), NEVER);
    }

    private static LogSequenceNumber at(long position) {
        return LogSequenceNumber.valueOf(position);
    }

    @Test
    void whatIsRightIsRight() {
        assertThat(audit(read(1, 1, 1L, true))).isEqualTo(new FaultAudit(0, 0, 0, 0, 0));
    }

    @Test
    void aReadOfThePastIsWrong() {
        assertThat(audit(read(1, 1, 0L, true)).wrong()).isOne();
    }

    @Test
    void aReadOfWhatWasNeverWrittenIsWrong() {
        assertThat(audit(read(0, 1, 2L, true)).wrong()).isOne();
    }

    @Test
    void aReadOfAnotherRowIsWrong() {
        assertThat(audit(read(1, 1, 1L, false)).wrong()).isOne();
        assertThat(audit(read(1, 1, null, false)).wrong()).isOne();
    }

    @Test
    void aReadOfThePastIsRightIfThePresentIsLost() {
        assertThat(FaultAudit.of(
                                List.of(read(1, 1, 0L, true)),
                                List.of(write(1, Outcome.ACKNOWLEDGED)),
                                Map.of(),
                                Map.of("1-1", at(20)),
                                at(10))
                        .wrong())
                .isZero();
    }

    @Test
    void writesAreCounted() {
        assertThat(FaultAudit.of(
                        List.of(),
                        List.of(
                                write(1, Outcome.ACKNOWLEDGED),
                                write(2, Outcome.ACKNOWLEDGED),
                                write(3, Outcome.FAILED),
                                write(4, Outcome.UNKNOWN),
                                write(5, Outcome.UNKNOWN)),
                        Map.of("1-1", 2L, "1-3", 1L, "1-4", 1L),
                        Map.of(),
                        NEVER))
                .isEqualTo(new FaultAudit(0, 1, 1, 1, 0));
    }

    @Test
    void whatIsLostIsExcusedBehindTheSwitchOnly() {
        FaultAudit audit = FaultAudit.of(
                List.of(),
                List.of(
                        write(1, Outcome.ACKNOWLEDGED),
                        write(2, Outcome.ACKNOWLEDGED),
                        write(3, Outcome.ACKNOWLEDGED),
                        write(4, Outcome.ACKNOWLEDGED)),
                Map.of("1-4", 1L), // made on the promoted one
                Map.of("1-1", at(5), "1-2", at(10), "1-3", at(15)),
                at(10));
        assertThat(audit).isEqualTo(new FaultAudit(0, 0, 0, 1, 2));
    }
}
