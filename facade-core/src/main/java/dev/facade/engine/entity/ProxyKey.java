package dev.facade.engine.entity;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The key of an entity that is not loaded. Hibernate's proxies know it, but JPA has words to ask for it only with a
 * factory at hand.
 */
final class ProxyKey {

    private static final String PROXY = "org.hibernate.proxy.HibernateProxy";

    private ProxyKey() {}

    /** Null if it is no such proxy. */
    static @Nullable Object of(Object entity) throws ReflectiveOperationException {
        for (Class<?> type : entity.getClass().getInterfaces()) {
            if (type.getName().equals(PROXY)) {
                Method initializer = type.getMethod("getHibernateLazyInitializer");
                Method identifier = initializer.getReturnType().getMethod("getInternalIdentifier");
                return identifier.invoke(initializer.invoke(entity));
            }
        }
        return null;
    }
}
