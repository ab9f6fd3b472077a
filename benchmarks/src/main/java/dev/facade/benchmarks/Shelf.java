package dev.facade.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.util.List;

/** A row of one of eight tables. */
@MappedSuperclass
abstract class Shelf {

    static final List<Class<? extends Shelf>> ALL =
            List.of(One.class, Two.class, Three.class, Four.class, Five.class, Six.class, Seven.class, Eight.class);

    @Id
    int id;

    long written;

    @Entity
    static class One extends Shelf {}

    @Entity
    static class Two extends Shelf {}

    @Entity
    static class Three extends Shelf {}

    @Entity
    static class Four extends Shelf {}

    @Entity
    static class Five extends Shelf {}

    @Entity
    static class Six extends Shelf {}

    @Entity
    static class Seven extends Shelf {}

    @Entity
    static class Eight extends Shelf {}
}
