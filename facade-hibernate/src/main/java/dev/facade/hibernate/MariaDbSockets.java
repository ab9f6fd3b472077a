package dev.facade.hibernate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of MariaDB's driver, for {@link HibernateFacade} only; public, since the driver makes it by its name. So
 * the sockets of a connection are known, and an abort does not wait for a server that is silent. Thread-safe.
 */
public final class MariaDbSockets extends SocketFactory {

    private static final ThreadLocal<@Nullable List<Socket>> MADE = new ThreadLocal<>(); // while a connection is opened

    /** For the driver. */
    public MariaDbSockets() {}

    /** A new connection, whose abort is swift unless the URL has a factory of its own or the driver cannot see this one. */
    static Connection connect(String url, Properties properties) throws SQLException {
        if (url.toLowerCase(Locale.ROOT).contains("socketfactory=") || !isVisibleToDriverOf(url)) {
            return DriverManager.getConnection(url, properties);
        }
        Properties ours = (Properties) properties.clone();
        ours.setProperty("socketFactory", MariaDbSockets.class.getName());
        List<Socket> sockets = new ArrayList<>();
        MADE.set(sockets);
        try {
            return SwiftAbort.of(DriverManager.getConnection(url, ours), sockets);
        } finally {
            MADE.remove();
        }
    }

    private static boolean isVisibleToDriverOf(String url) throws SQLException {
        ClassLoader loader = DriverManager.getDriver(url).getClass().getClassLoader();
        try {
            return Class.forName(MariaDbSockets.class.getName(), false, loader) == MariaDbSockets.class;
        } catch (ClassNotFoundException elsewhere) {
            return false;
        }
    }

    private static Socket made(Socket socket) {
        List<Socket> sockets = MADE.get();
        if (sockets != null) {
            sockets.add(socket);
        }
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return made(getDefault().createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return made(getDefault().createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return made(getDefault().createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return made(getDefault().createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return made(getDefault().createSocket(host, port, local, localPort));
    }
}
