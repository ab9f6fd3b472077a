package dev.facade.option;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The schema, a tenant's say, that one operation works in; Ecto's prefix. All operations of a view work there, see
 * {@link dev.facade.FacadeRepository#inSchema}, and only there is a transaction. Nothing of it is left behind on a pooled
 * connection.
 *
 * <pre>{@code
 * List<Post> ofTenant = repo.all(Post.class, Schema.of("tenant"));
 * FacadeRepository tenant = repo.inSchema("tenant"); // every operation works there
 * }</pre>
 *
 * @param name exactly as the database has it, in the same case; letters, digits and underscores
 */
public record Schema(String name) implements ReadOption, WriteOption {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    /**
     * Checks the component.
     *
     * @param name letters, digits and underscores
     */
    public Schema {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "schema: '" + name + "' (expected: letters, digits and underscores, at most 63)");
        }
    }

    /**
     * Names the schema.
     *
     * @param name letters, digits and underscores
     * @return the option
     */
    public static Schema of(String name) {
        return new Schema(name);
    }
}
