package dev.facade.hibernate;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.jspecify.annotations.Nullable;

/** How to build a node: its pool, then its factory. Immutable. */
record NodeRecipe(
        String name,
        String url,
        @Nullable String user,
        @Nullable String password,
        Weight weight,
        boolean reading,
        List<String> tags) {

    NodeRecipe {
        tags = List.copyOf(tags);
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: a name that is not blank)");
        }
        Database.of(Objects.requireNonNull(url, "url of " + name));
    }

    NodeRecipe(
            String name, String url, @Nullable String user, @Nullable String password, Weight weight, boolean reading) {
        this(name, url, user, password, weight, reading, List.of());
    }

    /** The node as a replica; another one each time. */
    Replica replica() {
        return Replica.of(name, weight, tags.toArray(String[]::new));
    }

    /** The same node in one of its roles, with a user unless it has one of its own. */
    NodeRecipe as(Nodes.Login login, boolean reader) {
        return user != null
                ? new NodeRecipe(name, url, user, password, weight, reader, tags)
                : new NodeRecipe(name, url, login.user(), login.password(), weight, reader, tags);
    }

    /** Refuses a URL that no driver on the class path takes; connects to nothing. */
    void checkDriver() {
        try {
            Database.of(url).check(DriverManager.getDriver(url), url);
        } catch (SQLException none) { // whose message may have the whole URL, with its password
            throw new IllegalArgumentException(name + ": no JDBC driver for " + JdbcUrl.shown(url)
                    + " (expected: one on the class path that can read it)");
        }
    }

    @Override
    public String toString() {
        return name + "=" + JdbcUrl.shown(url);
    }

    NodePool pool(PoolSettings settings) {
        NodePool pool = new NodePool();
        pool.setPoolName("facade-" + name);
        Properties properties = properties(settings, pool.getPoolName());
        if (!reading) {
            Database.of(url).masterOnly().forEach(properties::setProperty);
        }
        pool.connectBy(new TirelessConnections(url, properties, () -> !pool.isClosed()));
        pool.setAutoCommit(true);
        pool.setReadOnly(reading);
        pool.setMaximumPoolSize(settings.maxSize());
        pool.setMinimumIdle(settings.minIdle());
        pool.setConnectionTimeout(settings.connectionTimeout().toMillis());
        pool.setValidationTimeout(Math.min(settings.connectionTimeout().toMillis(), 5_000));
        pool.setMaxLifetime(settings.maxLifetime().toMillis());
        pool.setInitializationFailTimeout(-1); // start while the node is down
        pool.waitInSlices();
        return pool;
    }

    /** Connections without a pool. */
    DataSource single(PoolSettings settings) {
        Properties properties = properties(settings, "facade-monitor-" + name);
        Database.of(url).impatient(settings).forEach(properties::setProperty);
        return new SingleConnections(url, properties);
    }

    private Properties properties(PoolSettings settings, String application) {
        Properties properties = new Properties();
        Database.of(url).properties(reading, settings, application).forEach(properties::setProperty);
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    EntityManagerFactory factory(DataSource source, Entities entities, Map<String, Object> hibernate) {
        return factory(source, () -> "facade-" + name, entities, hibernate);
    }

    /** On whichever pool is beneath the source, by its present name. */
    EntityManagerFactory factory(
            DataSource source, Supplier<String> pool, Entities entities, Map<String, Object> hibernate) {
        Map<String, Object> properties = new HashMap<>(hibernate);
        properties.put("jakarta.persistence.nonJtaDataSource", source);
        properties.put("hibernate.boot.allow_jdbc_metadata_access", "false");
        properties.put("hibernate.connection.provider_disables_autocommit", "false");
        if (!properties.containsKey("hibernate.dialect")) { // one that is known by name is not to be named itself
            properties.putIfAbsent(
                    "jakarta.persistence.database-product-name",
                    Database.of(url).product());
        }
        properties.putIfAbsent("hibernate.connection.handling_mode", "DELAYED_ACQUISITION_AND_HOLD"); // for checkout
        properties.putIfAbsent("hibernate.jdbc.batch_size", "50");
        properties.putIfAbsent("hibernate.order_inserts", "true");
        properties.putIfAbsent("hibernate.order_updates", "true");
        ChangedColumnsOnly.addTo(properties);
        if (Database.of(url) == Database.POSTGRESQL) {
            properties.put(ConnectionReset.KEY, new ConnectionReset(reading, pool));
        }
        if (reading) {
            properties.putAll(FOLLOWING);
        }
        return entities.factory("facade-" + name, properties);
    }

    /** A replica's schema, cache and metamodel are the master's business. */
    private static final Map<String, Object> FOLLOWING = Map.of(
            "hibernate.hbm2ddl.auto", "none",
            "jakarta.persistence.schema-generation.database.action", "none",
            "jakarta.persistence.schema-generation.scripts.action", "none",
            "hibernate.cache.use_second_level_cache", "false",
            "hibernate.cache.use_query_cache", "false",
            "jakarta.persistence.sharedCache.mode", "NONE",
            "hibernate.jpa.static_metamodel.population", "disabled");

    /** The source of the entities: listed classes, or a persistence unit. */
    record Entities(List<Class<?>> classes, @Nullable String persistenceUnit) {

        Entities {
            classes = List.copyOf(new ArrayList<>(classes));
        }

        EntityManagerFactory factory(String name, Map<String, Object> properties) {
            if (persistenceUnit != null) {
                return Persistence.createEntityManagerFactory(persistenceUnit, properties);
            }
            HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration(name);
            classes.forEach(configuration::managedClass);
            configuration.properties(properties);
            return configuration.createEntityManagerFactory();
        }
    }
}
