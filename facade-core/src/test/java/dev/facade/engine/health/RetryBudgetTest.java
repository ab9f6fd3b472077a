package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.Threads;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final ManualTicker ticker = ManualTicker.aboutToOverflow();

    private static int taken(RetryBudget budget) {
        int taken = 0;
        while (budget.tryWithdraw()) {
            taken++;
        }
        return taken;
    }

    @Test
    void aBurstIsThereAtOnce() {
        assertThat(taken(RetryBudget.of(0.2, 50, ticker))).isEqualTo(50);
    }

    @Test
    void aFifthOfTheReadsMayBeRunAgain() {
        RetryBudget budget = RetryBudget.of(0.2, 50, ticker);
        taken(budget);
        IntStream.range(0, 100).forEach(read -> budget.deposit());
        assertThat(taken(budget)).isEqualTo(20);
    }

    @Test
    void tenASecondComeInAnyCase() {
        RetryBudget budget = RetryBudget.of(0, 50, ticker);
        taken(budget);
        for (int i = 0; i < 4; i++) {
            ticker.advance(Duration.ofMillis(250)); // over the ticker's overflow
            budget.deposit();
        }
        assertThat(taken(budget)).isEqualTo(10);
        assertThat(taken(budget)).isZero();
    }

    @Test
    void noMoreThanABurstIsEverThere() {
        RetryBudget budget = RetryBudget.of(1, 50, ticker);
        ticker.advance(Duration.ofDays(100));
        IntStream.range(0, 1000).forEach(read -> budget.deposit());
        budget.giveBack();
        assertThat(taken(budget)).isEqualTo(50);
    }

    @Test
    void threadsTakeNoMoreThanThereIsAndNoLess() throws Exception {
        RetryBudget budget = RetryBudget.of(0.5, 1000, ticker);
        taken(budget);
        int taken = Threads.together(4, thread -> () -> {
                    int mine = 0;
                    for (int read = 0; read < 500; read++) {
                        budget.deposit();
                        mine += budget.tryWithdraw() ? 1 : 0;
                    }
                    return mine;
                })
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
        assertThat(taken + taken(budget)).isEqualTo(1000);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(1.1, 1, ticker))
                .withMessage("share: 1.1 (expected: 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(Double.NaN, 1, ticker))
                .withMessage("share: NaN (expected: 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(1, 0, ticker))
                .withMessage("burst: 0 (expected: >= 1)");
    }
}
