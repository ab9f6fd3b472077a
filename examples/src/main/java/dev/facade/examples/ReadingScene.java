package dev.facade.examples;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;

import dev.facade.FacadeRepository;
import dev.facade.examples.Statements.Logged;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.routing.ReadAlgorithm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A preload loads associations level by level, and pages follow a cursor; all of it is read from replicas. */
final class ReadingScene implements Scene {

    private static final int PAGE = 100;
    private static final int WEST_OF_ALL = -24 * 60 * 60;

    @Override
    public String title() {
        return "Associations and pages";
    }

    @Override
    public void play(Stage stage) {
        stage.cluster().awaitCaughtUp();
        Ledger ledger = new Ledger();
        try (FacadeRepository repo = stage.logged()
                .algorithm(ReadAlgorithm.roundRobin())
                .listener(ledger)
                .build()) {
            Statements statements = new Statements(stage.nodes());
            associations(stage, repo, statements);
            pages(stage, repo, ledger, statements);
        }
    }

    private static void associations(Stage stage, FacadeRepository repo, Statements statements) {
        Query<Traveller> byName = from(Traveller.class).orderBy(field("name").asc());
        List<Traveller> travellers = repo.all(byName, Preload.of("stamps.country.currency"));
        List<String> servers = servers(statements);

        Table table = new Table(stage.screen(), 18, "traveller", "stamps");
        travellers.forEach(
                traveller -> table.row(traveller.name(), traveller.stamps().size(), "paid in " + money(traveller)));
        long right = travellers.stream()
                .flatMap(traveller -> traveller.stamps().stream().map(Stamp::country))
                .filter(country -> stage.atlas().countriesPaying(money(country)).contains(country.code()))
                .count();
        stage.claims().equal("each of the 23 stamps has its country, and that its currency", right, 23L);
        stage.claims().equal("travellers, stamps, countries, currencies: a query for each", servers.size(), 4);
        stage.claims()
                .holds("all of them on one replica", Set.copyOf(servers).size() == 1 && !servers.contains("master"));
    }

    private static void pages(Stage stage, FacadeRepository repo, Ledger ledger, Statements statements) {
        Query<Zone> eastwards = from(Zone.class).orderBy(field("offsetSeconds").asc());
        List<Zone> visited = new ArrayList<>();
        List<String> replicas = new ArrayList<>();

        stage.screen().say("");
        Table table = new Table(stage.screen(), 8, "page", "read on", "zones");
        Page.Request request = Page.Request.first(PAGE);
        while (request != null) {
            Page<Zone> page = repo.page(eastwards, request);
            visited.addAll(page.rows());
            replicas.add(ledger.last().node());
            table.row(replicas.size(), ledger.last().node(), page.rows().size(), span(page.rows()));
            request = page.next() == null ? null : Page.Request.after(page.next(), PAGE);
            repo.insert(new Zone("Nowhere/" + replicas.size(), WEST_OF_ALL)); // would shift pages that have numbers
        }

        List<Zone> zones = stage.atlas().zones();
        stage.claims().equal("each of the " + zones.size() + " zones is on one page", ids(visited), ids(zones));
        stage.claims().holds("in its place, though new ones came in before them", isEastwards(visited));
        stage.claims()
                .equal(
                        "a page is one query, on the replica whose turn it is",
                        servers(statements),
                        replicas.stream().sorted().toList());
        stage.claims().equal("so that all replicas took part", Set.copyOf(replicas), Set.copyOf(stage.replicas()));
    }

    /** The servers of the queries. */
    private static List<String> servers(Statements statements) {
        return statements.take().stream()
                .filter(statement -> statement.sql().startsWith("select"))
                .map(Logged::server)
                .sorted()
                .toList();
    }

    private static String money(Traveller traveller) {
        return traveller.stamps().stream()
                .map(stamp -> money(stamp.country()))
                .distinct()
                .collect(Collectors.joining(" "));
    }

    private static String money(Country country) {
        Currency currency = country.currency();
        return currency == null ? "nothing" : currency.code();
    }

    private static String span(List<Zone> zones) {
        return zones.get(0) + " … " + zones.get(zones.size() - 1);
    }

    private static List<String> ids(List<Zone> zones) {
        return zones.stream().map(Zone::id).sorted().toList();
    }

    private static boolean isEastwards(List<Zone> zones) {
        List<Zone> eastwards = new ArrayList<>(zones);
        eastwards.sort(Comparator.comparingInt(Zone::offsetSeconds));
        return zones.equals(eastwards);
    }
}
