package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a relay: accepts, reads, holds back and forwards.
 *
 * <p>All state belongs to that thread; others hand it actions through {@link #call(Action)}.
 */
final class RelayLoop implements AutoCloseable {

    /** Something to be done by the relay's thread. */
    interface Action {
        void run() throws IOException;
    }

    private record Order(Action action, CompletableFuture<@Nullable Void> done) {}

    private static final int BACKLOG = 512;
    private static final int BUFFER_BYTES = 64 << 10;

    private final Selector selector;
    private final int port;
    private final RelayCounters counters;
    private final Thread thread;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final List<RelayConnection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private ServerSocketChannel listener;
    private volatile List<InetSocketAddress> targets;
    private int turn;
    private volatile boolean closed;
    private final RelayLine requests = new RelayLine();
    private final RelayLine answers = new RelayLine();

    private RelayLoop(Selector selector, ServerSocketChannel listener, InetSocketAddress target, RelayCounters counters)
            throws IOException {
        this.selector = selector;
        this.listener = listener;
        this.port = listener.socket().getLocalPort();
        this.targets = List.of(target);
        this.counters = counters;
        this.thread = new Thread(this::run, "facade-relay-" + port);
        thread.setDaemon(true);
    }

    static RelayLoop start(InetSocketAddress target, RelayCounters counters) {
        try {
            Selector selector = Selector.open();
            RelayLoop loop = new RelayLoop(selector, listenAnywhere(selector), target, counters);
            loop.thread.start();
            return loop;
        } catch (IOException e) {
            throw new UncheckedIOException("relay: cannot listen on the loopback", e);
        }
    }

    int port() {
        return port;
    }

    List<InetSocketAddress> targets() {
        return targets;
    }

    /** Has the relay's thread run this, and returns when it has. */
    void call(Action action) {
        Order order = new Order(action, new CompletableFuture<>());
        orders.add(order);
        selector.wakeup();
        if (closed) {
            refuseOrders();
        }
        try {
            order.done().join();
        } catch (CompletionException e) {
            throw closed
                    ? new IllegalStateException("relay: closed (expected: open)", e.getCause())
                    : new IllegalStateException("relay: port " + port + ": " + e.getCause(), e.getCause());
        }
    }

    void targets(List<InetSocketAddress> inTurn) {
        targets = inTurn;
    }

    RelayLine requests() {
        return requests;
    }

    RelayLine answers() {
        return answers;
    }

    void cut() {
        connections.forEach(RelayConnection::reset);
    }

    void refuse() throws IOException {
        listener.close();
        cut();
    }

    void heal() throws IOException {
        requests.heal();
        answers.heal();
        if (!listener.isOpen()) {
            listener = listen(selector, port);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(pauseMillis());
                serveReadyChannels();
                runOrders();
                forward();
            }
            refuse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closed = true;
            refuseOrders();
        }
    }

    private void serveReadyChannels() throws IOException {
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof RelayConnection connection) {
                connection.ready(key, buffer, now);
            } else {
                accept();
            }
        }
        selector.selectedKeys().clear();
    }

    private void accept() throws IOException {
        if (!listener.isOpen()) {
            return;
        }
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            try {
                InetSocketAddress target = targets.get(Math.floorMod(turn++, targets.size()));
                connections.add(RelayConnection.open(client, target, requests, answers, selector, counters));
            } catch (IOException e) {
                client.close();
            }
        }
    }

    private void runOrders() throws IOException {
        List<Runnable> completions = new ArrayList<>();
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            completions.add(run(order));
        }
        if (!completions.isEmpty()) {
            // A registered channel is really closed by the next selection only: callers expect it to be closed.
            selector.selectNow();
            completions.forEach(Runnable::run);
        }
    }

    private static Runnable run(Order order) {
        try {
            order.action().run();
            return () -> order.done().complete(null);
        } catch (IOException | RuntimeException e) {
            return () -> order.done().completeExceptionally(e);
        }
    }

    private void refuseOrders() {
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            order.done().completeExceptionally(new IllegalStateException("closed"));
        }
    }

    private void forward() {
        long now = System.nanoTime();
        connections.forEach(connection -> connection.forward(now));
        connections.removeIf(connection -> !connection.isOpen());
    }

    /** How long to wait for a channel: until the first data that is held back is due; 0 means forever. */
    private long pauseMillis() {
        if (!requests.holdsBack() && !answers.holdsBack()) {
            return 0;
        }
        long now = System.nanoTime();
        return connections.stream().flatMap(RelayConnection::nextDueAt).mapToLong(dueAt -> dueAt - now).min().stream()
                .map(nanos -> Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1))
                .findAny()
                .orElse(0);
    }

    private static ServerSocketChannel listenAnywhere(Selector selector) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return listen(selector, FreePort.find());
            } catch (IOException e) {
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private static ServerSocketChannel listen(Selector selector, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(FreePort.loopback(port), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }
}
