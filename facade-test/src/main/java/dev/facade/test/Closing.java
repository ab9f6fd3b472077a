package dev.facade.test;

import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Closes many things, whatever becomes of each. */
final class Closing {

    private Closing() {}

    /** Closes and removes all, first to last; throws the first failure with the others suppressed. */
    static void all(Deque<? extends AutoCloseable> resources) {
        RuntimeException failure = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                failure = join(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException join(@Nullable RuntimeException first, Exception next) {
        if (first == null) {
            return next instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(next);
        }
        first.addSuppressed(next);
        return first;
    }
}
