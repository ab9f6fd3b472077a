package dev.facade.hibernate.mapping;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.UpdateTimestamp;

/** Basic values. */
final class BasicKinds {

    private BasicKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("primitives", Primitives.class, Primitives::new).change("number", 77),
            Kind.of("BigDecimal", Decimals.class, Decimals::new).change("price", new BigDecimal("77.77")),
            Kind.of("@CreationTimestamp, @UpdateTimestamp", Stamped.class, Stamped::new)
                    .change("name", "changed"));

    @Entity
    static class Primitives {
        @Id
        int id;

        boolean yes;
        byte tiny;
        short small;
        int number;
        long large;
        float real;
        double twice;
        char letter;

        protected Primitives() {}

        Primitives(int number) {
            id = number;
            yes = number % 2 == 0;
            tiny = (byte) number;
            small = (short) (number * 100);
            this.number = -number;
            large = Long.MAX_VALUE - number;
            real = number + 0.5f;
            twice = number + 0.25;
            letter = (char) ('a' + number);
        }
    }

    @Entity
    static class Decimals {
        @Id
        int id;

        BigDecimal price;

        protected Decimals() {}

        Decimals(int number) {
            id = number;
            price = new BigDecimal("10.05").add(new BigDecimal(number));
        }
    }

    @Entity
    static class Stamped {
        @Id
        int id;

        String name;

        @CreationTimestamp
        Instant created;

        @UpdateTimestamp
        Instant updated;

        protected Stamped() {}

        Stamped(int number) {
            id = number;
            name = "name " + number;
        }
    }
}
