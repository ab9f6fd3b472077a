package dev.facade.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.Threads;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final Percentage CLOSE = Percentage.withPercentage(0.1);

    private final PeakEwma average = new PeakEwma();

    @Test
    void nothingIsKnownBeforeTheFirstAnswer() {
        assertThat(average.value(0)).isEqualTo(-1);
        average.add(0, 0);
        assertThat(average.value(0)).as("an answer in no time").isNotNegative();
    }

    @Test
    void aPeakCountsAtOnceAndWhatIsBelowMovesTheAverageSlowly() {
        average.add(5 * MILLI, 0);
        assertThat(average.value(0)).isCloseTo(5 * MILLI, CLOSE);
        average.add(50 * MILLI, MILLI);
        assertThat(average.value(MILLI)).isCloseTo(50 * MILLI, CLOSE);
        average.add(5 * MILLI, SECOND);
        double left = Math.exp(-0.999 / 1.5);
        assertThat(average.value(SECOND)).isCloseTo((long) ((50 * left + 5 * (1 - left)) * MILLI), CLOSE);
    }

    @Test
    void withoutAnswersItDecaysAndIsForgottenInTheEnd() {
        average.add(100 * MILLI, 0);
        assertThat(average.value(3 * SECOND / 2)).isCloseTo((long) (100 * MILLI / Math.E), CLOSE);
        assertThat(average.value(3 * SECOND)).isCloseTo((long) (100 * MILLI / Math.E / Math.E), CLOSE);
        assertThat(average.value(4 * SECOND + 2 * MILLI)).isEqualTo(-1);
        average.add(MILLI, 6 * SECOND);
        assertThat(average.value(6 * SECOND)).as("nothing of before").isCloseTo(MILLI, CLOSE);
    }

    @Test
    void manyFastAnswersInOneMomentDoNotHideASlowOne() {
        average.add(100 * MILLI, 0);
        for (int i = 0; i < 10_000; i++) {
            average.add(MILLI, 1000);
        }
        assertThat(average.value(1000)).isCloseTo(100 * MILLI, CLOSE);
    }

    @Test
    void manyFastAnswersBringItDownToThem() {
        average.add(100 * MILLI, 0);
        for (int i = 1; i <= 20_000; i++) {
            average.add(MILLI, i * MILLI);
        }
        assertThat(average.value(20 * SECOND)).isCloseTo(MILLI, Percentage.withPercentage(2));
    }

    @Test
    void whatIsOldStaysForgottenHoweverLongTheFacadeIsIdle() {
        average.add(100 * MILLI, 0);
        for (Duration idle : new Duration[] {
            Duration.ofMinutes(1), Duration.ofHours(40), Duration.ofDays(27), Duration.ofDays(50), Duration.ofDays(100)
        }) {
            assertThat(average.value(idle.toNanos())).as("%s", idle).isEqualTo(-1);
        }
    }

    @Test
    void theTickerMayOverflow() {
        long before = Long.MAX_VALUE - SECOND / 2;
        average.add(100 * MILLI, before);
        assertThat(average.value(before + SECOND)).isCloseTo((long) (100 * MILLI * Math.exp(-1 / 1.5)), CLOSE);
        assertThat(average.value(before + 6 * SECOND)).isEqualTo(-1);
    }

    /** A thread may be held up between reading the ticker and asking. */
    @Test
    void aMomentBeforeTheLastAnswerIsTakenForIts() {
        average.add(100 * MILLI, SECOND);
        assertThat(average.value(SECOND - 10 * MILLI)).isCloseTo(100 * MILLI, CLOSE);
        average.add(MILLI, SECOND - 10 * MILLI);
        assertThat(average.value(SECOND)).isCloseTo(100 * MILLI, CLOSE);
    }

    /** At one moment it never goes down, so whoever has added a latency sees that one or a higher one. */
    @Test
    void noPeakIsLostAmongThreads() throws Exception {
        Threads.together(4, thread -> () -> {
            for (int i = 1; i < 200_000; i++) {
                long nanos = 4L * i + thread;
                average.add(nanos, 0);
                assertThat(average.value(0)).isGreaterThanOrEqualTo(nanos);
            }
            return true;
        });
    }

    @Test
    void aReplicaTellsItAndForgetsIt() {
        Replica replica = Replica.of("a");
        assertThat(replica.peakLatency(0)).isEqualTo(-1);
        replica.answered(MILLI, 0);
        assertThat(replica.peakLatency(0)).isCloseTo(MILLI, CLOSE);
        assertThat(replica.latency(0.5, 1, 0)).isPositive();
        replica.forget();
        assertThat(replica.peakLatency(0)).isEqualTo(-1);
        assertThat(replica.latency(0.5, 1, 0)).isEqualTo(-1);
    }
}
