package dev.facade.hibernate;

import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.SessionFactory;
import org.hibernate.context.spi.TenantSchemaMapper;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/** Sessions in a schema: Hibernate sets it on the connection that it takes, and resets it before it gives it back. */
final class SchemaSessions {

    private static final String MAPPER = "hibernate.multi_tenant.schema_mapper";

    private static final Map<SessionFactory, Set<String>> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private SchemaSessions() {}

    /** Lets a factory open sessions in schemas; costs nothing where none is asked for. */
    static void enable(Map<String, Object> properties) {
        TenantSchemaMapper<Object> byName = Object::toString;
        properties.putIfAbsent(MAPPER, byName);
    }

    static EntityManager open(SessionFactory factory, Schema schema) {
        SessionFactoryImplementor known = factory.unwrap(SessionFactoryImplementor.class);
        if (known.getSessionFactoryOptions().getTenantSchemaMapper() == null) {
            throw new UnsupportedOperationException(schema + ": the factory has no " + MAPPER
                    + " (expected: a factory built by HibernateFacade, or one with that setting)");
        }
        checkExists(factory, schema.name());
        return factory.withOptions().tenantIdentifier((Object) schema.name()).openSession();
    }

    /** PostgreSQL would take any name, and then find no table. */
    private static void checkExists(SessionFactory factory, String name) {
        Set<String> known = KNOWN.computeIfAbsent(factory, any -> ConcurrentHashMap.newKeySet());
        if (known.contains(name)) {
            return;
        }
        Long found = factory.fromSession(session -> session.createNativeQuery(
                        "select count(*) from information_schema.schemata where lower(schema_name) = lower(:name)",
                        Long.class)
                .setParameter("name", name)
                .getSingleResult());
        if (found == 0) {
            throw new IllegalArgumentException("schema: " + name + " (expected: one that the database has)");
        }
        known.add(name);
    }
}
