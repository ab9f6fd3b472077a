package dev.facade.engine.call;

import dev.facade.option.ReadOption;
import dev.facade.option.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schema in which the operations of a repository work: the one that the repository is a view of, or the one among the
 * default options, or none. Immutable.
 *
 * @param schema of the view; null: no view
 */
public record Place(@Nullable Schema schema, Hooks hooks) {

    /** The schema of an operation, which its call may name. */
    public @Nullable Schema of(String operation, @Nullable Schema ofCall) {
        if (schema == null) {
            return ofCall == null && hooks.hasDefaultOptions() ? byDefault(operation) : ofCall;
        }
        if (ofCall != null && !ofCall.equals(schema)) {
            throw new IllegalArgumentException(operation + ": " + ofCall + " by a repository in schema " + schema.name()
                    + " (expected: no schema, or that one)");
        }
        return schema;
    }

    private @Nullable Schema byDefault(String operation) {
        for (ReadOption option : hooks.defaultOptions().apply(operation)) {
            if (option instanceof Schema chosen) {
                return chosen;
            }
        }
        return null;
    }

    public Place in(Schema other) {
        if (schema != null && !schema.equals(other)) {
            throw new IllegalArgumentException("inSchema: " + other.name() + " of a repository in schema "
                    + schema.name() + " (expected: inSchema of the repository that is in none)");
        }
        return new Place(other, hooks);
    }
}
