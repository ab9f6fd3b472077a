package dev.facade.hibernate;

import dev.facade.cluster.Weight;
import dev.facade.routing.ReadAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the keys of {@code docs/settings.md}; each is taken once, and what is left over is unknown. */
final class FacadeProperties {

    static final Map<String, Supplier<ReadAlgorithm>> ALGORITHMS = new TreeMap<>(Map.of(
            "peak-ewma", ReadAlgorithm::peakEwma,
            "power-of-two-choices", ReadAlgorithm::powerOfTwoChoices,
            "least-in-flight", ReadAlgorithm::leastInFlight,
            "least-lag", ReadAlgorithm::leastLag,
            "ordered", ReadAlgorithm::ordered,
            "random", ReadAlgorithm::random,
            "round-robin", ReadAlgorithm::roundRobin,
            "weighted-round-robin", ReadAlgorithm::weightedRoundRobin));

    /** All keys; those of a replica stand with {@code <name>}. */
    static final List<String> KEYS = List.of(
            "facade.master.url",
            "facade.user",
            "facade.password",
            "facade.reader.user",
            "facade.reader.password",
            "facade.replicas.<name>.url",
            "facade.replicas.<name>.weight",
            "facade.replicas.<name>.endpoint",
            "facade.replicas.<name>.tags",
            "facade.persistence-unit",
            "facade.algorithm",
            "facade.nearest",
            "facade.fallback-to-master",
            "facade.read-deadline",
            "facade.retry-budget",
            "facade.hedging",
            "facade.master-read-limit",
            "facade.master-only",
            "facade.cluster-wide-cache",
            "facade.lag-limit",
            "facade.min-serving",
            "facade.pool.master.max-size",
            "facade.pool.master.min-idle",
            "facade.pool.master.connection-timeout",
            "facade.pool.master.connect-timeout",
            "facade.pool.master.max-lifetime",
            "facade.pool.replica.max-size",
            "facade.pool.replica.min-idle",
            "facade.pool.replica.connection-timeout",
            "facade.pool.replica.connect-timeout",
            "facade.pool.replica.max-lifetime");

    private final Map<String, String> left = new TreeMap<>();

    private FacadeProperties(Properties properties) {
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("facade.")) {
                left.put(key, properties.getProperty(key).trim());
            }
        }
    }

    static HibernateFacade read(Properties properties) {
        HibernateFacade facade = HibernateFacade.builder();
        new FacadeProperties(properties).into(facade);
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("hibernate.") || key.startsWith("jakarta.persistence.")) {
                facade.hibernate(key, properties.getProperty(key));
            }
        }
        return facade;
    }

    private void into(HibernateFacade facade) {
        String url = take("facade.master.url");
        if (url == null) {
            throw new IllegalArgumentException("facade.master.url: missing (expected: a JDBC URL)");
        }
        facade.master(url);
        pair("facade.user", "facade.password", facade::credentials);
        pair("facade.reader.user", "facade.reader.password", facade::readerCredentials);
        replicas(facade);
        set("facade.persistence-unit", Function.identity(), facade::persistenceUnit);
        algorithm(facade);
        set("facade.fallback-to-master", FacadeProperties::truth, facade::fallbackToMaster);
        set("facade.read-deadline", FacadeProperties::millis, facade::readDeadline);
        set("facade.retry-budget", FacadeProperties::share, facade::retryBudget);
        set("facade.hedging", FacadeProperties::share, facade::hedging);
        set("facade.master-read-limit", FacadeProperties::number, facade::masterReadLimit);
        set("facade.master-only", FacadeProperties::truth, only -> only ? facade.masterOnly() : facade);
        set("facade.cluster-wide-cache", FacadeProperties::truth, wide -> wide ? facade.clusterWideCache() : facade);
        set("facade.lag-limit", FacadeProperties::millis, facade::lagLimit);
        set("facade.min-serving", FacadeProperties::number, facade::minServing);
        facade.masterPool(pool("facade.pool.master.", PoolSettings.forMaster()));
        facade.replicaPool(pool("facade.pool.replica.", PoolSettings.forReplica()));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    left.keySet().iterator().next() + ": unknown setting (expected: one of " + KEYS + ")");
        }
    }

    private void algorithm(HibernateFacade facade) {
        String name = take("facade.algorithm");
        String nearest = take("facade.nearest");
        if (name != null || nearest != null) {
            ReadAlgorithm algorithm = algorithm(name == null ? "peak-ewma" : name);
            facade.algorithm(
                    nearest == null
                            ? algorithm
                            : named("facade.nearest", listed(nearest), tags -> ReadAlgorithm.nearest(tags, algorithm)));
        }
    }

    private void replicas(HibernateFacade facade) {
        TreeSet<String> names = new TreeSet<>();
        for (String key : left.keySet()) {
            if (key.startsWith("facade.replicas.")) {
                String rest = key.substring("facade.replicas.".length());
                int dot = rest.lastIndexOf('.');
                names.add(dot < 0 ? rest : rest.substring(0, dot));
            }
        }
        for (String name : names) {
            String prefix = "facade.replicas." + name + ".";
            String url = take(prefix + "url");
            if (url == null) {
                throw new IllegalArgumentException(prefix + "url: missing (expected: a JDBC URL)");
            }
            Weight weight = given(prefix + "weight", FacadeProperties::number, Weight::of, Weight.of(1));
            String[] tags = listed(take(prefix + "tags")).toArray(String[]::new);
            if (given(prefix + "endpoint", FacadeProperties::truth, Function.identity(), false)) {
                facade.endpoint(name, url, weight, tags);
            } else {
                facade.replica(name, url, weight, tags);
            }
        }
    }

    private PoolSettings pool(String prefix, PoolSettings settings) {
        PoolSettings pool = settings;
        pool = changed(prefix + "max-size", pool, pool::withMaxSize);
        pool = changed(prefix + "min-idle", pool, pool::withMinIdle);
        pool = timed(prefix + "connection-timeout", pool, pool::withConnectionTimeout);
        pool = timed(prefix + "connect-timeout", pool, pool::withConnectTimeout);
        return timed(prefix + "max-lifetime", pool, pool::withMaxLifetime);
    }

    private PoolSettings changed(String key, PoolSettings before, Function<Integer, PoolSettings> change) {
        return given(key, FacadeProperties::number, change, before);
    }

    private PoolSettings timed(String key, PoolSettings before, Function<Duration, PoolSettings> change) {
        return given(key, FacadeProperties::millis, change, before);
    }

    private void pair(String userKey, String passwordKey, Pair use) {
        String user = take(userKey);
        String password = take(passwordKey);
        if (user == null && password != null) {
            throw new IllegalArgumentException(userKey + ": missing (expected: the user of " + passwordKey + ")");
        }
        if (user != null) {
            use.accept(user, password == null ? "" : password);
        }
    }

    private @Nullable String take(String key) {
        return left.remove(key);
    }

    private static ReadAlgorithm algorithm(String name) {
        Supplier<ReadAlgorithm> known = ALGORITHMS.get(name);
        if (known == null) {
            throw new IllegalArgumentException(
                    "facade.algorithm: '" + name + "' (expected: one of " + ALGORITHMS.keySet() + ")");
        }
        return known.get();
    }

    private static List<String> listed(@Nullable String value) {
        return value == null
                ? List.of()
                : Stream.of(value.split(","))
                        .map(String::strip)
                        .filter(tag -> !tag.isEmpty())
                        .distinct()
                        .toList();
    }

    private static boolean truth(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("'" + value + "' (expected: true or false)");
        }
        return value.equals("true");
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException("'" + value + "' (expected: a whole number)", bad);
        }
    }

    private static double share(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException("'" + value + "' (expected: a number)", bad);
        }
    }

    private static Duration millis(String value) {
        try {
            return Duration.ofMillis(Integer.parseInt(value));
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException("'" + value + "' (expected: a whole number of milliseconds)", bad);
        }
    }

    private <V> void set(String key, Function<String, V> read, Function<V, HibernateFacade> use) {
        String value = take(key);
        if (value != null) {
            named(key, value, read.andThen(use));
        }
    }

    private <V, R> R given(String key, Function<String, V> read, Function<V, R> use, R absent) {
        String value = take(key);
        return value == null ? absent : named(key, value, read.andThen(use));
    }

    private static <V, R> R named(String key, V value, Function<? super V, R> use) {
        try {
            return use.apply(value);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(key + ": " + bad.getMessage(), bad);
        }
    }

    @FunctionalInterface
    private interface Pair {
        void accept(String user, String password);
    }
}
