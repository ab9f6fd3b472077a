package dev.facade.engine;

import dev.facade.engine.lease.Lease;
import dev.facade.engine.transaction.FacadeTransaction;
import jakarta.persistence.EntityManager;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows of a cursor, detached one by one so that memory stays flat. Used by one thread. */
public final class RowStream<T> implements Iterator<T> {

    private final Iterator<T> rows;
    private final EntityManager em;
    private final @Nullable FacadeTransaction transaction;

    private RowStream(Iterator<T> rows, EntityManager em, @Nullable FacadeTransaction transaction) {
        this.rows = rows;
        this.em = em;
        this.transaction = transaction;
    }

    public static <T> Stream<T> open(Stream<T> rows, Lease lease) {
        return open(rows, lease.entityManager(), null).onClose(lease::close);
    }

    public static <T> Stream<T> open(Stream<T> rows, FacadeTransaction transaction) {
        return open(rows, transaction.entityManager(), transaction);
    }

    private static <T> Stream<T> open(Stream<T> rows, EntityManager em, @Nullable FacadeTransaction transaction) {
        Iterator<T> iterator = rows.iterator();
        if (!iterator.hasNext()) { // sends the query, so that a failure is still one of the call
            return Stream.<T>empty().onClose(rows::close);
        }
        Spliterator<T> detached =
                Spliterators.spliteratorUnknownSize(new RowStream<>(iterator, em, transaction), Spliterator.ORDERED);
        return StreamSupport.stream(detached, false).onClose(rows::close);
    }

    @Override
    public boolean hasNext() {
        try {
            return rows.hasNext();
        } catch (RuntimeException failure) {
            throw poisoning(failure);
        }
    }

    @Override
    public T next() {
        T row;
        try {
            row = rows.next();
        } catch (NoSuchElementException end) {
            throw end;
        } catch (RuntimeException failure) {
            throw poisoning(failure);
        }
        if (transaction == null || !transaction.isManaged()) {
            em.clear();
        }
        return row;
    }

    /** The database has aborted the transaction that the stream runs in. */
    private RuntimeException poisoning(RuntimeException failure) {
        if (transaction != null) {
            transaction.poison(failure);
        }
        return failure;
    }
}
