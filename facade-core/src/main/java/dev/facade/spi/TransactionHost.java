package dev.facade.spi;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The extension point through which the facade joins transactions that somebody else opened: Spring's, JTA's.
 * Implementations are thread-safe.
 *
 * <pre>{@code
 * TransactionHost none = TransactionHost.none();
 * FacadeRepository own = FacadeRepository.builder().master(masterFactory).transactionHost(none).build();
 * }</pre>
 */
@FunctionalInterface
public interface TransactionHost {

    /**
     * Returns a host that never has a transaction.
     *
     * @return the host
     */
    static TransactionHost none() {
        return master -> null;
    }

    /**
     * Returns the transaction that runs on this thread.
     *
     * @param master the master's factory
     * @return the transaction, or null when there is none
     */
    @Nullable
    HostedTransaction current(EntityManagerFactory master);

    /** A running transaction. */
    interface HostedTransaction {

        /**
         * Returns its EntityManager, which takes part in it.
         *
         * @return open, not to be closed by the facade
         */
        EntityManager entityManager();

        /**
         * Tells whether writes are to be refused.
         *
         * @return true for a read-only transaction
         */
        boolean isReadOnly();

        /** Makes sure that it cannot commit. */
        void setRollbackOnly();
    }
}
