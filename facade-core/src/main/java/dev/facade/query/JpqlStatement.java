package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JPQL bulk update or delete with named parameters. Immutable. */
public final class JpqlStatement {

    private final String text;
    private final Map<String, @Nullable Object> parameters;

    private JpqlStatement(String text, Map<String, @Nullable Object> parameters) {
        this.text = Objects.requireNonNull(text, "text");
        this.parameters = parameters;
    }

    /**
     * Takes the text of a statement.
     *
     * @param text JPQL, a constant; values belong into parameters
     * @return the statement
     */
    public static JpqlStatement of(String text) {
        return new JpqlStatement(text, Map.of());
    }

    /**
     * Binds a parameter.
     *
     * @param name the parameter's name, without the colon
     * @param value may be null
     * @return a copy
     */
    public JpqlStatement with(String name, @Nullable Object value) {
        return new JpqlStatement(text, Parameters.with(parameters, name, value));
    }

    /**
     * Makes the statement.
     *
     * @param entityManager of the master
     * @return a statement that has not run
     */
    public Query compile(EntityManager entityManager) {
        return Parameters.bind(entityManager.createQuery(text), text, parameters);
    }

    @Override
    public String toString() {
        return text;
    }
}
