package dev.facade.operation;

import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/**
 * The sessions: whose reads must see whose writes. Thread-safe. A thread has a session of its own until it is given
 * another one: a request's, a job's, a message's.
 *
 * <pre>{@code
 * Optional<CausalToken> token = repo.token();                 // of this thread's session
 * Executor carried = repo.carry(Executors.newFixedThreadPool(4)); // tasks work in the session of their submitter
 * }</pre>
 */
public interface SessionOperations {

    /**
     * Returns the session that this thread works in.
     *
     * @return the session
     */
    CausalSession session();

    /**
     * Runs a body in a session.
     *
     * @param session what the body sees and does belongs to it
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned
     * @throws X if the body threw
     */
    <T, X extends Exception> T inSession(CausalSession session, TransactionBody<T, X> body) throws X;

    /**
     * Like {@link #inSession(CausalSession, TransactionBody)}, for a body that returns nothing.
     *
     * @param session what the body sees and does belongs to it
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the body threw
     */
    default <X extends Exception> void inSession(CausalSession session, TransactionAction<X> body) throws X {
        this.<Boolean, X>inSession(session, () -> {
            body.run();
            return true;
        });
    }

    /**
     * Runs a body whose reads are as fresh as a level says, unless their call says otherwise. It does not follow into other
     * threads.
     *
     * @param level of the body's reads
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned
     * @throws X if the body threw
     */
    <T, X extends Exception> T withConsistency(Consistency level, TransactionBody<T, X> body) throws X;

    /**
     * Like {@link #withConsistency(Consistency, TransactionBody)}, for a body that returns nothing.
     *
     * @param level of the body's reads
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the body threw
     */
    default <X extends Exception> void withConsistency(Consistency level, TransactionAction<X> body) throws X {
        this.<Boolean, X>withConsistency(level, () -> {
            body.run();
            return true;
        });
    }

    /**
     * Tells how far the present session is, so that another process can go on from there.
     *
     * <p>Route: none, but it waits for the monitor's next samples if those before do not tell; where they do not come
     * within 50 ms, the master is asked.
     *
     * @return the token, which concerns all tables; empty if the session has neither written nor read anything, and in
     *     master-only mode
     * @throws UnsupportedOperationException if nothing tells positions
     * @throws IllegalStateException inside a transaction, whose position there is not yet
     * @throws jakarta.persistence.PersistenceException if the master must be asked and does not answer; what was written is
     *     written all the same
     */
    Optional<CausalToken> token();

    /**
     * Begins a session that goes on from a token.
     *
     * @param token of any process
     * @return a session, to be used with {@link #inSession}
     */
    CausalSession sessionAfter(CausalToken token);

    /**
     * Takes the present session along to another thread, but no level of {@link #withConsistency}.
     *
     * @param body runs in this thread's present session, wherever it is called
     * @param <T> what it returns
     * @return the body, to be handed over
     */
    <T> Callable<T> carry(Callable<T> body);

    /**
     * Takes the session of each task along, but no level of {@link #withConsistency}. A {@code CompletableFuture} needs the
     * executor for each of its asynchronous stages.
     *
     * @param executor runs the tasks
     * @return an executor whose tasks run in the session of the thread that has handed them over
     */
    Executor carry(Executor executor);
}
