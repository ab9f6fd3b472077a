package dev.facade.hibernate;

import dev.facade.operation.ProviderExtension;
import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Query;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.Hibernate;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.action.internal.BulkOperationCleanupAction;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.Status;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.TypeHelper;
import org.jspecify.annotations.Nullable;

/** What Hibernate can do beyond JPA. Thread-safe. */
public final class HibernateExtension implements ProviderExtension {

    /** Made by the service loader. */
    public HibernateExtension() {}

    @Override
    public boolean accepts(EntityManagerFactory factory) {
        return factory instanceof SessionFactory
                || factory.unwrap(EntityManagerFactory.class) instanceof SessionFactory;
    }

    @Override
    public <T> @Nullable T attach(EntityManager entityManager, T entity) {
        SharedSessionContractImplementor session = entityManager.unwrap(SharedSessionContractImplementor.class);
        Object plain = Hibernate.unproxy(entity);
        EntityPersister persister = session.getEntityPersister(null, plain);
        EntityKey key = session.generateEntityKey(persister.getIdentifier(plain, session), persister);
        References.standIn(session, entityManager, persister, key.getIdentifier(), plain);
        @Nullable Object[] state = persister.getValues(plain);
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

    @Override
    public Inserted insert(EntityManager entityManager, Rows rows) {
        entityManager.flush();
        Inserted inserted = new BulkInsert(entityManager, rows).run();
        changed(entityManager, rows.entity());
        return inserted;
    }

    @Override
    public long insertSelected(EntityManager entityManager, Selected selected) {
        entityManager.flush();
        long count = new SelectedInsert(entityManager, selected).run();
        changed(entityManager, selected.entity());
        return count;
    }

    private static void changed(EntityManager entityManager, Class<?> entity) {
        SharedSessionContractImplementor session = entityManager.unwrap(SharedSessionContractImplementor.class);
        BulkOperationCleanupAction.schedule(
                session, session.getFactory().getMappingMetamodel().getEntityDescriptor(entity));
    }

    @Override
    public EntityManager open(EntityManagerFactory factory, Schema schema) {
        return SchemaSessions.open(factory.unwrap(SessionFactory.class), schema);
    }

    @Override
    public boolean keepsConnection(EntityManagerFactory factory) {
        return factory.unwrap(SessionFactoryImplementor.class)
                        .getSessionFactoryOptions()
                        .getPhysicalConnectionHandlingMode()
                        .getReleaseMode()
                == ConnectionReleaseMode.ON_CLOSE;
    }

    @Override
    public String toSql(Query query) {
        return Translation.of(query).sql();
    }

    @Override
    public List<String> explain(EntityManager entityManager, Query query) {
        Translation translation = Translation.of(query);
        return entityManager.unwrap(Session.class).doReturningWork(connection -> {
            List<String> lines = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("explain " + translation.sql())) {
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
