package dev.facade.engine.lease;

import dev.facade.engine.member.NodeFactories;
import dev.facade.spi.ProviderExtension;
import jakarta.persistence.CacheRetrieveMode;
import jakarta.persistence.CacheStoreMode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Query;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the database whatever a second-level cache has, which may lack what others have committed. Thread-safe.
 *
 * <p>An EntityManager is told by a property, which Hibernate heeds in each of its ways to read; EclipseLink heeds it in
 * a {@code find} without hints only, so each query and {@code find} is told too, and in a host's transaction it is left
 * alone. Its queries build upon what the cache has, unless they are to refresh it.
 */
public final class CacheBypass {

    private static final String RETRIEVE_MODE = "jakarta.persistence.cache.retrieveMode";
    private static final String STORE_MODE = "jakarta.persistence.cache.storeMode";

    private final Set<EntityManagerFactory> cached = Collections.newSetFromMap(new IdentityHashMap<>());
    private final boolean masterIsCached;
    private final boolean clusterWide;
    private boolean portable;

    /** Bypasses the caches of the factories that lead to the master; factories without a cache are left alone. */
    public CacheBypass(NodeFactories factories) {
        this.masterIsCached = ProviderExtension.of(factories.master()).hasSharedCache(factories.master());
        this.clusterWide = factories.clusterWideCache();
        if (!clusterWide) {
            factories.toMaster().forEach(this::add);
        }
    }

    private void add(EntityManagerFactory factory) {
        ProviderExtension extension = ProviderExtension.of(factory);
        if (extension.hasSharedCache(factory)) {
            cached.add(factory);
            portable |= extension == ProviderExtension.portable();
        }
    }

    /** Tells whether the master's cache may answer a statement, for which something is promised or nothing. */
    public boolean mayBeCached(boolean promised) {
        return masterIsCached && (clusterWide || !promised);
    }

    /** The same EntityManager, which reads from the database and not from the second-level cache. */
    public EntityManager of(EntityManagerFactory factory, EntityManager em) {
        if (cached.contains(factory)) {
            em.setProperty(RETRIEVE_MODE, CacheRetrieveMode.BYPASS);
        }
        return em;
    }

    /** The same for a while, on somebody else's EntityManager, whose modes are kept. */
    public <T> T during(EntityManagerFactory factory, EntityManager em, Function<EntityManager, T> work) {
        if (portable || !cached.contains(factory)) { // EclipseLink cannot take a mode back
            return work.apply(em);
        }
        CacheRetrieveMode retrieving = em.getCacheRetrieveMode();
        CacheStoreMode storing = em.getCacheStoreMode();
        em.setProperty(RETRIEVE_MODE, CacheRetrieveMode.BYPASS);
        em.setCacheStoreMode(storing);
        try {
            return work.apply(em);
        } finally {
            em.setProperty(RETRIEVE_MODE, retrieving);
            em.setCacheStoreMode(storing);
        }
    }

    /** A find does as its EntityManager does. */
    public Map<String, Object> heeded(EntityManager em, Map<String, Object> hints) {
        if (!isTold(em)) {
            return hints;
        }
        Map<String, Object> more = new HashMap<>(hints);
        more.put(RETRIEVE_MODE, CacheRetrieveMode.BYPASS);
        return more;
    }

    /** A query does as its EntityManager does. */
    public <Q extends Query> Q heeded(EntityManager em, Q query) {
        if (isTold(em)) {
            query.setHint(STORE_MODE, CacheStoreMode.REFRESH);
        }
        return query;
    }

    private boolean isTold(EntityManager em) {
        return portable && em.getProperties().get(RETRIEVE_MODE) == CacheRetrieveMode.BYPASS;
    }
}
