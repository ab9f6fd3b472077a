package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class RelayTest {

    private static final byte[] PING = {1, 2, 3};

    private EchoServer server;
    private Relay relay;

    @BeforeEach
    void open() throws IOException {
        server = new EchoServer();
        relay = Relay.to("127.0.0.1", server.port());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        server.close();
    }

    @Test
    void forwardsBothWays() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            assertThat(client.ask(PING)).isEqualTo(PING);
        }
    }

    @Test
    void leadsToEachOfSeveralTargetsInTurn() throws IOException {
        try (EchoServer other = new EchoServer();
                Relay first = Relay.to("127.0.0.1", server.port());
                Relay second = Relay.to("127.0.0.1", other.port())) {
            relay.retarget(first.port(), second.port());
            for (int i = 0; i < 4; i++) {
                try (EchoClient client = new EchoClient(relay.port())) {
                    assertThat(client.ask(PING)).isEqualTo(PING);
                }
            }
            assertThat(first.accepted()).isEqualTo(2);
            assertThat(second.accepted()).isEqualTo(2);
        }
        assertThatThrownBy(relay::retarget)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ports: none (expected: at least one)");
    }

    @Test
    void countsRoundTripsPerConnection() throws IOException {
        try (EchoClient one = new EchoClient(relay.port());
                EchoClient two = new EchoClient(relay.port())) {
            one.ask(PING);
            one.ask(PING);
            two.ask(PING);
            one.ask(PING);
            assertThat(relay.roundTrips()).isEqualTo(4);
            assertThat(relay.accepted()).isEqualTo(2);
            assertThat(relay.connections()).isEqualTo(2);

            relay.resetCounters();
            two.ask(PING);
            assertThat(relay.roundTrips()).isEqualTo(1);
            assertThat(relay.accepted()).isZero();
            assertThat(relay.connections()).isEqualTo(2);
        }
        await().untilAsserted(() -> assertThat(relay.connections()).isZero());
    }

    @Test
    void countsARequestOfSeveralSegmentsOnce() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            // The echo answers early: only the delay makes its answers come after the whole request.
            relay.delay(Duration.ofMillis(300));
            for (int i = 0; i < 10; i++) {
                client.send(PING);
            }
            client.receive(30);
            relay.delay(Duration.ZERO);
            client.ask(PING);
            assertThat(relay.roundTrips()).isEqualTo(2);
        }
    }

    @Test
    void countsAnAnswerOfManySegmentsOnce() throws IOException {
        try (BulkServer bulk = new BulkServer(1 << 20);
                Relay toBulk = Relay.to("127.0.0.1", bulk.port());
                EchoClient client = new EchoClient(toBulk.port())) {
            for (int i = 0; i < 5; i++) {
                client.send(new byte[1]);
                client.receive(1 << 20);
            }
            assertThat(toBulk.roundTrips()).isEqualTo(5);
        }
    }

    @Test
    void deliversMuchDataUnchangedAndPassesOnTheEnd() throws Exception {
        byte[] data = new byte[16 << 20];
        new Random(7).nextBytes(data);
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try (EchoClient client = new EchoClient(relay.port())) {
            Future<?> sent = sender.submit(() -> {
                client.send(data);
                return null;
            });
            assertThat(client.receive(data.length)).isEqualTo(data);
            sent.get();
            assertThat(client.receiveAllAfterFinishing()).isEmpty();
        } finally {
            sender.shutdownNow();
        }
        await().untilAsserted(() -> assertThat(relay.connections()).isZero());
    }

    @Test
    void delaysEachDirection() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            client.ask(PING);
            relay.delay(Duration.ofMillis(40));
            long start = System.nanoTime();
            client.ask(PING);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
            relay.delay(Duration.ZERO);
            assertThat(client.ask(PING)).isEqualTo(PING);
        }
    }

    @Test
    void delayKeepsThroughput() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            relay.delay(Duration.ofMillis(50));
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                client.send(PING);
            }
            client.receive(300);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void blackHoleHoldsDataUntilHealed() throws IOException {
        try (EchoClient old = new EchoClient(relay.port()).patience(150)) {
            old.ask(PING);
            relay.blackHole();
            old.send(PING);
            assertThatThrownBy(() -> old.receive(3)).isInstanceOf(SocketTimeoutException.class);
            try (EchoClient fresh = new EchoClient(relay.port()).patience(150)) {
                assertThatThrownBy(() -> fresh.ask(PING)).isInstanceOf(SocketTimeoutException.class);
                relay.heal();
                assertThat(fresh.patience(5_000).receive(3)).isEqualTo(PING);
            }
            assertThat(old.patience(5_000).receive(3)).isEqualTo(PING);
        }
    }

    @Test
    void delaysAnswersOnly() throws IOException {
        try (EchoServer other = new EchoServer();
                Relay inner = Relay.to("127.0.0.1", other.port());
                Relay outer = Relay.to("127.0.0.1", inner.port());
                EchoClient client = new EchoClient(outer.port()).patience(150)) {
            client.ask(PING);
            inner.resetCounters();
            outer.delayAnswers(Duration.ofHours(1));
            client.send(PING);
            await().until(() -> inner.roundTrips() == 1);
            assertThatThrownBy(() -> client.receive(3)).isInstanceOf(SocketTimeoutException.class);
            outer.heal();
            assertThat(client.patience(5_000).receive(3)).isEqualTo(PING);
        }
    }

    @Test
    void losesAnswersOnly() throws IOException {
        try (EchoServer other = new EchoServer();
                Relay inner = Relay.to("127.0.0.1", other.port());
                Relay outer = Relay.to("127.0.0.1", inner.port());
                EchoClient client = new EchoClient(outer.port()).patience(150)) {
            outer.blackHoleAnswers();
            client.send(PING);
            await().until(() -> inner.roundTrips() == 1);
            assertThatThrownBy(() -> client.receive(3)).isInstanceOf(SocketTimeoutException.class);
            outer.heal();
            assertThat(client.patience(5_000).receive(3)).isEqualTo(PING);
        }
    }

    @Test
    void throttlesAnswersUntilHealed() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            client.ask(PING);
            relay.throttleAnswers(30);
            long start = System.nanoTime();
            client.ask(PING);
            client.ask(PING);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            relay.throttleAnswers(1);
            client.patience(150).send(PING);
            assertThatThrownBy(() -> client.receive(3)).isInstanceOf(SocketTimeoutException.class);
            relay.heal();
            assertThat(client.patience(2_000).receive(3)).isEqualTo(PING);
        }
    }

    @Test
    void refuseResetsAndRefusesUntilHealed() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            client.ask(PING);
            relay.refuse();
            relay.refuse();
            assertThatThrownBy(() -> client.ask(PING)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> new EchoClient(relay.port())).isInstanceOf(ConnectException.class);
            relay.heal();
            relay.heal();
        }
        try (EchoClient client = new EchoClient(relay.port())) {
            assertThat(client.ask(PING)).isEqualTo(PING);
        }
    }

    @Test
    void cutResetsOpenConnectionsOnly() throws IOException {
        try (EchoClient client = new EchoClient(relay.port())) {
            client.ask(PING);
            relay.cut();
            assertThatThrownBy(() -> client.ask(PING)).isInstanceOf(SocketException.class);
        }
        try (EchoClient client = new EchoClient(relay.port())) {
            assertThat(client.ask(PING)).isEqualTo(PING);
        }
    }

    @Test
    void resetsTheClientWhenTheTargetIsDown() throws IOException {
        try (Socket taken = new Socket()) { // nobody listens at its port, and nobody else can
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (Relay down = Relay.to("127.0.0.1", taken.getLocalPort())) {
                assertThatThrownBy(() -> {
                            try (EchoClient client = new EchoClient(down.port())) {
                                client.ask(PING);
                            }
                        })
                        .isInstanceOf(IOException.class);
                await().untilAsserted(() -> assertThat(down.connections()).isZero());
            }
        }
    }

    @Test
    void closeLeavesNoThreadAndNoConnection() throws IOException {
        String thread = "facade-relay-" + relay.port();
        assertThat(threads()).contains(thread);
        try (EchoClient client = new EchoClient(relay.port())) {
            client.ask(PING);
            relay.close();
            relay.close();
            assertThat(threads()).doesNotContain(thread);
            assertThatThrownBy(() -> client.ask(PING)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> new EchoClient(relay.port())).isInstanceOf(ConnectException.class);
        assertThatThrownBy(relay::cut)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("relay: closed (expected: open)");
    }

    @Test
    void refusesWrongArguments() {
        assertThatThrownBy(() -> relay.throttleAnswers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bytesPerSecond: 0 (expected: >= 1)");
        assertThatThrownBy(() -> relay.delayAnswers(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Relay.to("127.0.0.1", 0)).hasMessage("port: 0 (expected: 1 to 65535)");
        assertThatThrownBy(() -> relay.delay(Duration.ofMillis(-1))).hasMessageContaining("expected: >= 0");
    }

    @Test
    void survivesTroubleFromManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(9);
        List<Future<Integer>> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                clients.add(threads.submit(() -> askOverAndOver(200)));
            }
            Future<?> trouble = threads.submit(this::makeTrouble);
            trouble.get();
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(relay.roundTrips()).isGreaterThanOrEqualTo(1_600);
        await().untilAsserted(() -> assertThat(relay.connections()).isZero());
    }

    /** Asks until so many answers have come, all of them right, over as many connections as it takes. */
    private int askOverAndOver(int times) {
        int answers = 0;
        while (answers < times) {
            try (EchoClient client = new EchoClient(relay.port())) {
                while (answers < times) {
                    byte[] question = {(byte) answers, 1, 2};
                    assertThat(client.ask(question)).isEqualTo(question);
                    answers++;
                }
            } catch (IOException e) {
                // Cut or refused: the next connection goes on.
            }
        }
        return answers;
    }

    private void makeTrouble() {
        for (int i = 0; i < 60; i++) {
            relay.cut();
            relay.delay(Duration.ofMillis(1));
            relay.blackHole();
            relay.refuse();
            relay.heal();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
