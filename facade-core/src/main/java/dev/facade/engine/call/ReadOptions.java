package dev.facade.engine.call;

import dev.facade.consistency.Consistency;
import dev.facade.event.Receipt.Recipient;
import dev.facade.option.Lock;
import dev.facade.option.OnMiss;
import dev.facade.option.Priority;
import dev.facade.option.ReadOption;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Preload;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of one call, checked. Immutable. */
public record ReadOptions(
        Target target,
        @Nullable Preload preload,
        @Nullable Lock lock,
        int fetchSize,
        @Nullable Timeout timeout,
        @Nullable Schema schema,
        @Nullable Consistency consistency,
        @Nullable Recipient recipient,
        Priority priority,
        OnMiss onMiss,
        boolean lent) {

    public static final Set<Class<?>> OF_ROWS = Set.of(
            Target.class,
            Preload.class,
            Lock.class,
            Timeout.class,
            Schema.class,
            Consistency.class,
            Recipient.class,
            Priority.class);
    public static final Set<Class<?>> OF_ROW = Set.of(
            Target.class,
            Preload.class,
            Lock.class,
            Timeout.class,
            Schema.class,
            Consistency.class,
            Recipient.class,
            Priority.class,
            OnMiss.class);
    public static final Set<Class<?>> OF_PAGES = Set.of(
            Target.class,
            Preload.class,
            Timeout.class,
            Schema.class,
            Consistency.class,
            Recipient.class,
            Priority.class);
    public static final Set<Class<?>> OF_VALUES =
            Set.of(Target.class, Timeout.class, Schema.class, Consistency.class, Recipient.class, Priority.class);
    public static final Set<Class<?>> OF_STREAMS = Set.of(
            Target.class,
            FetchSize.class,
            Timeout.class,
            Schema.class,
            Consistency.class,
            Recipient.class,
            Priority.class);
    public static final Set<Class<?>> OF_TRANSACTIONS =
            Set.of(Target.class, Schema.class, Consistency.class, Recipient.class, Priority.class);

    private static final String TIMEOUT = "jakarta.persistence.query.timeout";
    private static final ReadOptions DEFAULT = new ReadOptions(
            Target.replica(), null, null, 500, null, null, null, null, Priority.NORMAL, OnMiss.ANSWER, false);

    public static ReadOptions of(String operation, Set<Class<?>> allowed, ReadOption... options) {
        ReadOptions result = DEFAULT;
        Set<Class<?>> seen = options.length < 2 ? Set.of() : new HashSet<>();
        for (ReadOption option : options) {
            if (option == null || !allowed.contains(option.getClass())) {
                throw new IllegalArgumentException("option: " + option + " of " + operation + " (expected: "
                        + allowed.stream().map(Class::getSimpleName).sorted().toList() + ")");
            }
            if (options.length > 1 && !seen.add(option.getClass())) {
                throw new IllegalArgumentException("option: " + option + " of " + operation + " (expected: one "
                        + option.getClass().getSimpleName() + " at most)");
            }
            result = result.with(option);
        }
        if (result.lock != null && result.target.replicaName() != null) {
            throw new IllegalArgumentException("option: " + result.target + " with " + result.lock + " of " + operation
                    + " (expected: the master; locks are taken there)");
        }
        if (result.consistency != null
                && result.consistency.level() == Consistency.Level.STRONG
                && result.target.replicaName() != null) {
            throw new IllegalArgumentException("option: " + result.target + " with Consistency.strong() of " + operation
                    + " (expected: no target, or the master, which alone has all that is committed)");
        }
        if (result.onMiss == OnMiss.ASK_MASTER && isPlaced(options)) {
            throw new IllegalArgumentException(
                    "option: " + result.onMiss + " of " + operation + " with " + List.of(options)
                            + " (expected: no target, lock or Consistency.strong(), so that a replica is read)");
        }
        return result;
    }

    /** Tells whether options say which node is read, so that no other is asked. */
    public static boolean isPlaced(ReadOption... options) {
        for (ReadOption option : options) {
            boolean placed = option instanceof Target target && (target.isMaster() || target.replicaName() != null);
            boolean strong = option instanceof Consistency level && level.level() == Consistency.Level.STRONG;
            if (placed || strong || option instanceof Lock) {
                return true;
            }
        }
        return false;
    }

    public <Q extends Query> Q timed(Q query) {
        if (timeout != null) {
            query.setHint(TIMEOUT, (int) timeout.limit().toMillis());
        }
        return query;
    }

    /** The options of an EntityManager that is lent to the caller's code, which may take any time. */
    public static ReadOptions lending(Target target) {
        return new ReadOptions(target, null, null, 500, null, null, null, null, Priority.NORMAL, OnMiss.ANSWER, true);
    }

    /** The driver speaks first; what it does not end is ended half a second later. */
    public @Nullable Duration deadline() {
        return timeout == null ? null : timeout.limit().plusMillis(500);
    }

    /** The options of an operation that needs a node, but none of its data. */
    public static ReadOptions ofNoData() {
        return DEFAULT.with(Consistency.eventual());
    }

    /** In a schema, or in none. */
    public ReadOptions in(@Nullable Schema place) {
        return place == schema
                ? this
                : new ReadOptions(
                        target,
                        preload,
                        lock,
                        fetchSize,
                        timeout,
                        place,
                        consistency,
                        recipient,
                        priority,
                        onMiss,
                        lent);
    }

    private ReadOptions with(ReadOption option) {
        if (option instanceof Target chosen) {
            return new ReadOptions(
                    chosen, preload, lock, fetchSize, timeout, schema, consistency, recipient, priority, onMiss, lent);
        }
        if (option instanceof Preload chosen) {
            return new ReadOptions(
                    target, chosen, lock, fetchSize, timeout, schema, consistency, recipient, priority, onMiss, lent);
        }
        if (option instanceof Lock chosen) {
            return new ReadOptions(
                    target,
                    preload,
                    chosen,
                    fetchSize,
                    timeout,
                    schema,
                    consistency,
                    recipient,
                    priority,
                    onMiss,
                    lent);
        }
        if (option instanceof FetchSize chosen) {
            return new ReadOptions(
                    target,
                    preload,
                    lock,
                    chosen.rows(),
                    timeout,
                    schema,
                    consistency,
                    recipient,
                    priority,
                    onMiss,
                    lent);
        }
        if (option instanceof Schema chosen) {
            return new ReadOptions(
                    target, preload, lock, fetchSize, timeout, chosen, consistency, recipient, priority, onMiss, lent);
        }
        if (option instanceof Consistency chosen) {
            return new ReadOptions(
                    target, preload, lock, fetchSize, timeout, schema, chosen, recipient, priority, onMiss, lent);
        }
        if (option instanceof Recipient chosen) {
            return new ReadOptions(
                    target, preload, lock, fetchSize, timeout, schema, consistency, chosen, priority, onMiss, lent);
        }
        if (option instanceof Priority chosen) {
            return new ReadOptions(
                    target, preload, lock, fetchSize, timeout, schema, consistency, recipient, chosen, onMiss, lent);
        }
        if (option instanceof OnMiss chosen) {
            return new ReadOptions(
                    target, preload, lock, fetchSize, timeout, schema, consistency, recipient, priority, chosen, lent);
        }
        return new ReadOptions(
                target,
                preload,
                lock,
                fetchSize,
                (Timeout) option,
                schema,
                consistency,
                recipient,
                priority,
                onMiss,
                lent);
    }
}
