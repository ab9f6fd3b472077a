package dev.facade.test;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A TCP link of the loopback that can be slowed down, narrowed, blocked, refused and cut: clients connect to {@link #port()},
 * the relay connects them to its target.
 *
 * <pre>{@code
 * try (Relay relay = Relay.to("127.0.0.1", 5432)) {
 *     relay.delay(Duration.ofMillis(20)); // each direction: a round trip takes 40 ms
 *     relay.cut();                        // resets the open connections
 *     relay.refuse();                     // refuses new ones as well
 *     relay.heal();                       // works again
 * }
 * }</pre>
 *
 * <p>Thread-safe. A method that changes the link returns when the change has happened. After {@link #close()} they throw
 * {@link IllegalStateException}. One daemon thread per relay, named {@code facade-relay-<port>}, which ends with
 * {@code close()}.
 */
public final class Relay implements AutoCloseable {

    private final RelayLoop loop;
    private final RelayCounters counters;

    private Relay(InetSocketAddress target) {
        this.counters = new RelayCounters();
        this.loop = RelayLoop.start(target, counters);
    }

    /**
     * Opens a relay that listens at once on a free port of 127.0.0.1.
     *
     * @param host the target's host
     * @param port the target's port, 1 to 65535
     * @return the relay
     */
    public static Relay to(String host, int port) {
        return new Relay(resolve(host, port));
    }

    /**
     * The port on which the relay listens; the same until it is closed.
     *
     * @return the port
     */
    public int port() {
        return loop.port();
    }

    /**
     * Holds every chunk of data for this time before it is passed on, in both directions; order and throughput stay.
     * Applies to data that is being held already, too. Exact to about a millisecond, never shorter than asked.
     *
     * @param delay one way; {@link Duration#ZERO}, which is the default, means none
     */
    public void delay(Duration delay) {
        checkDelay(delay);
        loop.call(() -> {
            loop.requests().delay(delay);
            loop.answers().delay(delay);
        });
    }

    /**
     * Like {@link #delay}, but for what the target sends only, as if its disk were slow; what it is sent stays as it is.
     *
     * @param delay {@link Duration#ZERO}, which is the default, means none
     */
    public void delayAnswers(Duration delay) {
        checkDelay(delay);
        loop.call(() -> loop.answers().delay(delay));
    }

    /**
     * Passes on no more than this of what the target sends on each connection: a narrow line, which comes before
     * {@link #delay}. Applies to what is read from now on, until {@link #heal()}.
     *
     * @param bytesPerSecond at least 1
     */
    public void throttleAnswers(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 1)");
        }
        loop.call(() -> loop.answers().throttle(bytesPerSecond));
    }

    /**
     * Forwards nothing any more, also for the connections that are open; connecting still succeeds. As with a network
     * that loses packets, what was sent meanwhile is delivered after {@link #heal()}.
     */
    public void blackHole() {
        loop.call(() -> {
            loop.requests().blackHole();
            loop.answers().blackHole();
        });
    }

    /** Like {@link #blackHole()}, but for what the target sends only: it does what it is asked, and nobody learns of it. */
    public void blackHoleAnswers() {
        loop.call(() -> loop.answers().blackHole());
    }

    /** Stops listening, so that connections are refused, and resets those that are open. */
    public void refuse() {
        loop.call(loop::refuse);
    }

    /** Resets the open connections; new ones are accepted as before. */
    public void cut() {
        loop.call(loop::cut);
    }

    /** Back to normal: listens and forwards everything without delay. */
    public void heal() {
        loop.call(loop::heal);
    }

    /**
     * How many connections are open now.
     *
     * @return connections that have been accepted and not yet closed
     */
    public int connections() {
        return counters.open();
    }

    /**
     * How many connections have been accepted since the start or the last {@link #resetCounters()}.
     *
     * @return accepted connections
     */
    public long accepted() {
        return counters.accepted();
    }

    /**
     * How many times a client has begun to send: at first, and after data from the server. Summed over all connections
     * since the start or the last {@link #resetCounters()}. A request is counted before the server can see it.
     *
     * @return round trips
     */
    public long roundTrips() {
        return counters.roundTrips();
    }

    /** Sets {@link #accepted()} and {@link #roundTrips()} to zero. */
    public void resetCounters() {
        counters.reset();
    }

    /** Resets the open connections, stops listening and ends the relay's thread. Closing twice does nothing. */
    @Override
    public void close() {
        loop.close();
    }

    @Override
    public String toString() {
        return "Relay[" + port() + " -> " + loop.targets() + "]";
    }

    /**
     * Directs connections that are opened from now on to other ports of the loopback: to each in turn, as a load balancer
     * does. Open ones stay where they are.
     *
     * @param ports at least one, each 1 to 65535
     */
    public void retarget(int... ports) {
        if (ports.length == 0) {
            throw new IllegalArgumentException("ports: none (expected: at least one)");
        }
        List<InetSocketAddress> targets = Arrays.stream(ports)
                .mapToObj(port -> FreePort.loopback(checkPort(port)))
                .toList();
        loop.call(() -> loop.targets(targets));
    }

    /** Directs connections that are opened from now on to another target. */
    void retarget(String host, int port) {
        InetSocketAddress target = resolve(host, port);
        loop.call(() -> loop.targets(List.of(target)));
    }

    private static InetSocketAddress resolve(String host, int port) {
        Objects.requireNonNull(host, "host");
        InetSocketAddress target = new InetSocketAddress(host, checkPort(port));
        if (target.isUnresolved()) {
            throw new IllegalArgumentException("host: " + host + " (expected: a host that can be resolved)");
        }
        return target;
    }

    private static void checkDelay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
        }
    }

    private static int checkPort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        return port;
    }
}
