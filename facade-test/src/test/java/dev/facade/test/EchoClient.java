package dev.facade.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Sends to an echo server and reads what comes back. */
final class EchoClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 5_000;

    private final Socket socket;

    EchoClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    EchoClient patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    void send(byte[] data) throws IOException {
        socket.getOutputStream().write(data);
    }

    byte[] receive(int length) throws IOException {
        byte[] data = socket.getInputStream().readNBytes(length);
        if (data.length < length) {
            throw new IOException("end of stream");
        }
        return data;
    }

    byte[] ask(byte[] data) throws IOException {
        send(data);
        return receive(data.length);
    }

    byte[] receiveAllAfterFinishing() throws IOException {
        socket.shutdownOutput();
        return socket.getInputStream().readAllBytes();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
