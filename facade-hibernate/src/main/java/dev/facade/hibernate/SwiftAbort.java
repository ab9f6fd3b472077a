package dev.facade.hibernate;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Closes the sockets of a connection 100 ms after its abort was begun, so that who waits for an answer fails. MariaDB's
 * driver tells the server to kill what runs there, by a second connection, and then reads what is left in the socket: on a
 * server that is silent it never comes to close it.
 */
final class SwiftAbort implements InvocationHandler {

    private static final long PATIENCE_MILLIS = 100; // if closed at once, the driver might not find anything to kill

    private final Connection connection;
    private final List<Socket> sockets;

    private SwiftAbort(Connection connection, List<Socket> sockets) {
        this.connection = connection;
        this.sockets = List.copyOf(sockets);
    }

    static Connection of(Connection connection, List<Socket> sockets) {
        return (Connection) Proxy.newProxyInstance(
                SwiftAbort.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new SwiftAbort(connection, sockets));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && method.getName().equals("equals")) {
            return proxy == arguments[0];
        }
        if (arguments != null && method.getName().equals("abort")) {
            abort((Executor) arguments[0]);
            return null;
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private void abort(Executor executor) throws SQLException {
        FutureTask<@Nullable Void> aborting = new FutureTask<>(() -> {
            connection.abort(executor);
            return null;
        });
        Thread thread = new Thread(aborting, "facade-abortion");
        thread.setDaemon(true);
        try {
            thread.start();
            aborting.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            // the driver goes on, with a socket that is closed
        } catch (ExecutionException failure) {
            throw new SQLException("abort failed", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.forEach(SwiftAbort::close);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is closed
        }
    }
}
