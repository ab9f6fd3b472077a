package dev.facade.spi;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import jakarta.persistence.EntityManagerFactory;
import javax.sql.DataSource;

/**
 * The extension point that builds nodes by their names, so that roles can change and nodes can be added while the facade
 * runs. Implementations are thread-safe.
 *
 * <pre>{@code
 * Recipes none = Recipes.none(); // the nodes cannot change while the facade runs
 * }</pre>
 */
public interface Recipes {

    /**
     * Returns recipes of no node: roles are fixed.
     *
     * @return the same one always
     */
    static Recipes none() {
        return FixedRoles.INSTANCE;
    }

    /**
     * Tells whether a node can be made in either role.
     *
     * @param name a node's name
     * @return false if its role is fixed
     */
    boolean has(String name);

    /**
     * Returns a node as a replica, with its share of the reads and its tags.
     *
     * @param name a node that there is a recipe for
     * @return another one each time
     */
    Replica replica(String name);

    /**
     * Directs the master's factory to another node: transactions that begin from now on run there. Running transactions
     * go on where they are; the connections to the node before are closed when they have ended. It connects to nothing,
     * and what the factory's second-level cache has is forgotten.
     *
     * @param name a node that there is a recipe for
     */
    void promote(String name);

    /**
     * Returns the factory that reads a node, and builds it if there is none yet.
     *
     * @param name a node that there is a recipe for
     * @return open, until the node is removed
     */
    EntityManagerFactory reading(String name);

    /**
     * Returns what gives a connection for samples of a node.
     *
     * @param name a node that there is a recipe for
     * @return the source
     */
    DataSource samples(String name);

    /**
     * Takes in the recipe of a node.
     *
     * @param name not blank
     * @param url a JDBC URL
     * @param weight its share of the reads
     * @param tags where it is or what it is
     * @throws IllegalArgumentException if there is a recipe of that name, or the URL is none, or of another kind of
     *     database than the master's
     * @throws UnsupportedOperationException if nodes cannot be made
     */
    void add(String name, String url, Weight weight, String... tags);

    /**
     * Forgets a node, and closes what was made to read it; does nothing if there is no recipe for it.
     *
     * @param name a node's name
     */
    void remove(String name);
}
