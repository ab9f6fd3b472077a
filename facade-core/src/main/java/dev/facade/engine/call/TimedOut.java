package dev.facade.engine.call;

import dev.facade.option.Timeout;
import dev.facade.spi.FailureClassifier;
import jakarta.persistence.QueryTimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says of a statement that its {@link Timeout} has ended that it was so; databases call it a request of the user. */
public final class TimedOut {

    private TimedOut() {}

    public static <T> T told(String operation, @Nullable Timeout timeout, Supplier<T> work) {
        if (timeout == null) {
            return work.get();
        }
        long begun = System.nanoTime();
        try {
            return work.get();
        } catch (RuntimeException failure) {
            boolean over = System.nanoTime() - begun >= timeout.limit().toNanos();
            if (over && FailureClassifier.isCancelled(failure)) {
                throw new QueryTimeoutException(
                        operation + ": not done within its Timeout of "
                                + timeout.limit().toSeconds()
                                + " s; look why the statement takes so long, or give it more",
                        failure);
            }
            throw failure;
        }
    }
}
