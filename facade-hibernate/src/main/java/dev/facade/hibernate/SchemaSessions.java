package dev.facade.hibernate;

import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.Interceptor;
import org.hibernate.boot.model.relational.SqlStringGenerationContext;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.AbstractEntityPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a schema. Its name is their tenant identifier, so that caches, and blocks of keys from sequences, are kept
 * apart; the facade leads their connections there.
 */
final class SchemaSessions {

    /** A table with its schema, or catalogue, each quoted or not; no subselect. */
    private static final Pattern QUALIFIED =
            Pattern.compile("((?:\\w+|\"[^\"]+\"|`[^`]+`)(?:\\..+)?)\\.(?:\\w+|\"[^\"]+\"|`[^`]+`)");

    private SchemaSessions() {}

    static EntityManager open(SessionFactoryImplementor factory, Schema schema, Consumer<Object> seen) {
        check(factory, schema);
        return factory.withOptions()
                .tenantIdentifier((Object) schema.name())
                .interceptor(telling(factory, seen))
                .openSession();
    }

    private static void check(SessionFactoryImplementor factory, Schema schema) {
        SqlStringGenerationContext names = factory.getSqlStringGenerationContext();
        if (names.getDefaultSchema() != null || names.getDefaultCatalog() != null) {
            throw new UnsupportedOperationException(schema + ": hibernate.default_schema is "
                    + names.getDefaultSchema() + " and hibernate.default_catalog " + names.getDefaultCatalog()
                    + " (expected: neither, since each statement names them)");
        }
        factory.getMappingMetamodel().forEachEntityDescriptor(entity -> {
            if (entity.getTenantIdMapping() != null) {
                throw new UnsupportedOperationException(schema + ": " + entity.getEntityName()
                        + " has a @TenantId (expected: one mechanism of tenants, a schema for each or @TenantId)");
            }
        });
        boolean held = factory.getSessionFactoryOptions()
                        .getPhysicalConnectionHandlingMode()
                        .getReleaseMode()
                == ConnectionReleaseMode.ON_CLOSE;
        if (!held && !(factory.getJdbcServices().getDialect() instanceof PostgreSQLDialect)) {
            throw new UnsupportedOperationException(schema + ": the factory's sessions give their connection back early"
                    + " (expected: hibernate.connection.handling_mode DELAYED_ACQUISITION_AND_HOLD)");
        }
    }

    /** Tells of each entity that is loaded or persisted, and leaves all else to the factory's own interceptor. */
    private static Interceptor telling(SessionFactoryImplementor factory, Consumer<Object> seen) {
        Consumer<Object> unqualified = entity -> {
            if (mappedSchema(factory, entity.getClass()).isEmpty()) {
                seen.accept(entity);
            }
        };
        Interceptor own = own(factory.getSessionFactoryOptions());
        return own == null ? new Telling(unqualified) : around(own, unqualified);
    }

    private static @Nullable Interceptor own(SessionFactoryOptions options) {
        Supplier<? extends Interceptor> each = options.getStatelessInterceptorImplementorSupplier();
        return options.getInterceptor() != null || each == null ? options.getInterceptor() : each.get();
    }

    /** The schema that a mapping puts before the name of its table. */
    static Optional<String> mappedSchema(SessionFactoryImplementor factory, Class<?> entity) {
        boolean known = factory.getMappingMetamodel().findEntityDescriptor(entity) instanceof AbstractEntityPersister;
        if (!known) {
            return Optional.empty();
        }
        Matcher name = QUALIFIED.matcher(
                ((AbstractEntityPersister) factory.getMappingMetamodel().getEntityDescriptor(entity)).getTableName());
        return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }

    private record Telling(Consumer<Object> seen) implements Interceptor {

        @Override
        public boolean onLoad(
                Object entity, Object id, @Nullable Object[] state, String[] propertyNames, Type[] propertyTypes) {
            seen.accept(entity);
            return false;
        }

        @Override
        public boolean onPersist(
                Object entity, Object id, @Nullable Object[] state, String[] propertyNames, Type[] propertyTypes) {
            seen.accept(entity);
            return false;
        }
    }

    private static Interceptor around(Interceptor own, Consumer<Object> seen) {
        return (Interceptor) Proxy.newProxyInstance(
                SchemaSessions.class.getClassLoader(),
                new Class<?>[] {Interceptor.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("onLoad") || method.getName().equals("onPersist")) {
                        seen.accept(arguments[0]);
                    }
                    try {
                        return method.invoke(own, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
