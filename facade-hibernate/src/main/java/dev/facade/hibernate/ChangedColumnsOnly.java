package dev.facade.hibernate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.jpa.boot.spi.IntegratorProvider;
import org.hibernate.mapping.PersistentClass;

/** Lets every update name the changed columns only, whatever the mapping says. Runs before Hibernate reads the mapping. */
final class ChangedColumnsOnly implements Integrator {

    private static final String PROVIDER = "hibernate.integrator_provider";

    /** Adds itself to the integrators that the caller may have given. */
    static void addTo(Map<String, Object> properties) {
        Object given = properties.get(PROVIDER);
        IntegratorProvider all = () -> {
            List<Integrator> integrators = new ArrayList<>();
            integrators.add(new ChangedColumnsOnly());
            if (given instanceof IntegratorProvider callers) {
                integrators.addAll(callers.getIntegrators());
            }
            return integrators;
        };
        properties.put(PROVIDER, all);
    }

    @Override
    public void integrate(Metadata metadata, BootstrapContext bootstrapContext, SessionFactoryImplementor factory) {
        for (PersistentClass type : metadata.getEntityBindings()) {
            if (type.getCustomSQLUpdate() == null) {
                type.setDynamicUpdate(true);
            }
        }
    }
}
