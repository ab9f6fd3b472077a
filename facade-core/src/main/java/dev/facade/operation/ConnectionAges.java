package dev.facade.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** When physical connections were seen first, so that they had been opened by then. Thread-safe. */
final class ConnectionAges {

    private final Map<Connection, Long> seen = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * When a connection was seen first.
     *
     * @param connection a pool's
     * @param now the present
     * @return the present if it is new here
     */
    long of(Connection connection, long now) throws SQLException {
        Connection physical =
                connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
        Long known = seen.get(physical);
        if (known != null) {
            return known;
        }
        Long before = seen.putIfAbsent(physical, now);
        return before == null ? now : before;
    }
}
