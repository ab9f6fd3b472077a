package dev.facade.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Answers each byte of its only client with many. */
final class BulkServer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final int answerBytes;

    BulkServer(int answerBytes) throws IOException {
        this.answerBytes = answerBytes;
        Thread thread = new Thread(this::serve, "bulk-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve() {
        try (Socket client = listener.accept();
                InputStream questions = client.getInputStream()) {
            while (questions.read() >= 0) {
                client.getOutputStream().write(new byte[answerBytes]);
            }
        } catch (IOException e) {
            // Closed.
        }
    }
}
