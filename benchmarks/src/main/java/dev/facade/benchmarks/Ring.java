package dev.facade.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ManyToOne;
import java.util.List;

/** Eight tables in a ring, each of which refers to the next. */
final class Ring {

    static final List<Class<? extends Shelf>> ALL = List.of(
            Alpha.class, Beta.class, Gamma.class, Delta.class, Epsilon.class, Zeta.class, Eta.class, Theta.class);

    private Ring() {}

    @Entity
    static class Alpha extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Beta next;
    }

    @Entity
    static class Beta extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Gamma next;
    }

    @Entity
    static class Gamma extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Delta next;
    }

    @Entity
    static class Delta extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Epsilon next;
    }

    @Entity
    static class Epsilon extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Zeta next;
    }

    @Entity
    static class Zeta extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Eta next;
    }

    @Entity
    static class Eta extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Theta next;
    }

    @Entity
    static class Theta extends Shelf {
        @ManyToOne(fetch = FetchType.LAZY)
        Alpha next;
    }
}
