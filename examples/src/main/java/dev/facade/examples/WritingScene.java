package dev.facade.examples;

import static dev.facade.query.Query.from;

import dev.facade.FacadeRepository;
import dev.facade.Multi;
import dev.facade.MultiOutcome;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.Result;
import dev.facade.examples.Statements.Logged;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A changeset checks a form, an upsert counts a second visit, and a Multi writes a journey as a whole or not at all. */
final class WritingScene implements Scene {

    private static final Map<String, String> NELLIE =
            Map.of("name", "Nellie Bly", "email", "nellie@world.example", "born", "1864-05-05");
    private static final Map<String, String> ELIZABETH =
            Map.of("name", "Elizabeth Bisland", "email", "elizabeth@cosmopolitan.example", "born", "1861-02-11");

    @Override
    public String title() {
        return "From a form to a row";
    }

    @Override
    public void play(Stage stage) {
        try (FacadeRepository repo = stage.logged().build()) {
            Statements statements = new Statements(stage.nodes());
            refuse(stage, repo, statements);
            Traveller nellie = insert(stage, repo, statements);
            update(stage, repo, statements, nellie);
            upsert(stage, repo, statements, nellie);
            allOrNothing(stage, repo, statements);
        }
    }

    private static void refuse(Stage stage, FacadeRepository repo, Statements statements) {
        Map<String, String> form = Map.of("name", "", "email", "nellie, New York", "born", "in May");
        Result<Traveller> result = repo.insert(new Traveller().with(form));

        Changeset<Traveller> refused = result.changeset();
        Table table = new Table(stage.screen(), 8, "field", "%16s".formatted("typed"), "%18s".formatted("error"));
        refused.errors().forEach(error -> table.row(error.field(), form.getOrDefault(error.field(), ""), error.text()));
        Map<String, List<String>> expected = Map.of(
                "name", List.of("can't be blank"),
                "email", List.of("has invalid format"),
                "born", List.of("is invalid"));
        stage.claims()
                .equal(
                        "what is wrong with a form is told field by field",
                        refused.traverseErrors(FieldError::text),
                        expected);
        stage.claims().equal("and no server hears of it", statements.take(), List.of());
    }

    private static Traveller insert(Stage stage, FacadeRepository repo, Statements statements) {
        Traveller nellie = repo.insertOrThrow(new Traveller().with(NELLIE));
        Logged insert = new Logged("master", "insert into Traveller (born,email,name,version) values ($1,$2,$3,$4)");
        stage.claims().equal("what is right becomes one insert, on the master", statements.take(), List.of(insert));

        Result<Traveller> again = repo.insert(new Traveller().with(NELLIE));
        String errors = again.changeset().errors().toString();
        stage.claims().equal("what only the master can tell is sent", statements.take(), List.of(insert));
        stage.claims().equal("and becomes an error of a field, too:", errors, "[email has already been taken]");
        stage.screen().quote(errors);
        return nellie;
    }

    private static void update(Stage stage, FacadeRepository repo, Statements statements, Traveller nellie) {
        Map<String, String> form =
                Map.of("name", "Nellie Bly", "email", "nellie@journal.example", "born", "1864-05-05");
        Traveller updated = repo.updateOrThrow(nellie.with(form));
        Logged update = new Logged("master", "update Traveller set email=$1,version=$2 where id=$3 and version=$4");
        stage.claims().equal("an update writes what has changed, and the version:", statements.take(), List.of(update));
        stage.screen().quote(update.sql());

        repo.updateOrThrow(updated.with(form));
        stage.claims().equal("where nothing has changed, nothing is sent", statements.take(), List.of());
    }

    private static void upsert(Stage stage, FacadeRepository repo, Statements statements, Traveller nellie) {
        List<Country> route = countries(repo, "US", "GB", "FR", "IT", "EG", "YE", "LK", "MY", "SG", "HK", "JP");
        repo.insertAll(nellie.stamps(route));
        statements.forget();
        Stamp home = new Stamp(nellie, route.get(0));
        repo.insert(home, OnConflict.update(Change.inc("visits", 1)).target("traveller", "country"));
        List<Logged> upsert = statements.take();
        stage.claims().equal("a row that is there already can be changed, by one statement:", upsert.size(), 1);
        upsert.forEach(statement -> stage.screen().quote(statement.sql()));

        Query<Stamp> stamps = from(Stamp.class).where("traveller", nellie).where("country", route.get(0));
        List<Stamp> found = repo.all(stamps, Target.master());
        stage.claims()
                .equal(
                        "two visits are one row that counts two",
                        found.stream().map(Stamp::visits).toList(),
                        List.of(2));
    }

    private static void allOrNothing(Stage stage, FacadeRepository repo, Statements statements) {
        List<Country> route = countries(repo, "US", "JP", "HK", "SG", "MY", "LK", "YE", "EG", "IT", "FR", "GB", "IE");
        Query<Traveller> elizabeth = from(Traveller.class).where("name", "Elizabeth Bisland");
        Query<Stamp> stamps = from(Stamp.class).where("traveller.name", "Elizabeth Bisland");
        statements.forget();
        MultiOutcome missed = repo.transact(journey(route, Multi.failed("the Ems has left")));
        stage.claims().equal("a Multi names the step that has failed, and why:", end(missed), "ship: the Ems has left");
        stage.screen().quote(end(missed));
        stage.claims()
                .equal(
                        "the steps before it had written every row",
                        statements.take().size(),
                        1 + route.size());
        stage.claims().holds("and not one is left", !repo.exists(elizabeth, Target.master()));

        MultiOutcome caught = repo.transact(journey(route, Multi.ok("the Bothnia")));
        stage.claims().equal("when no step fails it is committed", end(caught), "committed");
        stage.claims().equal("and every row is there", repo.count(stamps, Target.master()), (long) route.size());
    }

    private static Multi journey(List<Country> route, Object ship) {
        return Multi.create()
                .insert("traveller", new Traveller().with(ELIZABETH))
                .insertAll(
                        "stamps", done -> done.get("traveller", Traveller.class).stamps(route))
                .run("ship", (repo, done) -> ship);
    }

    private static String end(MultiOutcome outcome) {
        return outcome instanceof MultiOutcome.Failed failed ? failed.step() + ": " + failed.value() : "committed";
    }

    private static List<Country> countries(FacadeRepository repo, String... codes) {
        return Stream.of(codes)
                .map(code -> repo.getOrThrow(Country.class, code))
                .toList();
    }
}
