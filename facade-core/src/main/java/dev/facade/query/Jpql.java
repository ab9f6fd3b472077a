package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JPQL query with named parameters. Immutable.
 *
 * <p>For example {@code Jpql.of("select p from Post p where p.likes > :min", Post.class).with("min", 100)}.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(Jpql.of("select p from Post p where p.likes > :least", Post.class).with("least", 100));
 * }</pre>
 *
 * @param <T> what a row becomes
 */
public final class Jpql<T> implements Queryable<T> {

    private final String text;
    private final Class<T> type;
    private final Map<String, @Nullable Object> parameters;

    private Jpql(String text, Class<T> type, Map<String, @Nullable Object> parameters) {
        this.text = Objects.requireNonNull(text, "text");
        this.type = Objects.requireNonNull(type, "type");
        this.parameters = parameters;
    }

    /**
     * Takes the text of a query.
     *
     * @param text JPQL, a constant; values belong into parameters
     * @param type what a row becomes
     * @param <T> what a row becomes
     * @return the queryable
     */
    public static <T> Jpql<T> of(String text, Class<T> type) {
        return new Jpql<>(text, type, Map.of());
    }

    /**
     * Binds a parameter.
     *
     * @param name the parameter's name, without the colon
     * @param value may be null
     * @return a copy
     */
    public Jpql<T> with(String name, @Nullable Object value) {
        return new Jpql<>(text, type, Parameters.with(parameters, name, value));
    }

    @Override
    public TypedQuery<T> compile(EntityManager entityManager) {
        return Parameters.bind(Parameters.parsed(text, () -> entityManager.createQuery(text, type)), text, parameters);
    }

    @Override
    public String subject() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * Takes the text of a bulk update or delete.
     *
     * @param text JPQL, a constant; values belong into parameters
     * @return the statement
     */
    public static Statement statement(String text) {
        return new Statement(text, Map.of());
    }

    /** A JPQL bulk update or delete with named parameters. Immutable. */
    public static final class Statement {

        private final String text;
        private final Map<String, @Nullable Object> parameters;

        private Statement(String text, Map<String, @Nullable Object> parameters) {
            this.text = Objects.requireNonNull(text, "text");
            this.parameters = parameters;
        }

        /**
         * Binds a parameter.
         *
         * @param name the parameter's name, without the colon
         * @param value may be null
         * @return a copy
         */
        public Statement with(String name, @Nullable Object value) {
            return new Statement(text, Parameters.with(parameters, name, value));
        }

        /**
         * Makes the statement.
         *
         * @param entityManager of the master
         * @return a statement that has not run
         */
        public jakarta.persistence.Query compile(EntityManager entityManager) {
            return Parameters.bind(Parameters.parsed(text, () -> entityManager.createQuery(text)), text, parameters);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
