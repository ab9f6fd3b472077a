package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.query.Preload;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.Hibernate;

/** The generic repository, subclassed: finders, and an association loaded on demand. */
final class RepositoryScene implements Scene {

    @Override
    public String title() {
        return "class Countries extends EntityRepository<Country, String>";
    }

    @Override
    public void play(Stage stage) {
        Ledger ledger = new Ledger();
        try (FacadeRepository repo = stage.everybody().listener(ledger).build()) {
            Countries countries = new Countries(repo);
            Table table = new Table(stage.screen(), 28, "currency", "countries");
            boolean right = true;
            for (String currency : List.of("EUR", "USD", "XOF", "DKK", "CHF")) {
                List<Country> paying = countries.paying(currency, Preload.of("currency"));
                table.row(name(paying), paying.size(), some(paying));
                right &= paying.stream()
                        .map(Country::code)
                        .toList()
                        .equals(stage.atlas().countriesPaying(currency));
            }
            stage.claims().holds("paying(…) finds what the JDK says", right);

            List<Country> named = countries.named("Ice");
            boolean lazy = named.stream().noneMatch(country -> Hibernate.isInitialized(country.currency()));
            stage.claims().equal("named(\"Ice\") finds Iceland", named.toString(), "[Iceland]");
            stage.claims().holds("its currency is not loaded", lazy);
            countries.preload(named, Preload.of("currency"));
            stage.claims().equal("until preload(…): now it is", name(named), "Icelandic Króna (ISK)");
            stage.claims()
                    .equal("all of it was read from replicas", ledger.reads().of("master"), 0L);
        }
    }

    private static String name(List<Country> countries) {
        return countries.isEmpty() ? "none" : String.valueOf(countries.get(0).currency());
    }

    private static String some(List<Country> countries) {
        return countries.stream().limit(4).map(Country::name).collect(Collectors.joining(", "))
                + (countries.size() > 4 ? ", …" : "");
    }
}
