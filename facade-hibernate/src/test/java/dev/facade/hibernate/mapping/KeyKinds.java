package dev.facade.hibernate.mapping;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.util.List;
import java.util.UUID;

/** Keys. */
final class KeyKinds {

    private KeyKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("assigned key", Assigned.class, Assigned::new).change("name", "changed"),
            Kind.of("identity", Identity.class, Identity::new).change("name", "changed"),
            Kind.of("sequence, pooled", Sequence.class, Sequence::new).change("name", "changed"),
            Kind.of("UUID, generated", RandomUuid.class, RandomUuid::new).change("name", "changed"));

    @Entity
    static class Assigned {
        @Id
        long id;

        String name;

        protected Assigned() {}

        Assigned(int number) {
            id = number;
            name = "name " + number;
        }
    }

    @Entity
    static class Identity {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        String name;

        protected Identity() {}

        Identity(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class Sequence {
        @Id
        @GeneratedValue
        Long id;

        String name;

        protected Sequence() {}

        Sequence(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class RandomUuid {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        protected RandomUuid() {}

        RandomUuid(int number) {
            name = "name " + number;
        }
    }
}
