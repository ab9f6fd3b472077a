package dev.facade.test.history;

import java.time.Duration;

/**
 * A replica of a real cluster, and what can happen to it. Used by one thread at a time; methods return when the change has
 * happened.
 */
public interface FaultyNode {

    /**
     * The replica's name, as its facade knows it.
     *
     * @return the name
     */
    String name();

    /** Halts the replay, while the log is still received: readers see the past. */
    void pauseReplay();

    /** Lets the replay go on. Does nothing if it is not paused. */
    void resumeReplay();

    /**
     * Replays each commit no earlier than this after it happened on the master.
     *
     * @param delay in whole milliseconds; zero means none
     */
    void replayDelay(Duration delay);

    /** Takes the master away from the replica, which goes on answering readers. */
    void cutOff();

    /** Gives the master back. Does nothing if it was not taken. */
    void reconnect();

    /** Kills the server, as a loss of power would. Does nothing if it is stopped. */
    void kill();

    /** Starts the server and waits until it accepts connections. Does nothing if it runs. */
    void start();

    /**
     * Kills the server and starts it again so that it comes back behind its own past: what was committed on the master
     * this long ago or later is not there, though it was, until {@link #replayDelay} is set anew.
     *
     * @param past how much is lost for a while, in whole milliseconds
     */
    void comeBackBehind(Duration past);

    /**
     * Tells whether there is a server.
     *
     * @return whether it runs
     */
    boolean isRunning();

    /** Undoes all of this. */
    default void recover() {
        start();
        reconnect();
        replayDelay(Duration.ZERO);
        resumeReplay();
    }
}
