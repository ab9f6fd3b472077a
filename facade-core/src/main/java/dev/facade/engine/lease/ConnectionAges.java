package dev.facade.engine.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** The known facts about physical connections. Thread-safe. */
final class ConnectionAges {

    private final Map<Connection, Seen> seen = Collections.synchronizedMap(new WeakHashMap<>());

    /** A physical connection. Thread-safe. */
    static final class Seen {

        private final long first;
        private volatile boolean known;

        private Seen(long first) {
            this.first = first;
        }

        /** When it was seen first, so that it had been opened by then. */
        long first() {
            return first;
        }

        /**
         * Tells whether the server behind it is known to be a replica, which it stays as long as the connection lives.
         */
        boolean isKnown() {
            return known;
        }

        void known() {
            known = true;
        }
    }

    /**
     * The known facts about a connection.
     *
     * @param connection a pool's
     * @param now the present, when it was seen first if it is new here
     */
    Seen of(Connection connection, long now) throws SQLException {
        Connection physical =
                connection.isWrapperFor(Connection.class) ? connection.unwrap(Connection.class) : connection;
        Seen known = seen.get(physical);
        if (known != null) {
            return known;
        }
        Seen first = new Seen(now);
        Seen before = seen.putIfAbsent(physical, first);
        return before == null ? first : before;
    }
}
