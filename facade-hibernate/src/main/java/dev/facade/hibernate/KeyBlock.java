package dev.facade.hibernate;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.Generator;
import org.hibernate.id.enhanced.NoopOptimizer;
import org.hibernate.id.enhanced.Optimizer;
import org.hibernate.id.enhanced.PooledOptimizer;
import org.hibernate.id.enhanced.SequenceStyleGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keys of an entity's generator, many by one statement where the database has sequences and the generator's way to use
 * them is known: a sequence that counts blocks stands for the keys up to its value. Used by one thread.
 */
final class KeyBlock {

    private final SharedSessionContractImplementor session;
    private final BulkAttribute key;
    private final Deque<Long> sources = new ArrayDeque<>();
    private final int size;
    private final long first;
    private final @Nullable String nextValue;
    private long next;
    private long last = -1;

    KeyBlock(SharedSessionContractImplementor session, BulkAttribute key) {
        this.session = session;
        this.key = key;
        boolean counted = key.type() == Long.class || key.type() == Integer.class;
        boolean postgresql = session.getFactory().getJdbcServices().getDialect() instanceof PostgreSQLDialect;
        if (counted && postgresql && key.generator() instanceof SequenceStyleGenerator sequence && isKnown(sequence)) {
            size = sequence.getOptimizer() instanceof PooledOptimizer pooled ? pooled.getIncrementSize() : 1;
            first = sequence.getDatabaseStructure().getInitialValue();
            nextValue = sequence.determineBulkInsertionIdentifierGenerationSelectFragment(
                    session.getFactory().getSqlStringGenerationContext());
        } else {
            size = 1;
            first = 1;
            nextValue = null;
        }
    }

    private static boolean isKnown(SequenceStyleGenerator sequence) {
        Optimizer optimizer = sequence.getOptimizer();
        return sequence.supportsBulkInsertionIdentifierGeneration()
                && (optimizer instanceof PooledOptimizer || optimizer instanceof NoopOptimizer);
    }

    /** Says how many keys will be asked for; a few are left to the generator, so that none are wasted. */
    void reserve(int keys) {
        long there = (long) sources.size() * size + Math.max(0, last - next + 1);
        if (nextValue == null || keys <= Math.max(size, 10) || there >= keys) {
            return;
        }
        long blocks = (keys - there + size - 1) / size;
        String sql = "select " + nextValue + " from generate_series(1, ?)";
        PreparedStatement statement =
                session.getJdbcCoordinator().getStatementPreparer().prepareStatement(sql);
        try {
            statement.setLong(1, blocks);
            ResultSet values = session.getJdbcCoordinator().getResultSetReturn().extract(statement, sql);
            while (values.next()) {
                sources.add(values.getLong(1));
            }
        } catch (SQLException failure) {
            throw Jdbc.converted(session, failure, sql);
        } finally {
            Jdbc.release(session, statement);
        }
    }

    boolean isUnset(@Nullable Object value) {
        return value == null || (key.generator() != null && key.isUnset(value));
    }

    /** A key, or null if the generator makes none before the row is there. */
    @Nullable
    Object next(@Nullable Object owner) {
        if (next > last && !sources.isEmpty()) {
            last = sources.remove();
            // Nothing below the initial value is the sequence's: its first block is that one key.
            next = Math.max(last - size + 1, Math.min(first, last));
        }
        if (next > last) {
            return generated(owner);
        }
        long value = next++;
        return key.type() == Integer.class ? (Object) Math.toIntExact(value) : (Object) value;
    }

    @SuppressWarnings("NullAway") // generators of Hibernate's own do without an owner
    private @Nullable Object generated(@Nullable Object owner) {
        Generator generator = key.generator();
        boolean before = generator instanceof BeforeExecutionGenerator
                && generator.generatesOnInsert()
                && (owner == null
                        ? !generator.generatedOnExecution()
                        : generator.generatedBeforeExecution(owner, session));
        return before ? ((BeforeExecutionGenerator) generator).generate(session, owner, null, EventType.INSERT) : null;
    }
}
