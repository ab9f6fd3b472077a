package dev.facade.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final LatencyWindow window = new LatencyWindow();

    @Test
    void aQuantileIsNeverTooLowAndAtMostASixteenthTooHigh() {
        isNeverTooLow(System.nanoTime());
        isNeverTooLow(19_632_893_304_163L); // whose median ends a bucket
    }

    private static void isNeverTooLow(long seed) {
        LatencyWindow window = new LatencyWindow();
        Random random = new Random(seed);
        long[] nanos = LongStream.generate(() -> (long) Math.exp(random.nextDouble(9, 25)))
                .limit(5_000)
                .toArray();
        LongStream.of(nanos).forEach(each -> window.add(each, 0));
        Arrays.sort(nanos);
        for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            long exact = nanos[(int) Math.ceil(quantile * nanos.length) - 1];
            assertThat(window.quantile(quantile, 1, 0))
                    .as("%s of seed %s", quantile, seed)
                    .isBetween(exact, (long) (exact * 1.0625) + 2000);
        }
    }

    @Test
    void whatIsOlderThanTenSecondsIsForgottenAndWhatIsYoungerThanFiveIsNot() {
        window.add(1_000_000, 0);
        window.add(9_000_000, 6 * SECOND);
        assertThat(window.count(6 * SECOND)).isEqualTo(2);
        assertThat(window.count(10 * SECOND)).isEqualTo(1);
        assertThat(window.quantile(0.5, 1, 10 * SECOND)).isBetween(9_000_000L, 9_600_000L);
        assertThat(window.count(30 * SECOND)).isZero();
    }

    @Test
    void tooFewAnswersTellNothing() {
        assertThat(window.quantile(0.5, 1, 0)).isEqualTo(-1);
        IntStream.range(0, 19).forEach(each -> window.add(1_000, 0));
        assertThat(window.quantile(0.5, 20, 0)).isEqualTo(-1);
        window.add(1_000, 0);
        assertThat(window.quantile(0.5, 20, 0)).isPositive();
    }

    @Test
    void whatTakesLongerThanAnythingKnownIsCounted() {
        window.add(Duration.ofHours(1).toNanos(), 0);
        assertThat(Duration.ofNanos(window.quantile(1, 1, 0))).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
    }

    @Test
    void answersOfManyThreadsAreAllCounted() {
        IntStream.range(0, 80_000).parallel().forEach(each -> window.add(each, SECOND));
        assertThat(window.count(SECOND)).isEqualTo(80_000);
    }
}
