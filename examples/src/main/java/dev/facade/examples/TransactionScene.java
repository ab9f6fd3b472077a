package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.event.Reason;
import dev.facade.event.Route;
import dev.facade.operation.Outcome;
import dev.facade.option.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A transaction sees its own writes, others do not; a rollback is a value. */
final class TransactionScene implements Scene {

    private static final String CODE = "NZ";
    private static final String NEW_NAME = "Aotearoa";

    @Override
    public String title() {
        return "A transaction stays on the master";
    }

    @Override
    public void play(Stage stage) {
        Ledger ledger = new Ledger();
        try (FacadeRepository repo = stage.everybody().listener(ledger).build()) {
            String name = repo.getOrThrow(Country.class, CODE).name();
            List<Seen> seen = new ArrayList<>();
            Outcome<String> outcome = rolledBack(stage, repo, ledger, seen);
            Seen own = seen.get(0);
            Seen other = seen.get(1);
            Seen after = Seen.by(stage, repo, ledger, Target.master());

            Table table = new Table(
                    stage.screen(), 24, "who reads", "answered", "%11s".formatted("finds"), "facade's reason");
            table.row("the transaction", own.server(), own.name(), own.route().reason());
            table.row(
                    "another thread meanwhile",
                    other.server(),
                    other.name(),
                    other.route().reason());
            table.row(
                    "after the rollback",
                    after.server(),
                    after.name(),
                    after.route().reason());

            Claims claims = stage.claims();
            claims.equal("inside, reads stay on the master", own.server(), "master");
            claims.equal("because they join it", own.route().reason(), Reason.JOINED_TRANSACTION);
            claims.equal("and see what is not committed", own.name(), NEW_NAME);
            claims.holds("others read a replica", stage.replicas().contains(other.server()));
            claims.equal("and see only what is", other.name(), name);
            claims.equal("rollback(value) is a value", outcome, new Outcome.RolledBack<String>("second thoughts"));
            claims.equal("and undoes the write", after.name(), name);
            committed(stage, repo);
        }
    }

    private static Outcome<String> rolledBack(Stage stage, FacadeRepository repo, Ledger ledger, List<Seen> seen) {
        return repo.transact(() -> {
            Country country = repo.getOrThrow(Country.class, CODE);
            country.rename(NEW_NAME);
            repo.update(country);
            seen.add(Seen.by(stage, repo, ledger));
            seen.add(CompletableFuture.supplyAsync(() -> Seen.by(stage, repo, ledger))
                    .join());
            throw repo.rollback("second thoughts");
        });
    }

    private static void committed(Stage stage, FacadeRepository repo) {
        repo.transaction(() -> {
            Country country = repo.getOrThrow(Country.class, CODE);
            country.rename(NEW_NAME);
            repo.update(country);
        });
        String atOnce = repo.getOrThrow(Country.class, CODE, Target.master()).name();
        stage.claims().equal("after a commit Target.master() sees it at once", atOnce, NEW_NAME);
        stage.cluster().awaitCaughtUp();
        List<String> names = new ArrayList<>();
        for (String replica : stage.replicas()) {
            names.add(repo.getOrThrow(Country.class, CODE, Target.replica(replica))
                    .name());
        }
        stage.claims().equal("and every replica when it has caught up", names, List.of(NEW_NAME, NEW_NAME, NEW_NAME));
    }

    /** What a read found, where the server says it was, and where the facade says it went. */
    private record Seen(String name, String server, Route route) {

        static Seen by(Stage stage, FacadeRepository repo, Ledger ledger, Target... target) {
            Country country = repo.getOrThrow(Country.class, CODE, target);
            return new Seen(country.name(), stage.server(country), ledger.last());
        }
    }
}
