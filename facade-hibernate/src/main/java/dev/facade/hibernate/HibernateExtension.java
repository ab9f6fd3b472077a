package dev.facade.hibernate;

import dev.facade.option.Schema;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.Tables;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.FindOption;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.FetchNotFoundException;
import org.hibernate.Hibernate;
import org.hibernate.HibernateException;
import org.hibernate.LockMode;
import org.hibernate.ObjectDeletedException;
import org.hibernate.ReadOnlyMode;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.TypeMismatchException;
import org.hibernate.action.internal.BulkOperationCleanupAction;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.MariaDBDialect;
import org.hibernate.dialect.MySQLDialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.Status;
import org.hibernate.generator.Generator;
import org.hibernate.jpa.HibernateHints;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.hibernate.type.TypeHelper;
import org.jspecify.annotations.Nullable;

/** The abilities of Hibernate beyond JPA. Thread-safe. */
public final class HibernateExtension implements ProviderExtension {

    /** Made by the service loader. */
    public HibernateExtension() {}

    @Override
    public boolean accepts(EntityManagerFactory factory) {
        return factory instanceof SessionFactory
                || factory.unwrap(EntityManagerFactory.class) instanceof SessionFactory;
    }

    @Override
    public String database(EntityManagerFactory factory) {
        Dialect dialect = factory.unwrap(SessionFactoryImplementor.class)
                .getJdbcServices()
                .getDialect();
        return dialect instanceof PostgreSQLDialect
                ? "PostgreSQL"
                : dialect instanceof MySQLDialect ? "MariaDB" : dialect instanceof H2Dialect ? "H2" : "";
    }

    @Override
    public <T> @Nullable T attach(EntityManager entityManager, T entity) {
        SharedSessionContractImplementor session = entityManager.unwrap(SharedSessionContractImplementor.class);
        Object plain = Hibernate.unproxy(entity);
        EntityPersister persister = session.getEntityPersister(null, plain);
        if (!persister.isDynamicUpdate()) {
            return null; // its update names every column
        }
        if (isMaybeHidden(persister, session)) {
            return null; // its update does not ask whether the row is still there for its class
        }
        EntityKey key = session.generateEntityKey(persister.getIdentifier(plain, session), persister);
        References.standIn(entityManager, persister, key.getIdentifier(), plain);
        @Nullable Object[] state = persister.getValues(plain);
        if (isPartial(persister, state)) {
            return null; // the provider would refuse to write it
        }
        TypeHelper.deepCopy(state, persister.getPropertyTypes(), persister.getPropertyUpdateability(), state, session);
        session.getPersistenceContext()
                .addEntity(
                        plain,
                        Status.MANAGED,
                        state,
                        key,
                        persister.getVersion(plain),
                        LockMode.NONE,
                        true,
                        persister,
                        false);
        persister.afterReassociate(plain, session);
        return entity;
    }

    /** Rows that a soft delete, a restriction or a filter hides are none. */
    private static boolean isMaybeHidden(EntityPersister persister, SharedSessionContractImplementor session) {
        return persister.getSoftDeleteMapping() != null
                || persister.hasWhereRestrictions()
                || persister.isAffectedByEnabledFilters(session.getLoadQueryInfluencers(), true);
    }

    private static boolean isPartial(EntityPersister persister, @Nullable Object[] state) {
        boolean[] nullable = persister.getPropertyNullability();
        boolean[] updatable = persister.getPropertyUpdateability();
        for (int i = 0; i < state.length; i++) {
            if (state[i] == null && !nullable[i] && updatable[i]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Object unproxied(Object managed) {
        return Hibernate.unproxy(managed);
    }

    /**
     * With options and not with hints: there Hibernate logs the failure of a connection and answers null if the transaction
     * can only roll back (HHH-12472), as it can on PostgreSQL after any failure.
     */
    @Override
    public <T> @Nullable T find(
            EntityManager entityManager, Class<T> entity, Object id, LockModeType lock, Map<String, Object> hints) {
        boolean readOnly = Boolean.TRUE.equals(hints.get(HibernateHints.HINT_READ_ONLY));
        FindOption[] options = readOnly ? new FindOption[] {lock, ReadOnlyMode.READ_ONLY} : new FindOption[] {lock};
        try {
            return entityManager.find(entity, id, options);
        } catch (FetchNotFoundException dangling) {
            throw dangling;
        } catch (ObjectDeletedException | EntityNotFoundException removed) {
            return null;
        } catch (TypeMismatchException | ClassCastException wrong) {
            throw new IllegalArgumentException("id: " + wrong.getMessage() + " (expected: the key's class)", wrong);
        } catch (HibernateException failure) {
            throw entityManager
                    .unwrap(SharedSessionContractImplementor.class)
                    .getExceptionConverter()
                    .convert(failure);
        }
    }

    /** A program's own collection is only wrapped when its entity is persisted. */
    @Override
    public boolean isRead(Object collection) {
        return collection instanceof PersistentCollection<?> persistent
                && persistent.wasInitialized()
                && !persistent.isDirectlyAccessible();
    }

    /** Locks by the key alone: an entity's eager joins would lock other rows, or need a second statement each. */
    @Override
    public void lock(EntityManager entityManager, Class<?> entity, Object id) {
        String name = entityManager.getMetamodel().entity(entity).getName();
        entityManager
                .createQuery("select id(e) from " + name + " e where id(e) = :id", Object.class)
                .setParameter("id", id)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList();
    }

    @Override
    @SuppressWarnings("NullAway") // Hibernate does without a loaded state, but does not say so
    public void touch(EntityManager entityManager, Object managed) {
        SharedSessionContractImplementor session = entityManager.unwrap(SharedSessionContractImplementor.class);
        PersistenceContext context = session.getPersistenceContext();
        Object entity = Hibernate.unproxy(managed);
        EntityEntry entry = Objects.requireNonNull(context.getEntry(entity), "managed");
        EntityPersister persister = entry.getPersister();
        if (persister.findDirty(persister.getValues(entity), entry.getLoadedState(), entity, session) == null) {
            context.removeEntry(entity);
            context.addEntry(
                    entity,
                    entry.getStatus(),
                    null, // nothing to compare with, so the flush must update
                    entry.getRowId(),
                    entry.getId(),
                    entry.getVersion(),
                    entry.getLockMode(),
                    entry.isExistsInDatabase(),
                    persister,
                    false);
        }
    }

    @Override
    public Set<Trait> traits(EntityManagerFactory factory, Class<?> entity) {
        return Traits.of(persister(factory, entity));
    }

    @Override
    public Set<String> attributes(EntityManagerFactory factory, Class<?> entity, AttributeTrait trait) {
        return Traits.attributes(persister(factory, entity), trait);
    }

    @Override
    public Set<String> notUpdatable(EntityManagerFactory factory, Class<?> entity) {
        EntityPersister persister = persister(factory, entity);
        String[] names = persister.getPropertyNames();
        boolean[] updatable = persister.getPropertyUpdateability();
        Set<String> fixed = new HashSet<>();
        for (int i = 0; i < names.length; i++) {
            Type type = persister.getPropertyTypes()[i];
            boolean elsewhere = type.isCollectionType() || (type instanceof EntityType one && one.isOneToOne());
            if (!updatable[i] && !elsewhere) {
                fixed.add(names[i]);
            }
        }
        return fixed;
    }

    @Override
    public List<TextColumn> textColumns(EntityManagerFactory factory, Class<?> entity) {
        return TextColumns.of(persister(factory, entity));
    }

    private static EntityPersister persister(EntityManagerFactory factory, Class<?> entity) {
        return factory.unwrap(SessionFactoryImplementor.class)
                .getMappingMetamodel()
                .getEntityDescriptor(entity);
    }

    @Override
    public Inserted insert(EntityManager entityManager, Rows rows) {
        entityManager.flush();
        Inserted inserted = new BulkInsert(entityManager, rows).run();
        changed(entityManager, rows.entity());
        return inserted;
    }

    @Override
    public Inserted insertSelected(EntityManager entityManager, Selected selected) {
        entityManager.flush();
        Inserted inserted = new SelectedInsert(entityManager, selected).run();
        changed(entityManager, selected.entity());
        return inserted;
    }

    @Override
    public Set<String> generated(EntityManagerFactory factory, Class<?> entity) {
        EntityPersister persister = factory.unwrap(SessionFactoryImplementor.class)
                .getMappingMetamodel()
                .getEntityDescriptor(entity);
        Set<String> names = new HashSet<>();
        Generator[] generators = persister.getGenerators();
        for (int i = 0; i < generators.length; i++) {
            if (generators[i] != null && generators[i].generatesSometimes()) {
                names.add(persister.getPropertyNames()[i]);
            }
        }
        return names;
    }

    private static void changed(EntityManager entityManager, Class<?> entity) {
        SharedSessionContractImplementor session = entityManager.unwrap(SharedSessionContractImplementor.class);
        BulkOperationCleanupAction.schedule(
                session, session.getFactory().getMappingMetamodel().getEntityDescriptor(entity));
    }

    @Override
    public EntityManager open(EntityManagerFactory factory, Schema schema, Consumer<Object> seen) {
        return SchemaSessions.open(factory.unwrap(SessionFactoryImplementor.class), schema, seen);
    }

    @Override
    public boolean resolvesTenants(EntityManagerFactory factory) {
        return factory.unwrap(SessionFactoryImplementor.class).getCurrentTenantIdentifierResolver() != null;
    }

    @Override
    public void restore(EntityManager entityManager) {
        Session session = entityManager.unwrap(Session.class);
        Object reset = session.getSessionFactory().getProperties().get(ConnectionReset.KEY);
        if (reset instanceof ConnectionReset known) { // else its pool is the caller's
            session.doWork(known::on);
        }
    }

    @Override
    public Optional<String> mappedSchema(EntityManagerFactory factory, Class<?> entity) {
        return SchemaSessions.mappedSchema(factory.unwrap(SessionFactoryImplementor.class), entity);
    }

    @Override
    public Connection heldConnection(EntityManager entityManager) {
        return entityManager
                .unwrap(SharedSessionContractImplementor.class)
                .getJdbcCoordinator()
                .getLogicalConnection()
                .getPhysicalConnection();
    }

    @Override
    public boolean keepsConnection(EntityManagerFactory factory) {
        return factory.unwrap(SessionFactoryImplementor.class)
                        .getSessionFactoryOptions()
                        .getPhysicalConnectionHandlingMode()
                        .getReleaseMode()
                == ConnectionReleaseMode.ON_CLOSE;
    }

    /** One that is on but has no region keeps nothing. */
    @Override
    public boolean hasSharedCache(EntityManagerFactory factory) {
        return !factory.unwrap(SessionFactoryImplementor.class)
                .getCache()
                .getCacheRegionNames()
                .isEmpty();
    }

    @Override
    public Tables tables(Query query) {
        SessionFactory factory =
                query.unwrap(org.hibernate.query.Query.class).getSession().getFactory();
        return MappedTables.of(factory).ofQuery(query);
    }

    @Override
    public Tables tablesRead(EntityManagerFactory factory, Class<?> entity) {
        SessionFactoryImplementor known = factory.unwrap(SessionFactoryImplementor.class);
        return MappedTables.of(known).read(known, entity);
    }

    @Override
    public Tables tablesOf(EntityManagerFactory factory, Class<?> entity) {
        SessionFactoryImplementor known = factory.unwrap(SessionFactoryImplementor.class);
        return MappedTables.of(known).owned(known, entity);
    }

    @Override
    public Tables tablesReferred(EntityManagerFactory factory, Tables tables) {
        SessionFactoryImplementor known = factory.unwrap(SessionFactoryImplementor.class);
        return MappedTables.of(known).referred(known, tables);
    }

    @Override
    public boolean join(EntityManager entityManager, Writing writing) {
        return FlushListener.join(entityManager.unwrap(SharedSessionContractImplementor.class), writing);
    }

    @Override
    public boolean afterCommit(EntityManager entityManager, Runnable hook) {
        return FlushListener.afterCommit(entityManager.unwrap(SharedSessionContractImplementor.class), hook);
    }

    @Override
    public boolean observe(EntityManagerFactory factory, WriteObserver observer) {
        FlushListener.register(factory.unwrap(SessionFactoryImplementor.class), observer);
        return true;
    }

    @Override
    public String toSql(Query query) {
        return Translation.of(query).sql();
    }

    /** MariaDB's plan is a table of many columns unless one asks for a text. */
    private static String explain(EntityManager entityManager) {
        boolean mariadb = entityManager
                        .unwrap(SharedSessionContractImplementor.class)
                        .getFactory()
                        .getJdbcServices()
                        .getDialect()
                instanceof MariaDBDialect;
        return mariadb ? "explain format=json " : "explain ";
    }

    @Override
    public List<String> explain(EntityManager entityManager, Query query) {
        Translation translation = Translation.of(query);
        return entityManager.unwrap(Session.class).doReturningWork(connection -> {
            List<String> lines = new ArrayList<>();
            try (PreparedStatement statement =
                    connection.prepareStatement(explain(entityManager) + translation.sql())) {
                translation.bind(statement, 1, 0, translation.size());
                try (ResultSet plan = statement.executeQuery()) {
                    while (plan.next()) {
                        plan.getString(1).lines().forEach(lines::add);
                    }
                }
            }
            return lines;
        });
    }
}
