package dev.facade.hibernate;

import static dev.facade.hibernate.FaultFigure.number;

import dev.facade.hibernate.FaultLoad.Outcome;
import dev.facade.hibernate.FaultLoad.Read;
import dev.facade.hibernate.FaultLoad.Write;
import java.util.List;

/**
 * What came of a fault. Times in milliseconds, those of recovery in seconds; infinite for what did not happen while it was
 * waited for, {@code NaN} for what has no meaning.
 */
record FaultRow(
        String fault,
        long reads,
        long failedReads,
        long writes,
        long failedWrites,
        long unknownWrites,
        FaultAudit audit,
        double longestRead,
        double longestWrite,
        double healthyP99,
        double faultyP99,
        double percentOnFaulty,
        double evenAfter,
        double hiccup,
        List<FaultFigure> figures) {

    static final List<String> HEAD = List.of(
            "fault",
            "reads",
            "failed",
            "wrong",
            "writes",
            "failed",
            "unknown",
            "repeated",
            "lost",
            "longest read, ms",
            "longest write, ms",
            "p99 of reads before, ms",
            "p99 during, ms",
            "reads on the faulty node, %",
            "even again after, s",
            "longest pause of the machine, ms");

    static FaultRow of(
            String fault, FaultStage stage, boolean hasFaultyReplica, FaultAudit audit, List<FaultFigure> figures) {
        List<Read> reads = stage.reads(stage.begun(), stage.over());
        List<Write> writes = stage.writes(stage.begun(), stage.over());
        return new FaultRow(
                fault,
                reads.size(),
                reads.stream().filter(Read::failed).count(),
                writes.size(),
                writes.stream()
                        .filter(write -> write.outcome() == Outcome.FAILED)
                        .count(),
                writes.stream()
                        .filter(write -> write.outcome() == Outcome.UNKNOWN)
                        .count(),
                audit,
                FaultStage.longest(reads.stream().map(Read::nanos)),
                FaultStage.longest(writes.stream().map(Write::nanos)),
                stage.healthyReads(),
                stage.faultyReads(),
                hasFaultyReplica ? stage.percentOnFaulty() : Double.NaN,
                stage.evenAfter(),
                stage.hiccup(),
                figures);
    }

    String line() {
        return "| "
                + String.join(
                        " | ",
                        fault,
                        number(reads),
                        number(failedReads),
                        number(audit.wrong()),
                        number(writes),
                        number(failedWrites),
                        number(unknownWrites),
                        number(audit.repeated()),
                        audit.lostAfterSwitch() == 0
                                ? number(audit.lost())
                                : number(audit.lost()) + " (and " + number(audit.lostAfterSwitch())
                                        + " after the switch)",
                        number(longestRead),
                        number(longestWrite),
                        number(healthyP99),
                        number(faultyP99),
                        Double.isNaN(percentOnFaulty) ? "" : number(percentOnFaulty),
                        number(evenAfter),
                        number(hiccup))
                + " |";
    }
}
