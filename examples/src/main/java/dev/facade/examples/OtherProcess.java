package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.test.PostgresNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A program of its own, which is handed a token and looks for a time zone with it, and without. */
final class OtherProcess {

    static final CausalToken.Keys KEYS =
            CausalToken.Keys.of("demo", "only as secret as this demo".getBytes(StandardCharsets.UTF_8));

    private OtherProcess() {}

    /** The findings of the other process. */
    record Answer(boolean withToken, boolean without) {}

    /** Starts it, and waits for its answer. */
    static Answer ask(Stage stage, String zone, String token) {
        PostgresNode master = stage.cluster().master();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                "-classpath",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                zone,
                token,
                master.user(),
                master.password(),
                master.url()));
        stage.cluster().replicas().forEach(replica -> command.add(replica.url()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the other process has failed: " + said);
            }
            return new Answer(said.contains("with token: true"), said.contains("without: true"));
        } catch (IOException failure) {
            throw new IllegalStateException("the other process could not be started", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** Zone, token, user, password, and the URLs: the master's, then the replicas'. */
    public static void main(String... arguments) {
        List<String> urls = Arrays.asList(arguments).subList(4, arguments.length);
        HibernateFacade facade = HibernateFacade.builder()
                .master(urls.get(0))
                .credentials(arguments[2], arguments[3])
                .entities(Country.class, Currency.class, Zone.class, Traveller.class, Stamp.class);
        for (int i = 1; i < urls.size(); i++) {
            facade.replica("replica " + i, urls.get(i));
        }
        try (FacadeRepository repo = facade.build()) {
            CausalToken token = KEYS.read(arguments[1]).orElseThrow();
            System.out.println("with token: " + isThere(repo, arguments[0], repo.sessionAfter(token)));
            System.out.println("without: " + isThere(repo, arguments[0], CausalSession.begin()));
        }
    }

    private static boolean isThere(FacadeRepository repo, String zone, CausalSession session) {
        return repo.inSession(session, () -> repo.get(Zone.class, zone).isPresent());
    }
}
