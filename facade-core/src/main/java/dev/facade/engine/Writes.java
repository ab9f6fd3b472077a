package dev.facade.engine;

import dev.facade.engine.call.Place;
import dev.facade.engine.call.Recorder;
import dev.facade.engine.call.Recording;
import dev.facade.engine.call.TimedOut;
import dev.facade.engine.call.WriteOptions;
import dev.facade.engine.lease.Borrowed;
import dev.facade.engine.lease.EntityManagers;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.engine.transaction.MasterGate;
import dev.facade.engine.transaction.MasterTransactions;
import dev.facade.engine.transaction.Retrying;
import dev.facade.engine.transaction.Sessions;
import dev.facade.engine.transaction.ThreadTransactions;
import dev.facade.event.Reason;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Retry;
import dev.facade.option.Schema;
import dev.facade.option.Timeout;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.Tables;
import dev.facade.time.Ticker;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs writes and transactions on the master: in the transaction of their thread, else in one of their own. Thread-safe. */
public final class Writes {

    private final Recorder recorder;
    private final ThreadTransactions transactions;
    private final Sessions sessions;
    private final MasterGate gate;
    private final MasterTransactions master;
    private final Ticker ticker;
    private final ProviderExtension.WriteObserver flushes; // known to the factory as long as it is kept here
    private final boolean flushesAreHeard;
    private final Place place;
    private final Borrowed borrowed;

    Writes(
            EntityManagers entityManagers,
            Recorder recorder,
            ThreadTransactions transactions,
            Sessions sessions,
            MasterGate gate,
            Place place,
            Ticker ticker) {
        this.recorder = recorder;
        this.transactions = transactions;
        this.sessions = sessions;
        this.gate = gate;
        this.master = new MasterTransactions(entityManagers, transactions, gate);
        this.place = place;
        this.borrowed = entityManagers.borrowed();
        this.ticker = ticker;
        this.flushes = sessions::flushing;
        this.flushesAreHeard = entityManagers.extension().observe(entityManagers.master(), flushes);
    }

    private Writes(Writes other, Place place) {
        this.recorder = other.recorder;
        this.transactions = other.transactions;
        this.sessions = other.sessions;
        this.gate = other.gate;
        this.master = other.master;
        this.ticker = other.ticker;
        this.flushes = other.flushes;
        this.flushesAreHeard = other.flushesAreHeard;
        this.borrowed = other.borrowed;
        this.place = place;
    }

    /** The same, in another place. */
    Writes at(Place other) {
        return new Writes(this, other);
    }

    // -- writes

    public <T> T write(String operation, String subject, Function<FacadeTransaction, T> work) {
        return write(operation, subject, WriteOptions.NONE, work);
    }

    public <T> T write(String operation, String subject, WriteOptions options, Function<FacadeTransaction, T> work) {
        return TimedOut.told(operation, options.get(Timeout.class), () -> written(operation, subject, options, work));
    }

    private <T> T written(String operation, String subject, WriteOptions options, Function<FacadeTransaction, T> work) {
        Recording recording = recorder.begin(operation, subject);
        try {
            Schema schema = transactions.schema(operation, place.of(operation, options.get(Schema.class)));
            FacadeTransaction current = transactions.current();
            T result;
            if (current == null) {
                recording.routed(gate.master(), Reason.WRITE);
                result = timed(() -> committed(
                        operation, schema, options.get(Timeout.class), transaction -> writeInside(transaction, work)));
            } else {
                current.checkUsable(operation);
                current.checkWritable(operation);
                if (current.isManaged()) { // its host did not ask when it began
                    gate.checkOneMaster(operation);
                }
                recording.routed(current.node(), Reason.JOINED_TRANSACTION);
                result = writeInside(current, work);
            }
            recording.succeeded(result);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    /** A write that runs code of the caller's: what that does is part of its transaction. */
    public <T> T writeBound(
            String operation, String subject, WriteOptions options, Function<FacadeTransaction, T> work) {
        return write(
                operation,
                subject,
                options,
                transaction -> transactions.bound(transaction, () -> work.apply(transaction)));
    }

    /** A write that runs what the caller has written, which may also leave something on the connection. */
    public <T> T writeForeign(String operation, String subject, Function<FacadeTransaction, T> work) {
        return writeAnything(operation, subject, transaction -> {
            if (!transaction.isManaged()) {
                borrowed.lend(transaction.entityManager());
            }
            return work.apply(transaction);
        });
    }

    /** A write whose work may write anything, which no flush tells of. */
    public <T> T writeAnything(String operation, String subject, Function<FacadeTransaction, T> work) {
        return write(operation, subject, transaction -> {
            sessions.writing(Tables.unknown(), transaction);
            return work.apply(transaction);
        });
    }

    /** Rows of an entity, and of its collections, are written in this thread's transaction without a flush. */
    public void writing(Class<?> entity) {
        sessions.writing(entity, transactions.current());
    }

    /** Rows are written by a statement of JPQL. */
    public void writing(Query statement) {
        sessions.writing(statement, transactions.current());
    }

    /** A transaction of its own, and what is to be done after its commit. */
    private <T, X extends Exception> T committed(
            String operation,
            @Nullable Schema schema,
            @Nullable Timeout timeout,
            MasterTransactions.InTransaction<T, X> body)
            throws X {
        List<FacadeTransaction> ran = new ArrayList<>(1);
        T result = sessions.<T, X>committing(() -> master.run(operation, schema, timeout, transaction -> {
            ran.add(transaction);
            return body.run(transaction);
        }));
        ran.forEach(FacadeTransaction::runCommitted);
        return result;
    }

    private <T> T timed(Supplier<T> write) {
        long begun = ticker.nanos();
        T result = write.get();
        gate.took(ticker.nanos() - begun);
        return result;
    }

    /** A write that fails poisons its transaction whatever the failure is, since half of it may have been sent. */
    private <T> T writeInside(FacadeTransaction transaction, Function<FacadeTransaction, T> work) {
        if (!flushesAreHeard) {
            sessions.writing(Tables.unknown(), transaction);
        } else if (transaction.isManaged()) {
            sessions.writing(Tables.none(), transaction); // what it flushes later is this session's too
        }
        try {
            return transactions.inside(transaction, em -> {
                T result = work.apply(transaction);
                em.flush();
                return result;
            });
        } catch (Throwable failure) {
            transaction.poison(failure);
            throw failure;
        }
    }

    // -- transactions

    public <T, X extends Exception> T transaction(TransactionBody<T, X> body) throws X {
        String operation = "transaction";
        Recording recording = recorder.begin(operation, "");
        try {
            Schema schema = transactions.schema(operation, place.of(operation, null));
            FacadeTransaction current = transactions.current();
            T result;
            if (current == null) {
                recording.routed(gate.master(), Reason.WRITE);
                long begun = ticker.nanos();
                long[] thinking = {0};
                result = this.<T, X>committed(
                        operation, schema, null, transaction -> timed(transaction, body, thinking));
                gate.took(ticker.nanos() - begun - thinking[0]);
            } else {
                current.checkUsable(operation);
                current.checkWritable(operation);
                recording.routed(current.node(), Reason.JOINED_TRANSACTION);
                result = current.run(body);
            }
            recording.succeeded(null);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    public <T, X extends Exception> T transaction(Retry retry, TransactionBody<T, X> body) throws X {
        if (transactions.isCheckedOut()) {
            throw new IllegalStateException("transaction: " + retry
                    + " inside a transaction or checkout (expected: outside, since only the whole can be run again)");
        }
        AtomicReference<@Nullable Throwable> foreign = new AtomicReference<>();
        return new Retrying(retry, sessions.monitor(), ticker)
                .run(() -> transaction(() -> ran(body, foreign)), failure -> failure == foreign.get());
    }

    /** What leaves the body while no operation in its transaction has failed is of something else that the body uses. */
    private <T, X extends Exception> T ran(TransactionBody<T, X> body, AtomicReference<@Nullable Throwable> foreign)
            throws X {
        try {
            return body.run();
        } catch (Throwable failure) {
            FacadeTransaction transaction = transactions.current();
            foreign.set(transaction == null || transaction.isPoisoned() ? null : failure);
            throw failure;
        }
    }

    /** What the body takes is its own affair; the beginning and the commit tell how the master does. */
    private <T, X extends Exception> T timed(FacadeTransaction transaction, TransactionBody<T, X> body, long[] took)
            throws X {
        long begun = ticker.nanos();
        T result = transactions.bound(transaction, body);
        took[0] = ticker.nanos() - begun;
        return result;
    }

    /** In the present transaction of this thread. */
    public void afterCommit(Runnable hook) {
        FacadeTransaction current = transactions.current();
        if (current == null) {
            throw new IllegalStateException("afterCommit: outside a transaction (expected: inside one)");
        }
        current.checkUsable("afterCommit");
        current.checkWritable("afterCommit");
        if (!current.isManaged()) {
            current.onCommit(hook);
        } else if (!sessions.atCommit(current, hook)) {
            throw new UnsupportedOperationException(
                    "afterCommit: inside a transaction of the host, of whose end this provider does not tell (expected:"
                            + " Hibernate, or a synchronization of the host's)");
        }
    }

    // -- one connection, for a while

    public <T, X extends Exception> T checkout(TransactionBody<T, X> body) throws X {
        recorder.checkOpen("checkout");
        Schema schema = transactions.schema("checkout", place.of("checkout", null));
        return transactions.isCheckedOut() ? body.run() : master.checkout(schema, body);
    }
}
