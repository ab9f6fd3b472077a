package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The input of a read. Implementations are immutable and belong to no node: each node compiles them for its own
 * factory.
 *
 * <pre>{@code
 * Queryable<Post> query = from(Post.class).where("slug", "hello");
 * List<Post> rows = repo.all(query);
 * }</pre>
 *
 * @param <T> what a row becomes
 */
public interface Queryable<T extends @Nullable Object> {

    /**
     * Reads what a criteria query, built anew for each node, selects.
     *
     * @param type what a row becomes
     * @param builder makes the query from the node's criteria builder; must not keep it
     * @param <T> what a row becomes
     * @return the queryable
     */
    static <T> Queryable<T> criteria(Class<T> type, Function<CriteriaBuilder, CriteriaQuery<T>> builder) {
        return new CriteriaQueryable<>(type, builder);
    }

    /**
     * Makes the query on one node.
     *
     * @param entityManager of the node that was picked
     * @return a query that has not run
     * @throws IllegalArgumentException if it cannot be compiled, or a parameter is missing
     */
    TypedQuery<?> compile(EntityManager entityManager);

    /**
     * Makes a row of what the query returned.
     *
     * @param raw a result of the compiled query
     * @return the row
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a value of a row may be null
    default T row(@Nullable Object raw) {
        return (T) raw;
    }

    /**
     * Says in a few words what is read.
     *
     * @return an entity's name, or the query's text
     */
    String subject();
}
