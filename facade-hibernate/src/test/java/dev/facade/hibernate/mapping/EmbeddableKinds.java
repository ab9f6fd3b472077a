package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.BasicKinds.Base;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Struct;
import org.hibernate.type.SqlTypes;

/** Embeddables. */
final class EmbeddableKinds {

    private EmbeddableKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("embeddable, a class", House.class, House::new).change("address", new Address("changed", "x")),
            Kind.of("embeddable, a record", Store.class, Store::new).change("spot", new Spot("changed", 7)),
            Kind.of("embeddable, nested", Farm.class, Farm::new).change("site", new Site(7)),
            Kind.of("embeddable, null as a whole", Hut.class, Hut::new).change("name", "changed"),
            Kind.of("embeddable, changed to null", Shed.class, Shed::new).change("address", null),
            Kind.of("embeddable, changed from null", Barn.class, Barn::new)
                    .change("address", new Address("changed", "x")),
            Kind.of("embeddable with an association", Shop.class, Shop::new)
                    .with(Keeper.class)
                    .needs(() -> List.of(new Keeper(1), new Keeper(2)))
                    .change("name", "changed")
                    .preload("contact.keeper"),
            Kind.of("@AttributeOverride", Route.class, Route::new).change("origin", new Address("changed", "x")),
            Kind.of("@Struct", Box.class, Box::new)
                    .change("size", new Size(7, 7))
                    .on(Db.POSTGRES),
            Kind.of("embeddable as JSON", Crate.class, Crate::new)
                    .change("lid", new Lid("changed", 7))
                    .on(Db.POSTGRES),
            Kind.of("inheritance among embeddables", Garage.class, Garage::new)
                    .with(Vehicle.class, Bicycle.class)
                    .change("vehicle", new Bicycle("changed", 7)));

    @Embeddable
    static class Address {
        String street;
        String city;

        protected Address() {}

        Address(String street, String city) {
            this.street = street;
            this.city = city;
        }
    }

    @Entity
    static class House extends Base {
        @Embedded
        Address address;

        protected House() {}

        House(int number) {
            super(number);
            address = new Address("street " + number, number == 3 ? null : "city");
        }
    }

    @Embeddable
    record Spot(String zone, int level) {}

    @Entity
    static class Store extends Base {
        Spot spot;

        protected Store() {}

        Store(int number) {
            super(number);
            spot = new Spot("zone " + number, number);
        }
    }

    @Embeddable
    static class Site {
        String area;
        Address address;

        @AttributeOverride(name = "zone", column = @Column(name = "gate_zone"))
        Spot gate;

        protected Site() {}

        Site(int number) {
            area = "area " + number;
            address = new Address("street " + number, "city");
            gate = new Spot("zone " + number, number);
        }
    }

    @Entity
    static class Farm extends Base {
        Site site;

        protected Farm() {}

        Farm(int number) {
            super(number);
            site = new Site(number);
        }
    }

    @Entity
    static class Hut extends Base {
        String name;
        Address address;

        protected Hut() {}

        Hut(int number) {
            super(number);
            name = "name " + number;
            address = number == 1 ? new Address("street", "city") : null;
        }
    }

    @Entity
    static class Shed extends Base {
        Address address;

        protected Shed() {}

        Shed(int number) {
            super(number);
            address = new Address("street " + number, "city");
        }
    }

    @Entity
    static class Barn extends Base {
        Address address;

        protected Barn() {}

        Barn(int number) {
            super(number);
        }
    }

    @Entity
    static class Keeper {
        @Id
        long id;

        String title;

        protected Keeper() {}

        Keeper(int number) {
            id = number;
            title = "keeper " + number;
        }
    }

    @Embeddable
    static class Contact {
        String phone;

        @ManyToOne(fetch = FetchType.LAZY)
        Keeper keeper;

        protected Contact() {}

        Contact(int number) {
            phone = "phone " + number;
            keeper = number == 3 ? null : new Keeper(number);
        }
    }

    @Entity
    static class Shop extends Base {
        String name;
        Contact contact;

        protected Shop() {}

        Shop(int number) {
            super(number);
            name = "name " + number;
            contact = new Contact(number);
        }
    }

    @Entity
    static class Route extends Base {
        Address origin;

        @AttributeOverride(name = "street", column = @Column(name = "goal_street"))
        @AttributeOverride(name = "city", column = @Column(name = "goal_city"))
        Address goal;

        protected Route() {}

        Route(int number) {
            super(number);
            origin = new Address("street " + number, "city");
            goal = new Address("goal " + number, "town");
        }
    }

    @Embeddable
    @Struct(name = "box_size")
    static class Size {
        int width;
        int height;

        protected Size() {}

        Size(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    @Entity
    static class Box extends Base {
        Size size;

        protected Box() {}

        Box(int number) {
            super(number);
            size = new Size(number, number * 2);
        }
    }

    @Embeddable
    static class Lid {
        String material;
        int weight;

        protected Lid() {}

        Lid(String material, int weight) {
            this.material = material;
            this.weight = weight;
        }
    }

    @Entity
    static class Crate extends Base {
        @JdbcTypeCode(SqlTypes.JSON)
        Lid lid;

        protected Crate() {}

        Crate(int number) {
            super(number);
            lid = new Lid("wood " + number, number);
        }
    }

    @Embeddable
    @DiscriminatorValue("vehicle")
    @DiscriminatorColumn(name = "vehicle_kind")
    static class Vehicle {
        String maker;

        protected Vehicle() {}

        Vehicle(String maker) {
            this.maker = maker;
        }
    }

    @Embeddable
    @DiscriminatorValue("bicycle")
    static class Bicycle extends Vehicle {
        Integer gears;

        protected Bicycle() {}

        Bicycle(String maker, int gears) {
            super(maker);
            this.gears = gears;
        }
    }

    @Entity
    static class Garage extends Base {
        Vehicle vehicle;

        protected Garage() {}

        Garage(int number) {
            super(number);
            vehicle = number == 2 ? new Bicycle("maker", number) : new Vehicle("maker " + number);
        }
    }
}
