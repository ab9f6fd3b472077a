package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;

/**
 * A client's connection and the one to the target that answers it.
 *
 * <p>Belongs to the relay's thread.
 */
final class RelayConnection {

    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final RelayFlow requests;
    private final RelayFlow answers;
    private final RelayCounters counters;
    private boolean clientSpoke;
    private boolean open = true;

    private RelayConnection(
            SocketChannel client,
            SocketChannel server,
            RelayLine requestLine,
            RelayLine answerLine,
            Selector selector,
            RelayCounters counters)
            throws IOException {
        this.client = client;
        this.server = server;
        this.counters = counters;
        this.clientKey = client.register(selector, 0, this);
        this.serverKey = server.register(selector, SelectionKey.OP_CONNECT, this);
        this.requests = new RelayFlow(client, server, requestLine, this::clientSpeaks);
        this.answers = new RelayFlow(server, client, answerLine, () -> clientSpoke = false);
    }

    static RelayConnection open(
            SocketChannel client,
            InetSocketAddress target,
            RelayLine requestLine,
            RelayLine answerLine,
            Selector selector,
            RelayCounters counters)
            throws IOException {
        SocketChannel server = SocketChannel.open();
        for (SocketChannel channel : new SocketChannel[] {client, server}) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        RelayConnection connection = new RelayConnection(client, server, requestLine, answerLine, selector, counters);
        counters.opened();
        connection.connect(target);
        return connection;
    }

    boolean isOpen() {
        return open;
    }

    /** Does what the key's channel is ready for. */
    void ready(SelectionKey key, ByteBuffer buffer, long now) {
        try {
            if (key.isConnectable()) {
                server.finishConnect();
            }
            if (key.isReadable()) {
                (key == clientKey ? requests : answers).read(buffer, now);
            }
        } catch (IOException | CancelledKeyException e) {
            reset();
        }
    }

    /** Passes on what is due. */
    void forward(long now) {
        if (!open || !server.isConnected()) {
            return;
        }
        try {
            requests.forward(now);
            answers.forward(now);
            if (requests.isFinished() && answers.isFinished()) {
                close();
            } else {
                updateInterest();
            }
        } catch (IOException | CancelledKeyException e) {
            reset();
        }
    }

    /** When data that is held back is to be passed on, in each direction in which there is any. */
    Stream<Long> nextDueAt() {
        return open && server.isConnected()
                ? Stream.of(requests, answers).flatMap(flow -> Stream.ofNullable(flow.nextDueAt()))
                : Stream.empty();
    }

    void reset() {
        if (open) {
            try {
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                server.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // The peer was faster: there is nothing left to reset.
            }
            close();
        }
    }

    private void connect(InetSocketAddress target) {
        try {
            server.connect(target);
        } catch (IOException e) {
            reset();
        }
    }

    private void close() {
        try (client;
                server) {
            open = false;
            counters.closed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clientSpeaks() {
        if (!clientSpoke) {
            clientSpoke = true;
            counters.roundTrip();
        }
    }

    private void updateInterest() {
        clientKey.interestOps(interest(requests, answers));
        serverKey.interestOps(interest(answers, requests));
    }

    private static int interest(RelayFlow from, RelayFlow into) {
        return (from.wantsRead() ? SelectionKey.OP_READ : 0) | (into.wantsWrite() ? SelectionKey.OP_WRITE : 0);
    }
}
