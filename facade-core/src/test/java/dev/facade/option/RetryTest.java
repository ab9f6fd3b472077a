package dev.facade.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryTest {

    private static final long SEED = 42;

    @Test
    void waitsAreRandomBelowABoundThatDoublesUpToTheLongest() {
        Retry retry = Retry.upTo(9)
                .backoff(Duration.ofMillis(10), Duration.ofMillis(35))
                .random(new Random(SEED));
        long[] bounds = {10, 20, 35, 35};
        for (int run = 1; run <= bounds.length; run++) {
            long bound = Duration.ofMillis(bounds[run - 1]).toNanos();
            long most = 0;
            for (int draw = 0; draw < 1_000; draw++) {
                long wait = retry.waitAfter(run);
                assertThat(wait).as("seed " + SEED).isBetween(0L, bound);
                most = Math.max(most, wait);
            }
            assertThat(most).as("seed " + SEED).isGreaterThan(bound * 9 / 10);
        }
        assertThat(retry.waitAfter(Integer.MAX_VALUE))
                .isBetween(0L, Duration.ofMillis(35).toNanos());
    }

    @Test
    void theSameSeedDrawsTheSameWaits() {
        Retry one = Retry.upTo(3).random(new Random(SEED));
        Retry other = Retry.upTo(3).random(new Random(SEED));
        assertThat(one.waitAfter(1)).isEqualTo(other.waitAfter(1));
        assertThat(Retry.upTo(3).backoff(Duration.ZERO, Duration.ZERO).waitAfter(2))
                .isZero();
    }

    @Test
    void whatCannotBeCountedIsTakenAsTheLongestThatCan() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        for (Duration first : List.of(Duration.ofNanos(1), Duration.ofNanos(Long.MAX_VALUE), forever)) {
            Retry retry = Retry.upTo(99).backoff(first, forever).random(new Random(SEED));
            for (int run : new int[] {1, 2, 63, 64, 98}) {
                assertThat(retry.waitAfter(run)).as("seed " + SEED).isNotNegative();
            }
            assertThat(retry.waitAfter(98)).as("seed " + SEED).isGreaterThan(1_000_000_000L);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Retry.upTo(0)).hasMessage("runs: 0 (expected: >= 1)");
        assertThatThrownBy(() -> Retry.upTo(2).backoff(Duration.ofMillis(-1), Duration.ZERO))
                .hasMessage("first: PT-0.001S (expected: >= 0)");
        assertThatThrownBy(() -> Retry.upTo(2).backoff(Duration.ofMillis(2), Duration.ofMillis(1)))
                .hasMessage("longest: PT0.001S (expected: >= PT0.002S)");
        assertThatThrownBy(() -> Retry.upTo(2).masterWithin(Duration.ofMillis(-1)))
                .hasMessage("masterWithin: PT-0.001S (expected: >= 0)");
    }
}
