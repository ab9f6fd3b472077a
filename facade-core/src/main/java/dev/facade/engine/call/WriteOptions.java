package dev.facade.engine.call;

import dev.facade.option.Schema;
import dev.facade.option.Timeout;
import dev.facade.option.WriteOption;
import dev.facade.option.WriteOption.Force;
import dev.facade.option.WriteOption.Progress;
import dev.facade.option.WriteOption.Returning;
import dev.facade.option.WriteOption.Stale;
import dev.facade.query.OnConflict;
import jakarta.persistence.Query;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of one write, checked: each allowed, and each once at most. Immutable. */
public final class WriteOptions {

    public static final Set<Class<? extends WriteOption>> OF_ENTITY_INSERT =
            Set.of(OnConflict.class, Returning.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_CHANGESET_INSERT =
            Set.of(OnConflict.class, Returning.class, Stale.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_ENTITY_UPDATE = Set.of(Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_CHANGESET_UPDATE =
            Set.of(Returning.class, Force.class, Stale.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_CHANGESET_DELETE =
            Set.of(Stale.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_BULK_INSERT =
            Set.of(OnConflict.class, Progress.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_BULK_INSERT_RETURNING =
            Set.of(OnConflict.class, Progress.class, Returning.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_SELECTED_INSERT =
            Set.of(OnConflict.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_SELECTED_INSERT_RETURNING =
            Set.of(OnConflict.class, Returning.class, Timeout.class, Schema.class);
    public static final Set<Class<? extends WriteOption>> OF_BULK = Set.of(Timeout.class, Schema.class);

    public static final WriteOptions NONE = new WriteOptions();

    private final Map<Class<?>, WriteOption> given = new HashMap<>();

    private WriteOptions() {}

    public static WriteOptions of(String operation, Set<Class<? extends WriteOption>> allowed, WriteOption... options) {
        WriteOptions result = new WriteOptions();
        for (WriteOption option : options) {
            if (option == null || !allowed.contains(option.getClass())) {
                throw new IllegalArgumentException("option: " + option + " of " + operation + " (expected: "
                        + allowed.stream().map(Class::getSimpleName).sorted().toList() + ")");
            }
            if (result.given.put(option.getClass(), option) != null) {
                throw new IllegalArgumentException("option: " + option + " of " + operation + " (expected: one "
                        + option.getClass().getSimpleName() + " at most)");
            }
        }
        return result;
    }

    public <O extends WriteOption> @Nullable O get(Class<O> type) {
        return type.cast(given.get(type));
    }

    /** Limits a query's time, if a limit is given. */
    public <Q extends Query> Q timed(Q query) {
        Timeout timeout = get(Timeout.class);
        if (timeout != null) {
            query.setHint(
                    "jakarta.persistence.query.timeout", (int) timeout.limit().toMillis());
        }
        return query;
    }

    public boolean has(Class<? extends WriteOption> type) {
        return given.containsKey(type);
    }
}
