package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Reads and writes under each algorithm, counted twice: by the facade, and by the servers. */
final class RoutingScene implements Scene {

    private static final int READS = 700;
    private static final int WRITES = 70;
    private static final long SEED = 2024;

    /** The countries that were written, as they are now. */
    private List<Country> written = List.of();

    @Override
    public String title() {
        return "Where reads and writes go";
    }

    @Override
    public void play(Stage stage) {
        stage.screen()
                .say(READS + " reads (get, getBy, one, allBy, stream, reload in turn) and " + WRITES
                        + " updates each.");
        stage.screen().say("“answered” is what the servers say: each row carries the port of the server that read it,");
        stage.screen().say("and PostgreSQL counts the rows that were updated on each server.");

        Tally random = run(stage, "random, seed " + SEED, stage.everybody(), ReadAlgorithm.random(new Random(SEED)));
        boolean fair = stage.replicas().stream()
                .allMatch(replica -> Math.abs(random.of(replica) - READS / 3.0) < 0.15 * READS / 3.0);
        stage.claims().holds("random: each replica within 15 % of a third", fair);

        Tally inTurn = run(stage, "round robin", stage.everybody(), ReadAlgorithm.roundRobin());
        boolean equal = stage.replicas().stream().allMatch(replica -> Math.abs(inTurn.of(replica) - READS / 3.0) <= 1);
        stage.claims().holds("round robin: equal, give or take one", equal);

        Map<String, Integer> weights = Map.of("berlin", 5, "paris", 1, "rome", 1);
        HibernateFacade weighted = stage.master();
        for (PostgresNode replica : stage.cluster().replicas()) {
            weighted.replica(replica.name(), replica.url(), Weight.of(weights.getOrDefault(replica.name(), 0)));
        }
        Tally byWeight = run(stage, "weighted 5 : 1 : 1", weighted, ReadAlgorithm.weightedRoundRobin());
        stage.claims()
                .equal(
                        "weighted round robin: 5 : 1 : 1 exactly",
                        stage.replicas().stream().map(byWeight::of).toList(),
                        List.of(READS * 5L / 7, READS / 7L, READS / 7L));
    }

    private Tally run(Stage stage, String name, HibernateFacade facade, ReadAlgorithm algorithm) {
        Ledger ledger = new Ledger();
        Tally answered = new Tally();
        RowsUpdated updated = RowsUpdated.until(stage.nodes());
        try (FacadeRepository repo =
                facade.algorithm(algorithm).listener(ledger).build()) {
            List<String> codes = stage.atlas().codes();
            for (int i = 0; i < READS; i++) {
                answered.add(stage.server(read(repo, codes.get(i % codes.size()), i)));
            }
            List<Country> before = written.isEmpty() ? stage.atlas().countries().subList(0, WRITES) : written;
            List<Country> after = new ArrayList<>();
            for (Country country : before) {
                country.visit();
                after.add(repo.update(country));
            }
            written = after;
        }
        Tally rows = updated.since(WRITES);
        show(stage, name, ledger, answered, rows);
        return answered;
    }

    private static Country read(FacadeRepository repo, String code, int turn) {
        return switch (turn % 6) {
            case 0 -> repo.getOrThrow(Country.class, code);
            case 1 -> repo.getByOrThrow(Country.class, Map.of("code", code));
            case 2 ->
                repo.oneOrThrow(Jpql.of("select c from Country c where c.code = :code", Country.class)
                        .with("code", code));
            case 3 -> repo.allBy(Country.class, Map.of("code", code)).get(0);
            case 4 -> {
                Query<Country> one = Query.from(Country.class).by(Map.of("code", code));
                try (Stream<Country> rows = repo.stream(one, FetchSize.of(10))) {
                    yield rows.findFirst().orElseThrow();
                }
            }
            default -> repo.reloadOrThrow(new Country(code, "", null));
        };
    }

    private static void show(Stage stage, String name, Ledger ledger, Tally answered, Tally rows) {
        stage.screen().say("");
        Table table = new Table(stage.screen(), 18, name, "reads", "answered", "writes", "rows updated");
        boolean agreed = true;
        for (PostgresNode server : stage.nodes()) {
            String node = server.name();
            table.row(
                    node,
                    ledger.reads().of(node),
                    answered.of(node),
                    ledger.writes().of(node),
                    rows.of(node));
            agreed &= ledger.reads().of(node) == answered.of(node);
            agreed &= ledger.writes().of(node) == rows.of(node);
        }
        stage.claims().equal("no read on the master", answered.of("master"), 0L);
        stage.claims().equal("every write on the master", rows.of("master"), (long) WRITES);
        stage.claims().holds("facade and servers agree on all " + (answered.total() + rows.total()), agreed);
    }
}
