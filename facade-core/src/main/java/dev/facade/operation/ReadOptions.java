package dev.facade.operation;

import dev.facade.consistency.Consistency;
import dev.facade.event.Receipt.Recipient;
import dev.facade.option.FetchSize;
import dev.facade.option.Lock;
import dev.facade.option.ReadOption;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Preload;
import jakarta.persistence.Query;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of one call, checked. Immutable. */
record ReadOptions(
        Target target,
        @Nullable Preload preload,
        @Nullable Lock lock,
        int fetchSize,
        @Nullable Timeout timeout,
        @Nullable Schema schema,
        @Nullable Consistency consistency,
        @Nullable Recipient recipient) {

    static final Set<Class<?>> OF_ROWS = Set.of(
            Target.class, Preload.class, Lock.class, Timeout.class, Schema.class, Consistency.class, Recipient.class);
    static final Set<Class<?>> OF_PAGES =
            Set.of(Target.class, Preload.class, Timeout.class, Schema.class, Consistency.class, Recipient.class);
    static final Set<Class<?>> OF_VALUES =
            Set.of(Target.class, Timeout.class, Schema.class, Consistency.class, Recipient.class);
    static final Set<Class<?>> OF_STREAMS =
            Set.of(Target.class, FetchSize.class, Timeout.class, Schema.class, Consistency.class, Recipient.class);
    static final Set<Class<?>> OF_TRANSACTIONS = Set.of(Target.class, Schema.class, Consistency.class, Recipient.class);

    private static final String TIMEOUT = "jakarta.persistence.query.timeout";
    private static final ReadOptions DEFAULT =
            new ReadOptions(Target.replica(), null, null, 500, null, null, null, null);

    static ReadOptions of(String operation, Set<Class<?>> allowed, ReadOption... options) {
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
        return result;
    }

    <Q extends Query> Q timed(Q query) {
        if (timeout != null) {
            query.setHint(TIMEOUT, (int) timeout.limit().toMillis());
        }
        return query;
    }

    static ReadOptions to(Target target) {
        return DEFAULT.with(target);
    }

    /** Of an operation that needs a node, but none of its data. */
    static ReadOptions ofNoData() {
        return DEFAULT.with(Consistency.eventual());
    }

    private ReadOptions with(ReadOption option) {
        if (option instanceof Target chosen) {
            return new ReadOptions(chosen, preload, lock, fetchSize, timeout, schema, consistency, recipient);
        }
        if (option instanceof Preload chosen) {
            return new ReadOptions(target, chosen, lock, fetchSize, timeout, schema, consistency, recipient);
        }
        if (option instanceof Lock chosen) {
            return new ReadOptions(target, preload, chosen, fetchSize, timeout, schema, consistency, recipient);
        }
        if (option instanceof FetchSize chosen) {
            return new ReadOptions(target, preload, lock, chosen.rows(), timeout, schema, consistency, recipient);
        }
        if (option instanceof Schema chosen) {
            return new ReadOptions(target, preload, lock, fetchSize, timeout, chosen, consistency, recipient);
        }
        if (option instanceof Consistency chosen) {
            return new ReadOptions(target, preload, lock, fetchSize, timeout, schema, chosen, recipient);
        }
        if (option instanceof Recipient chosen) {
            return new ReadOptions(target, preload, lock, fetchSize, timeout, schema, consistency, chosen);
        }
        return new ReadOptions(target, preload, lock, fetchSize, (Timeout) option, schema, consistency, recipient);
    }
}
