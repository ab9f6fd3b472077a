package dev.facade.examples;

import dev.facade.test.PostgresCluster;
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
     * @param args none
     */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ENGLISH);
        System.exit(new Demo().play() ? 0 : 1);
    }

    private boolean play() {
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
            screen.title("The demo broke off: " + claims + " so far, after " + watch);
            return false;
        }
        screen.title(claims + ", in " + watch);
        return claims.allTrue();
    }
}
