package dev.facade.examples;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The countries, currencies and time zones that the JDK knows. Immutable, but for its entities. */
record Atlas(List<Currency> currencies, List<Country> countries, List<Zone> zones) {

    static Atlas ofJdk() {
        Map<String, Currency> currencies = new TreeMap<>();
        for (java.util.Currency known : java.util.Currency.getAvailableCurrencies()) {
            String code = known.getCurrencyCode();
            currencies.put(code, new Currency(code, known.getDisplayName(Locale.ENGLISH)));
        }
        List<Country> countries = Arrays.stream(Locale.getISOCountries())
                .sorted()
                .map(code -> country(code, currencies))
                .toList();
        Instant now = Instant.now();
        List<Zone> zones = ZoneId.getAvailableZoneIds().stream()
                .sorted()
                .map(id -> new Zone(
                        id, ZoneId.of(id).getRules().getStandardOffset(now).getTotalSeconds()))
                .toList();
        return new Atlas(List.copyOf(currencies.values()), countries, zones);
    }

    /** The rows; a row comes after those to which it refers. */
    List<Object> rows() {
        List<Object> rows = new ArrayList<>(currencies);
        rows.addAll(countries);
        rows.addAll(zones);
        return rows;
    }

    List<String> codes() {
        return countries.stream().map(Country::code).toList();
    }

    List<String> countriesPaying(String currency) {
        return countries.stream()
                .filter(country ->
                        country.currency() != null && country.currency().code().equals(currency))
                .map(Country::code)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static Country country(String code, Map<String, Currency> currencies) {
        Locale locale = new Locale.Builder().setRegion(code).build();
        java.util.@Nullable Currency paid = java.util.Currency.getInstance(locale);
        Currency currency = paid == null ? null : currencies.get(paid.getCurrencyCode());
        return new Country(code, locale.getDisplayCountry(Locale.ENGLISH), currency);
    }
}
