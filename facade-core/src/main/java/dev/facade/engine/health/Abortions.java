package dev.facade.engine.health;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aborts connections of others, on threads of its own, since a driver may open a second connection for it. Thread-safe.
 *
 * <p>With PostgreSQL's driver the server is then asked to cancel what runs there, which it would not notice otherwise. That
 * too is a second connection, and nobody waits for it: two at once, each for the driver's {@code cancelSignalTimeout}.
 */
final class Abortions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Abortions.class);

    private static final int TRIES = 100;
    private static final long PAUSE = 50_000_000L;

    private final ThreadPoolExecutor threads;
    private final Semaphore cancels = new Semaphore(2);

    Abortions() {
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "facade-abortion");
            thread.setDaemon(true);
            return thread;
        });
    }

    void abort(Connection connection) {
        try {
            threads.execute(() -> abortedSurely(connection));
        } catch (RejectedExecutionException closed) {
            LOG.debug("not aborted, the repository is closed: {}", connection);
        } catch (OutOfMemoryError noThread) {
            aborted(connection); // so that others wait for it, which is better than who waits for ever
        }
    }

    /** A driver's abort does nothing on a connection that is aborted already. */
    private void abortedSurely(Connection connection) {
        for (int left = TRIES; left > 0; left--) {
            try {
                aborted(connection);
                return;
            } catch (Error noMemory) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void aborted(Connection connection) {
        try {
            Connection physical = connection.unwrap(Connection.class);
            connection.abort(Runnable::run);
            if (cancels.tryAcquire()) {
                try {
                    cancel(physical);
                } finally {
                    cancels.release();
                }
            }
        } catch (SQLException | RuntimeException failure) {
            LOG.debug("aborting {} failed", connection, failure);
        }
    }

    /** The driver's connection says that it is closed; what it sends its messages with does not mind. */
    private static void cancel(Connection physical) {
        try {
            Method sender = publicMethod(physical.getClass(), "getQueryExecutor");
            Method cancel = sender == null ? null : publicMethod(sender.getReturnType(), "sendQueryCancel");
            if (sender != null && cancel != null) {
                cancel.invoke(sender.invoke(physical));
            }
        } catch (ReflectiveOperationException failure) {
            LOG.debug("cancelling what runs on {} failed", physical, failure);
        }
    }

    private static @Nullable Method publicMethod(Class<?> type, String name) {
        try {
            return type.getMethod(name);
        } catch (NoSuchMethodException otherDriver) {
            return null;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
