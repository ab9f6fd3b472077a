package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.CascadeType;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.DiscriminatorFormula;

/** Inheritance among entities. The first sample is of the superclass, the others of subclasses. */
final class InheritanceKinds {

    private InheritanceKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("single table", Animal.class, Animal::of)
                    .with(Dog.class, Cat.class)
                    .change("name", "changed"),
            Kind.of("single table, a subclass", Fish.class, Fish::new)
                    .with(Swimmer.class)
                    .change("name", "changed")
                    .change("fins", 7),
            Kind.of("joined", Car.class, Car::of).with(Truck.class).change("name", "changed"),
            Kind.of("joined, a subclass", Sloop.class, Sloop::new)
                    .with(Ship.class)
                    .change("name", "changed")
                    .change("masts", 7),
            Kind.of("joined, with a discriminator", Tool.class, Tool::of)
                    .with(Hammer.class)
                    .change("name", "changed"),
            Kind.of("joined, generated key", Paper.class, Paper::of)
                    .with(Letter.class)
                    .change("name", "changed"),
            Kind.of("table per class", Shape.class, Shape::of)
                    .with(Circle.class)
                    .change("name", "changed"),
            Kind.of("discriminator by formula", Bird.class, Bird::of)
                    .with(Eagle.class)
                    .change("name", "changed"),
            Kind.of("an association of a subclass", Room.class, Room::of)
                    .with(Office.class, Desk.class)
                    .change("name", "changed")
                    .preload("desks"),
            Kind.of("a to-one of a subclass, joined", Job.class, Job::of)
                    .with(Errand.class, Desk.class)
                    .needs(() -> List.of(new Desk(1, null), new Desk(2, null), new Desk(3, null)))
                    .change("name", "changed")
                    .preload("desk"));

    @Entity
    @DiscriminatorColumn(name = "animal_kind")
    static class Animal extends Titled {
        protected Animal() {}

        Animal(int number) {
            super(number);
        }

        static Animal of(int number) {
            return number == 1 ? new Animal(number) : number == 2 ? new Dog(number) : new Cat(number);
        }
    }

    @Entity
    static class Dog extends Animal {
        Integer barks;

        protected Dog() {}

        Dog(int number) {
            super(number);
            barks = number;
        }
    }

    @Entity
    @DiscriminatorValue("kitten")
    static class Cat extends Animal {
        String purr;

        protected Cat() {}

        Cat(int number) {
            super(number);
            purr = "purr " + number;
        }
    }

    @Entity
    abstract static class Swimmer extends Titled {
        protected Swimmer() {}

        Swimmer(int number) {
            super(number);
        }
    }

    @Entity
    static class Fish extends Swimmer {
        int fins;

        protected Fish() {}

        Fish(int number) {
            super(number);
            fins = number;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Car extends Titled {
        protected Car() {}

        Car(int number) {
            super(number);
        }

        static Car of(int number) {
            return number == 1 ? new Car(number) : new Truck(number);
        }
    }

    @Entity
    static class Truck extends Car {
        Integer cargo;

        protected Truck() {}

        Truck(int number) {
            super(number);
            cargo = number;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    abstract static class Ship extends Titled {
        protected Ship() {}

        Ship(int number) {
            super(number);
        }
    }

    @Entity
    static class Sloop extends Ship {
        int masts;

        protected Sloop() {}

        Sloop(int number) {
            super(number);
            masts = number;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    @DiscriminatorColumn(name = "tool_kind")
    static class Tool extends Titled {
        protected Tool() {}

        Tool(int number) {
            super(number);
        }

        static Tool of(int number) {
            return number == 1 ? new Tool(number) : new Hammer(number);
        }
    }

    @Entity
    static class Hammer extends Tool {
        Integer weight;

        protected Hammer() {}

        Hammer(int number) {
            super(number);
            weight = number;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Paper {
        @Id
        @GeneratedValue
        Long id;

        String name;

        protected Paper() {}

        Paper(int number) {
            name = "name " + number;
        }

        static Paper of(int number) {
            return number == 1 ? new Paper(number) : new Letter(number);
        }
    }

    @Entity
    static class Letter extends Paper {
        Integer pages;

        protected Letter() {}

        Letter(int number) {
            super(number);
            pages = number;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Shape extends Titled {
        protected Shape() {}

        Shape(int number) {
            super(number);
        }

        static Shape of(int number) {
            return number == 1 ? new Shape(number) : new Circle(number);
        }
    }

    @Entity
    static class Circle extends Shape {
        Integer radius;

        protected Circle() {}

        Circle(int number) {
            super(number);
            radius = number;
        }
    }

    @Entity
    @DiscriminatorFormula("case when wingspan is null then 'bird' else 'eagle' end")
    @DiscriminatorValue("bird")
    static class Bird extends Titled {
        protected Bird() {}

        Bird(int number) {
            super(number);
        }

        static Bird of(int number) {
            return number == 1 ? new Bird(number) : new Eagle(number);
        }
    }

    @Entity
    @DiscriminatorValue("eagle")
    static class Eagle extends Bird {
        Integer wingspan;

        protected Eagle() {}

        Eagle(int number) {
            super(number);
            wingspan = number;
        }
    }

    @Entity
    static class Room extends Titled {
        protected Room() {}

        Room(int number) {
            super(number);
        }

        static Room of(int number) {
            return number == 1 ? new Room(number) : new Office(number);
        }
    }

    @Entity
    static class Office extends Room {
        @OneToMany(mappedBy = "office", cascade = CascadeType.ALL)
        List<Desk> desks = new ArrayList<>();

        protected Office() {}

        Office(int number) {
            super(number);
            desks.add(new Desk(number * 10, this));
        }
    }

    @Entity
    static class Desk extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Office office;

        protected Desk() {}

        Desk(int number, Office office) {
            super(number);
            this.office = office;
        }
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Job extends Titled {
        protected Job() {}

        Job(int number) {
            super(number);
        }

        static Job of(int number) {
            return number == 1 ? new Job(number) : new Errand(number);
        }
    }

    @Entity
    static class Errand extends Job {
        @ManyToOne(fetch = FetchType.LAZY)
        Desk desk;

        protected Errand() {}

        Errand(int number) {
            super(number);
            desk = new Desk(number, null);
        }
    }
}
