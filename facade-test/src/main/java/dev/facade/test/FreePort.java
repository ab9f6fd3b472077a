package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds TCP ports of the loopback on which nobody listens.
 *
 * <p>They lie below the range from which Linux (32768 and up) and macOS (49152 and up) take the ports of outgoing
 * connections: else a client could be given the port of a server that is stopped for a moment, or even connect to
 * itself.
 */
final class FreePort {

    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePort() {}

    static int find() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "port: none free (expected: one of " + FIRST + " to " + LAST + " on the loopback)");
    }

    static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(loopback(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
