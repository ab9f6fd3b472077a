package dev.facade;

import dev.facade.engine.Engine;
import dev.facade.option.Schema;

/**
 * A repository without write operations: a write on a read path does not compile. Thread-safe.
 *
 * <pre>{@code
 * ReadOnlyRepository reader = repo.readOnly();
 * List<Post> all = reader.all(Post.class); // it has no method that writes
 * }</pre>
 */
public final class ReadOnlyRepository extends RoutedReads {

    ReadOnlyRepository(Engine engine) {
        super(engine);
    }

    /**
     * Returns a view whose every operation works in a schema, see {@link FacadeRepository#inSchema}.
     *
     * @param name exactly as the database has it, in the same case; letters, digits and underscores
     * @return the view, on the same nodes and with the same transactions
     * @throws IllegalArgumentException if this is a view of another schema
     */
    public ReadOnlyRepository inSchema(String name) {
        return new ReadOnlyRepository(engine().in(Schema.of(name)));
    }
}
