package dev.facade.operation;

import jakarta.persistence.EntityManager;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of a cursor, detached one by one so that memory stays flat. Used by one thread. */
final class RowStream<T> implements Iterator<T> {

    private final Iterator<T> rows;
    private final EntityManager em;
    private final boolean managed;

    private RowStream(Iterator<T> rows, EntityManager em, boolean managed) {
        this.rows = rows;
        this.em = em;
        this.managed = managed;
    }

    static <T> Stream<T> open(Stream<T> rows, Lease lease) {
        return open(rows, lease.entityManager(), false).onClose(lease::close);
    }

    static <T> Stream<T> open(Stream<T> rows, FacadeTransaction transaction) {
        return open(rows, transaction.entityManager(), transaction.isManaged());
    }

    private static <T> Stream<T> open(Stream<T> rows, EntityManager em, boolean managed) {
        Iterator<T> iterator = rows.iterator();
        if (!iterator.hasNext()) { // sends the query, so that a failure is still one of the call
            return Stream.<T>empty().onClose(rows::close);
        }
        Spliterator<T> detached =
                Spliterators.spliteratorUnknownSize(new RowStream<>(iterator, em, managed), Spliterator.ORDERED);
        return StreamSupport.stream(detached, false).onClose(rows::close);
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public T next() {
        T row = rows.next();
        if (!managed) {
            em.clear();
        }
        return row;
    }
}
