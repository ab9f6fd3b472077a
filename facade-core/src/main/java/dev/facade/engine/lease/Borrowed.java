package dev.facade.engine.lease;

import dev.facade.spi.ProviderExtension;
import jakarta.persistence.EntityManager;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * EntityManagers of the facade's own on which the caller's code has run, with statements that may have set something for
 * their connection: a role, a variable, a lock. That is taken back before the connection is. Thread-safe.
 *
 * <p>It costs one round trip, and nothing for the others.
 */
public final class Borrowed {

    private static final Logger LOG = LoggerFactory.getLogger(Borrowed.class);

    private final Set<EntityManager> lent = ConcurrentHashMap.newKeySet();
    private final ProviderExtension extension;

    public Borrowed(ProviderExtension extension) {
        this.extension = extension;
    }

    /** Code of the caller's runs on it from now on. A host's is the host's affair. */
    public void lend(EntityManager entityManager) {
        lent.add(entityManager);
    }

    /** Its connection was aborted. */
    void forget(EntityManager entityManager) {
        lent.remove(entityManager);
    }

    /** Takes back what was set, before it is closed. Never throws. */
    public void giveBack(EntityManager entityManager) {
        if (lent.isEmpty() || !lent.remove(entityManager) || !entityManager.isOpen()) {
            return;
        }
        try {
            extension.restore(entityManager);
        } catch (RuntimeException failure) {
            LOG.debug("a connection could not be restored, it is closed", failure);
        }
    }
}
