package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.JoinFormula;
import org.hibernate.annotations.NotFound;
import org.hibernate.annotations.NotFoundAction;

/** Associations to one; those to many stand in {@link CollectionKinds}. */
final class AssociationKinds {

    private AssociationKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("to-one, lazy", LazyOne.class, LazyOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .change("goal", new Goal(2))
                    .preload("goal"),
            Kind.of("to-one, eager", EagerOne.class, EagerOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("goal", new Goal(2))
                    .preload("goal"),
            Kind.of("to-one, not optional", NeededOne.class, NeededOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("goal", new Goal(2))
                    .preload("goal"),
            Kind.of("to-one, to a composite key", CompositeOne.class, CompositeOne::new)
                    .with(Plot.class)
                    .needs(() -> List.of(new Plot(1), new Plot(2)))
                    .change("plot", new Plot(2))
                    .preload("plot"),
            Kind.of("to-one, by a formula", FormulaOne.class, FormulaOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("to-one, @NotFound", MissingOne.class, MissingOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("to-one, through a join table", TableOne.class, TableOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("goal", new Goal(2))
                    .preload("goal"),
            Kind.of("to-one, cascaded", CascadedOne.class, CascadedOne::new)
                    .with(Goal.class)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("to-one, cascade MERGE alone", MergedOne.class, MergedOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .mutate(one -> {
                        one.name = "changed";
                        one.goal.title = "changed along";
                    })
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("to-one, cascade REMOVE alone", RemovedOne.class, RemovedOne::new)
                    .with(Prize.class)
                    .needs(() -> List.of(new Prize(1), new Prize(2), new Prize(3)))
                    .change("name", "changed")
                    .preload("prize"),
            Kind.of("to-one, cascade REFRESH and DETACH alone", RefreshedOne.class, RefreshedOne::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("to-one, to the same class", Person.class, Person::new)
                    .needs(() -> List.of(new Person(0)))
                    .change("name", "changed")
                    .preload("boss"),
            Kind.of("one-to-one, owning", Driver.class, Driver::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("one-to-one, inverse and cascaded", Engine.class, Engine::new)
                    .with(Plate.class)
                    .change("name", "changed")
                    .preload("plate"),
            Kind.of("one-to-one, orphanRemoval", Keyed.class, Keyed::new)
                    .with(Medal.class)
                    .mutate(one -> one.medal = null)
                    .change("name", "changed")
                    .preload("medal"),
            Kind.of("one-to-one, shared key", Twin.class, Twin::new)
                    .with(Goal.class)
                    .needs(AssociationKinds::goals)
                    .change("name", "changed")
                    .preload("goal"),
            Kind.of("@Any", Tagging.class, Tagging::new)
                    .with(Goal.class, Plain.class)
                    .needs(() -> List.of(new Goal(1), new Goal(2), new Goal(3), new Plain(1)))
                    .change("name", "changed"));

    private static List<?> goals() {
        return List.of(new Goal(1), new Goal(2), new Goal(3));
    }

    @Entity
    static class Goal {
        @Id
        int id;

        String title;

        protected Goal() {}

        Goal(int number) {
            id = number;
            title = "goal " + number;
        }
    }

    @Entity
    static class Prize extends Titled {
        protected Prize() {}

        Prize(int number) {
            super(number);
        }
    }

    @Entity
    static class Medal extends Titled {
        protected Medal() {}

        Medal(int number) {
            super(number);
        }
    }

    @Entity
    static class LazyOne extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Goal goal;

        protected LazyOne() {}

        LazyOne(int number) {
            super(number);
            goal = number == 3 ? null : new Goal(1);
        }
    }

    @Entity
    static class EagerOne extends Titled {
        @ManyToOne
        Goal goal;

        protected EagerOne() {}

        EagerOne(int number) {
            super(number);
            goal = number == 3 ? null : new Goal(1);
        }
    }

    @Entity
    static class MergedOne extends Titled {
        @ManyToOne(cascade = CascadeType.MERGE)
        Goal goal;

        protected MergedOne() {}

        MergedOne(int number) {
            super(number);
            goal = new Goal(number);
        }
    }

    @Entity
    static class RemovedOne extends Titled {
        @ManyToOne(cascade = CascadeType.REMOVE)
        Prize prize;

        protected RemovedOne() {}

        RemovedOne(int number) {
            super(number);
            prize = new Prize(number);
        }
    }

    @Entity
    static class RefreshedOne extends Titled {
        @ManyToOne(cascade = {CascadeType.REFRESH, CascadeType.DETACH})
        Goal goal;

        protected RefreshedOne() {}

        RefreshedOne(int number) {
            super(number);
            goal = new Goal(number);
        }
    }

    @Entity
    static class Keyed extends Titled {
        @OneToOne(cascade = CascadeType.ALL, orphanRemoval = true)
        Medal medal;

        protected Keyed() {}

        Keyed(int number) {
            super(number);
            medal = new Medal(number);
        }
    }

    @Entity
    static class NeededOne extends Titled {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Goal goal;

        protected NeededOne() {}

        NeededOne(int number) {
            super(number);
            goal = new Goal(number);
        }
    }

    @Embeddable
    static class PlotKey implements Serializable {
        private static final long serialVersionUID = 1L;
        int section;
        int nr;

        protected PlotKey() {}

        PlotKey(int number) {
            section = number;
            nr = 10 - number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof PlotKey key && key.section == section && key.nr == nr;
        }

        @Override
        public int hashCode() {
            return Objects.hash(section, nr);
        }
    }

    @Entity
    static class Plot {
        @EmbeddedId
        PlotKey key;

        String title;

        protected Plot() {}

        Plot(int number) {
            key = new PlotKey(number);
            title = "plot " + number;
        }
    }

    @Entity
    static class CompositeOne extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Plot plot;

        protected CompositeOne() {}

        CompositeOne(int number) {
            super(number);
            plot = number == 3 ? null : new Plot(1);
        }
    }

    @Entity
    static class FormulaOne extends Titled {
        int half;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinFormula("half * 2")
        Goal goal;

        protected FormulaOne() {}

        FormulaOne(int number) {
            super(number);
            half = 1;
        }
    }

    @Entity
    static class MissingOne extends Titled {
        @Column(name = "goal_id")
        Integer goalId;

        @ManyToOne
        @NotFound(action = NotFoundAction.IGNORE)
        @JoinColumn(name = "goal_id", insertable = false, updatable = false)
        Goal goal;

        protected MissingOne() {}

        MissingOne(int number) {
            super(number);
            goalId = number == 2 ? 99 : number;
        }
    }

    @Entity
    static class TableOne extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "table_one_goal")
        Goal goal;

        protected TableOne() {}

        TableOne(int number) {
            super(number);
            goal = number == 3 ? null : new Goal(1);
        }
    }

    @Entity
    static class CascadedOne extends Titled {
        @ManyToOne(fetch = FetchType.LAZY, cascade = CascadeType.PERSIST)
        Goal goal;

        protected CascadedOne() {}

        CascadedOne(int number) {
            super(number);
            goal = new Goal(number + 10);
        }
    }

    @Entity
    static class Person extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Person boss;

        protected Person() {}

        Person(int number) {
            super(number);
            boss = number == 0 ? null : new Person(0);
        }
    }

    @Entity
    static class Driver extends Titled {
        @OneToOne(fetch = FetchType.LAZY)
        Goal goal;

        protected Driver() {}

        Driver(int number) {
            super(number);
            goal = number == 3 ? null : new Goal(number);
        }
    }

    @Entity
    static class Engine extends Titled {
        @OneToOne(mappedBy = "engine", cascade = CascadeType.ALL)
        Plate plate;

        protected Engine() {}

        Engine(int number) {
            super(number);
            plate = number == 3 ? null : new Plate(number, this);
        }
    }

    @Entity
    static class Plate {
        @Id
        int id;

        @OneToOne(fetch = FetchType.LAZY)
        Engine engine;

        protected Plate() {}

        Plate(int number, Engine engine) {
            id = number * 10;
            this.engine = engine;
        }
    }

    @Entity
    static class Twin extends Titled {
        @OneToOne(fetch = FetchType.LAZY)
        @PrimaryKeyJoinColumn
        Goal goal;

        protected Twin() {}

        Twin(int number) {
            super(number);
            goal = new Goal(number);
        }
    }

    @Entity
    static class Plain {
        @Id
        int id;

        String title;

        protected Plain() {}

        Plain(int number) {
            id = number;
            title = "plain " + number;
        }
    }

    @Entity
    static class Tagging extends Titled {
        @Any(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Integer.class)
        @Column(name = "subject_kind")
        @JoinColumn(name = "subject_id")
        @AnyDiscriminatorValue(discriminator = "G", entity = Goal.class)
        @AnyDiscriminatorValue(discriminator = "P", entity = Plain.class)
        Object subject;

        protected Tagging() {}

        Tagging(int number) {
            super(number);
            subject = number == 1 ? new Plain(1) : new Goal(number);
        }
    }
}
