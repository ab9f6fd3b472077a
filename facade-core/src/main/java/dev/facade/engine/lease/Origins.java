package dev.facade.engine.lease;

import dev.facade.option.Schema;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that living entities were read or written in. Thread-safe.
 *
 * <p>An entity is known by its identity, and forgotten with it. Nothing is kept of what is read in no schema, so that costs
 * nothing.
 */
public final class Origins {

    private final ConcurrentHashMap<Object, Schema> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    /** A living entity; equal to what stands for the same one. */
    private static final class Living extends WeakReference<Object> {

        private final int hash;

        Living(Object entity, ReferenceQueue<Object> gone) {
            super(entity, gone);
            this.hash = System.identityHashCode(entity);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            Object entity = get();
            return this == other || (entity != null && other instanceof Living living && living.get() == entity);
        }
    }

    /** What an entity is looked up by. */
    private record Same(Object entity) {

        @Override
        public int hashCode() {
            return System.identityHashCode(entity);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Living living && living.get() == entity;
        }
    }

    public void add(Object entity, Schema schema) {
        for (Reference<?> dead = gone.poll(); dead != null; dead = gone.poll()) {
            known.remove(dead);
        }
        known.put(new Living(entity, gone), schema);
    }

    public boolean isKnown(@Nullable Object entity) {
        return entity != null && !known.isEmpty() && known.containsKey(new Same(entity));
    }

    /** Refuses an entity that is known to come from another schema than the one that is worked in. */
    public void check(String operation, Object entity, @Nullable Schema schema) {
        Schema origin = known.get(new Same(entity));
        if (origin != null && !origin.equals(schema)) {
            throw new IllegalArgumentException(operation + ": a "
                    + entity.getClass().getName() + " of schema "
                    + origin.name() + " in " + (schema == null ? "the default schema" : "schema " + schema.name())
                    + " (expected: the repository of inSchema(\"" + origin.name() + "\"), or a new entity)");
        }
    }
}
