package dev.facade.engine.health;

import dev.facade.Unspeakable;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection that only knows how to be aborted, and lets a thread wait for it as for an answer that never comes. */
public final class AbortedConnection {

    private final AtomicInteger errors = new AtomicInteger();
    private final CountDownLatch aborted = new CountDownLatch(1);
    private final Connection connection = (Connection) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                switch (method.getName()) {
                    case "unwrap":
                        return proxy;
                    case "abort":
                        if (errors.getAndDecrement() > 0) {
                            throw new Unspeakable();
                        }
                        aborted.countDown();
                        return null;
                    case "toString":
                        return "connection";
                    default:
                        throw new UnsupportedOperationException(method.getName());
                }
            });

    public AbortedConnection() {
        this(0);
    }

    /** Aborting fails so many times first. */
    public AbortedConnection(int errors) {
        this.errors.set(errors);
    }

    public Connection connection() {
        return connection;
    }

    public boolean isAborted() {
        return aborted.getCount() == 0;
    }

    public void awaitAbort() {
        awaitAbort(() -> {});
    }

    /** Lets time go by meanwhile: what the watchdog's own thread was kept waiting it takes off. */
    public void awaitAbort(Runnable timeGoesBy) {
        try {
            for (int i = 0; i < 600; i++) {
                if (aborted.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
                timeGoesBy.run();
            }
            throw new AssertionError("not aborted");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
