package dev.facade;

import dev.facade.operation.Engine;
import dev.facade.operation.RoutedReads;

/** A repository without write operations: a write on a read path does not compile. Thread-safe. */
public final class ReadOnlyRepository extends RoutedReads {

    ReadOnlyRepository(Engine engine) {
        super(engine);
    }
}
