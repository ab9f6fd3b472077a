package dev.facade.examples;

import dev.facade.test.PostgresCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Plays the facade's life on real servers: a PostgreSQL master and three streaming replicas, started for this and gone
 * afterwards. Exits with 1 if any claim that it prints does not hold.
 */
public final class Demo {

    private static final List<Scene> SCENES = List.of(
            new LoadingScene(),
            new RoutingScene(),
            new TransactionScene(),
            new WritingScene(),
            new ReadingScene(),
            new FreshnessScene(),
            new KilledReplicaScene(),
            new SlowReplicaScene(),
            new NoReplicaScene(),
            new LostReplicasScene(),
            new RepositoryScene(),
            new PromotionScene());

    private final Screen screen = new Screen();
    private final Claims claims = new Claims(screen);
    private final Stopwatch watch = Stopwatch.started();

    private Demo() {}

    /**
     * Plays all scenes.
     *
     * @param args the file that the verdict goes to; none: the verdict is printed
     * @throws IOException if that file cannot be written
     */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ENGLISH);
        Demo demo = new Demo();
        demo.screen.takeLog();
        Verdict verdict = demo.play();
        if (args.length == 0) {
            demo.screen.last(verdict.text());
        } else {
            verdict.writeTo(Path.of(args[0]));
        }
        System.exit(verdict.exitCode());
    }

    private Verdict play() {
        screen.title("One repository, a master, three replicas");
        try (PostgresCluster cluster =
                PostgresCluster.builder().replicas("berlin", "paris", "rome").start()) {
            screen.say("Four PostgreSQL servers (master → berlin, paris, rome) are up after " + watch + ".");
            Stage stage = new Stage(cluster, Atlas.ofJdk(), screen, claims);
            for (Scene scene : SCENES) {
                screen.title(SCENES.indexOf(scene) + "  " + scene.title());
                scene.play(stage);
            }
        } catch (RuntimeException failure) {
            screen.failure(failure);
            return new Verdict(false, "The demo broke off: " + claims + " so far, after " + watch);
        }
        return new Verdict(claims.allTrue(), claims + ", in " + watch);
    }
}
