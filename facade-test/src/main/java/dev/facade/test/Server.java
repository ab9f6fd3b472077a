package dev.facade.test;

/** One server process with its data, wherever it runs. */
interface Server extends AutoCloseable {

    /** Starts the server and returns when it accepts connections; does nothing if it runs. */
    void start();

    /** Stops the server in good order; does nothing if it is stopped. */
    void stop();

    /** Kills the server and all its processes, as a loss of power would. */
    void kill();

    /** Halts all processes of the server where they are. */
    void freeze();

    /** Lets a frozen server go on. */
    void thaw();

    /** Tells whether there is a server process, frozen or not. */
    boolean isRunning();

    /** The port of 127.0.0.1 on which the server is reached; known once it has been started. */
    int port();

    /** The last lines of the server's log. */
    String log();

    /** Ends the server at once, for good. */
    @Override
    void close();
}
