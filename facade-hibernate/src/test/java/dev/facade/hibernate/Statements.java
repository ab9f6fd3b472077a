package dev.facade.hibernate;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** What is sent to each node, by the connections that it is sent on. Thread-safe. */
final class Statements {

    /** A statement. */
    record Sent(String node, Object connection, String sql) {}

    private final List<Sent> all = new ArrayList<>();

    /** To be put between Hibernate and a pool. */
    DataSource on(String node, DataSource pool) {
        return proxy(DataSource.class, pool, (method, argument, result) -> {
            return result instanceof Connection connection
                    ? on(node, connection.unwrap(PGConnection.class), connection)
                    : result;
        });
    }

    private Connection on(String node, Object physical, Connection connection) {
        return proxy(Connection.class, connection, (method, argument, result) -> {
            if (method.startsWith("prepare")) {
                sent(node, physical, argument);
            }
            boolean plain = method.equals("createStatement");
            return plain ? on(node, physical, (Statement) result) : result;
        });
    }

    private Statement on(String node, Object physical, Statement statement) {
        return proxy(Statement.class, statement, (method, argument, result) -> {
            if (method.startsWith("execute")) {
                sent(node, physical, argument);
            }
            return result;
        });
    }

    private synchronized void sent(String node, Object physical, Object sql) {
        all.add(new Sent(node, physical, String.valueOf(sql)));
    }

    synchronized void clear() {
        all.clear();
    }

    synchronized List<String> of(String node) {
        return all.stream()
                .filter(sent -> sent.node.equals(node))
                .map(Sent::sql)
                .toList();
    }

    /** What was sent to a node, a list for each of its connections. */
    synchronized List<List<String>> byConnection(String node) {
        Map<Object, List<String>> connections = new IdentityHashMap<>();
        for (Sent sent : all) {
            if (sent.node.equals(node)) {
                connections
                        .computeIfAbsent(sent.connection, any -> new ArrayList<>())
                        .add(sent.sql);
            }
        }
        return List.copyOf(connections.values());
    }

    @FunctionalInterface
    private interface Heard {
        Object after(String method, Object argument, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T target, Heard heard) {
        return type.cast(Proxy.newProxyInstance(
                Statements.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(target, arguments);
                        Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
                        return heard.after(method.getName(), first, result);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                }));
    }
}
