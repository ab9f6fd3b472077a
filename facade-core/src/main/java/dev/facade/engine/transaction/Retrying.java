package dev.facade.engine.transaction;

import dev.facade.engine.position.Monitor;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.error.SeveralMastersException;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Retry;
import dev.facade.spi.FailureClassifier;
import dev.facade.time.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Runs a transaction again if it is known that it was not committed, and may be the next time: after a serialization
 * failure or a deadlock, and after the master was lost, or gave no connection, before the commit was sent. Thread-safe.
 */
public record Retrying(Retry retry, Monitor monitor, Ticker ticker) {

    private static final int DEPTH = 16;

    public <T, X extends Exception> T run(TransactionBody<T, X> transaction, Predicate<Throwable> isForeign) throws X {
        for (int run = 1; ; run++) {
            try {
                return transaction.run();
            } catch (Throwable failure) {
                if (run == retry.runs() || isForeign.test(failure) || !mayGoOn(failure, run)) {
                    throw failure;
                }
            }
        }
    }

    /** Waits; false if the failure stands. */
    private boolean mayGoOn(Throwable failure, int run) {
        if (isOutcomeUnknown(failure)) {
            return false;
        }
        boolean masterless = isMasterless(failure);
        if (!masterless && !FailureClassifier.isRollbackOfDatabase(failure)) {
            return false;
        }
        if (masterless && !monitor.awaitMaster(ticker.nanos(), TimeUnit.NANOSECONDS.convert(retry.masterWithin()))) {
            return false;
        }
        return paused(retry.waitAfter(run));
    }

    private static boolean isOutcomeUnknown(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof CommitOutcomeUnknownException) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }

    /** The pool of a master that hangs is full of connections that do not come back. */
    private static boolean isMasterless(Throwable failure) {
        FailureClass type = FailureClassifier.classify(failure, Role.MASTER);
        return failure instanceof SeveralMastersException
                || type == FailureClass.NODE
                || type == FailureClass.SATURATION;
    }

    private static boolean paused(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(left);
        }
        return !Thread.currentThread().isInterrupted();
    }
}
