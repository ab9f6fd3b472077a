package dev.facade;

import dev.facade.engine.Engine;
import dev.facade.operation.ClusterOperations;
import dev.facade.option.Schema;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository in front of a master and its replicas: reads go to a replica picked by an algorithm, writes and
 * transactions to the master. Thread-safe.
 *
 * <p>The operations are those of Ecto's Repo, in three drawers: {@link dev.facade.operation.QueryOperations},
 * {@link dev.facade.operation.SchemaOperations}, {@link dev.facade.operation.TransactionOperations}. A read that fails
 * because of its node is tried on another one; a write never is.
 *
 * <pre>{@code
 * Post saved = repo.insert(new Post("Hello"));                      // the master
 * List<Post> all = repo.all(Post.class, Preload.of("author"));      // a replica
 * repo.transaction(() -> repo.update(saved));                       // the master
 * }</pre>
 */
public final class FacadeRepository extends RoutedOperations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeRepository.class);

    private final List<AutoCloseable> owned;

    FacadeRepository(Engine engine, List<AutoCloseable> owned) {
        super(engine);
        this.owned = owned;
    }

    /**
     * Begins to describe a repository.
     *
     * @return a builder with the defaults
     */
    public static FacadeRepositoryBuilder builder() {
        return new FacadeRepositoryBuilder();
    }

    /**
     * Returns the present master's name.
     *
     * @return its name
     */
    public String master() {
        return cluster().master();
    }

    /**
     * Returns the names of the present replicas, in the order in which they were declared or came.
     *
     * @return an immutable list, maybe empty
     */
    public List<String> replicas() {
        return cluster().replicas();
    }

    /**
     * Returns who the nodes are, and what can be changed of that.
     *
     * @return the operations on this repository's nodes
     */
    public ClusterOperations cluster() {
        return engine().cluster();
    }

    /**
     * Tells whether every read goes to the master, as in tests.
     *
     * @return true in master-only mode
     */
    public boolean isMasterOnly() {
        return engine().isMasterOnly();
    }

    /**
     * Returns a view without write operations, on the same nodes and with the same transactions.
     *
     * @return the view
     */
    public ReadOnlyRepository readOnly() {
        return new ReadOnlyRepository(engine());
    }

    /**
     * Returns a view whose every operation works in a schema, a tenant's say: reads, writes, SQL, transactions and multis.
     * An entity that it has read or written is refused by a repository that works elsewhere. An entity whose mapping names a
     * schema stays in that one. {@code using(view, body)} lets this repository work there for a while. With Hibernate only.
     *
     * <p>On MariaDB a schema is a database. On PostgreSQL names are found in this schema alone, so a function or type of an
     * extension elsewhere is named with its schema. An operation takes a transaction, and one round trip more to enter.
     *
     * @param name exactly as the database has it, in the same case; letters, digits and underscores
     * @return the view, on the same nodes and with the same transactions; closing it does nothing
     * @throws IllegalArgumentException if this is a view of another schema; a schema that the database lacks is refused by
     *     the first operation
     */
    public FacadeRepository inSchema(String name) {
        Engine view = engine().in(Schema.of(name));
        return view == engine() ? this : new FacadeRepository(view, List.of());
    }

    /**
     * Runs the steps of a multi in one transaction on the master. An invalid changeset or an error that is known
     * beforehand opens none, and so does a multi without steps.
     *
     * @param multi the steps
     * @return the results of all steps, committed; or the step that failed, and nothing is written
     * @throws IllegalStateException if a step rolls back by itself, or returns neither a success nor a failure
     */
    public MultiOutcome transact(Multi multi) {
        return new MultiRun(this).run(Objects.requireNonNull(multi, "multi"));
    }

    /**
     * Refuses further operations and closes what was handed over with {@code closing}; again does nothing, and neither does
     * closing a view.
     */
    @Override
    public void close() {
        if (engine().isView() || !engine().close()) {
            return;
        }
        for (AutoCloseable resource : owned) {
            try {
                resource.close();
            } catch (Exception failure) {
                LOG.warn("closing {} failed", resource, failure);
            }
        }
    }
}
