package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SwiftAbortTest {

    private final Socket socket = new Socket();
    private Connection plain;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        plain = DriverManager.getConnection("jdbc:h2:mem:swift");
        connection = SwiftAbort.of(plain, List.of(socket));
    }

    @AfterEach
    void close() throws SQLException {
        plain.close();
    }

    @Test
    void aDriverThatHangsIsNotWaitedFor() throws SQLException {
        CountDownLatch healed = new CountDownLatch(1);
        Connection hanging = (Connection)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> {
                    healed.await();
                    return null;
                });
        SwiftAbort.of(hanging, List.of(socket)).abort(Runnable::run);
        assertThat(socket.isClosed()).isTrue();
        healed.countDown();
    }

    @Test
    void whatTheDriverRefusesIsRefused() {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> connection.prepareStatement("nonsense"))
                .withMessageContaining("Syntax error");
    }

    @Test
    void isTheSameOnlyAsItself() throws SQLException {
        assertThat(List.of(connection, plain).indexOf(connection)).isZero();
        assertThat(connection).isNotEqualTo(plain).isNotEqualTo(SwiftAbort.of(plain, List.of()));
        assertThat(connection.isWrapperFor(plain.getClass())).isTrue();
        assertThat((Object) connection.unwrap(plain.getClass())).isSameAs(plain);
    }
}
