package dev.facade.engine.health;

import dev.facade.time.ManualTicker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** Whatever threads take and give at once could have been taken and given one after the other; time stands still. */
public class RetryBudgetLinearizabilityTest {

    private final RetryBudget budget;

    public RetryBudgetLinearizabilityTest() {
        budget = RetryBudget.of(0.5, 2, ManualTicker.at(0));
    }

    @Operation
    public void deposit() {
        budget.deposit();
    }

    @Operation
    public boolean tryWithdraw() {
        return budget.tryWithdraw();
    }

    @Operation
    public void giveBack() {
        budget.giveBack();
    }

    @Test
    void interleavingsOfTwoThreadsAreLinear() {
        new ModelCheckingOptions()
                .iterations(8)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(4)
                .actorsBefore(2)
                .actorsAfter(3)
                .checkObstructionFreedom(true)
                .check(getClass());
    }
}
