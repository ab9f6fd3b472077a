package dev.facade.test;

import java.time.Duration;

/**
 * The outages that can befall a node as its applications see it, from begin to end.
 *
 * <pre>{@code
 * Outage.FROZEN.begin(berlin);
 * // what does the application do now?
 * Outage.FROZEN.end(berlin);
 * }</pre>
 *
 * <p>What befalls its replication has methods of its own: {@link PostgresNode#pauseReplay()} and its neighbours.
 */
public enum Outage {
    /** The server and all its processes are killed (SIGKILL), as by a loss of power; connections are reset. */
    KILLED {
        @Override
        public void begin(PostgresNode node) {
            node.kill();
        }
    },
    /** The server halts where it is (SIGSTOP): it can be connected to, and answers nothing. */
    FROZEN {
        @Override
        public void begin(PostgresNode node) {
            node.freeze();
        }
    },
    /** Nothing gets through, in neither direction, and nobody is told. */
    BLACK_HOLE {
        @Override
        public void begin(PostgresNode node) {
            node.link().blackHole();
        }
    },
    /** The server does what it is asked, and its answers are lost. */
    MUTE {
        @Override
        public void begin(PostgresNode node) {
            node.link().blackHoleAnswers();
        }
    },
    /** Open connections are reset, and new ones refused. */
    REFUSED {
        @Override
        public void begin(PostgresNode node) {
            node.link().refuse();
        }
    },
    /** Open connections are reset; new ones work. */
    RESET {
        @Override
        public void begin(PostgresNode node) {
            node.link().cut();
        }
    },
    /** The server is stopped in good order and started again; it works when this has begun. */
    RESTARTED {
        @Override
        public void begin(PostgresNode node) {
            node.restart();
        }
    },
    /** Each answer comes 50 ms late, as from a slow disk. */
    SLOW_ANSWERS {
        @Override
        public void begin(PostgresNode node) {
            node.link().delayAnswers(SLOW);
        }
    },
    /** A line that takes 20 ms each way, and lets 4 kB of each connection's answers through in a second. */
    SLOW_LINK {
        @Override
        public void begin(PostgresNode node) {
            node.link().delay(FAR);
            node.link().throttleAnswers(NARROW);
        }
    };

    private static final Duration SLOW = Duration.ofMillis(50);
    private static final Duration FAR = Duration.ofMillis(20);
    private static final long NARROW = 4_000;

    /**
     * Begins.
     *
     * @param node the node that it befalls
     */
    public abstract void begin(PostgresNode node);

    /**
     * Ends whatever of this has begun: the node runs, and its link is as new, without a delay.
     *
     * @param node the node that it befell
     */
    public void end(PostgresNode node) {
        node.thaw();
        node.start();
        node.link().heal();
    }
}
