package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import java.util.List;

/** Creates the schema, loads what the JDK knows of the world, and looks for it on every replica. */
final class LoadingScene implements Scene {

    @Override
    public String title() {
        return "The world, as the JDK knows it";
    }

    @Override
    public void play(Stage stage) {
        Ledger ledger = new Ledger();
        Atlas atlas = stage.atlas();
        List<Object> rows = atlas.rows();
        try (FacadeRepository repo = stage.everybody()
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .listener(ledger)
                .build()) {
            Stopwatch watch = Stopwatch.started();
            long inserted = repo.insertAll(rows);
            stage.screen().say(inserted + " rows written by one insertAll in " + watch + ".");
            stage.cluster().awaitCaughtUp();

            Table table = new Table(stage.screen(), 8, "node", "countries", "currencies", "zones");
            boolean complete = true;
            for (String replica : stage.replicas()) {
                Target there = Target.replica(replica);
                long countries = repo.count(Country.class, there);
                long currencies = repo.count(Currency.class, there);
                long zones = repo.count(Zone.class, there);
                table.row(replica, countries, currencies, zones);
                complete &= countries == atlas.countries().size()
                        && currencies == atlas.currencies().size()
                        && zones == atlas.zones().size();
            }
            stage.claims()
                    .equal("insertAll went to the master, once", ledger.writes().of("master"), 1L);
            stage.claims().equal("it wrote every row", inserted, (long) rows.size());
            stage.claims().holds("each replica has what the JDK has", complete);
        }
    }
}
