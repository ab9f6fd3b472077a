package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PostRemove;
import jakarta.persistence.PostUpdate;
import jakarta.persistence.PrePersist;
import jakarta.persistence.PreRemove;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hibernate.annotations.Audited;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SQLInsert;
import org.hibernate.annotations.SQLSelect;
import org.hibernate.annotations.SQLUpdate;
import org.hibernate.annotations.Subselect;
import org.hibernate.annotations.Synchronize;
import org.hibernate.annotations.Temporal;
import org.hibernate.annotations.View;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;

/** Around the mapping. */
final class AroundKinds {

    private AroundKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("@EntityListeners", Listened.class, Listened::new).change("name", "changed"),
            Kind.of("callbacks of the entity", CalledBack.class, CalledBack::new)
                    .change("name", "changed"),
            Kind.of("callbacks after the write, and around a removal", After.class, After::new)
                    .change("name", "changed")
                    .heard(After::heard),
            Kind.of("Jakarta Validation", Valid.class, Valid::new).change("name", "changed"),
            Kind.of("Envers' @Audited", Enversed.class, Enversed::new)
                    .change("name", "changed")
                    .tables("enversed_log", "REVINFO")
                    .generated("enversed_log.rev", "revinfo.rev", "revinfo.revtstmp")
                    .setting("hibernate.integration.envers.enabled", "true"),
            Kind.of("Hibernate's @Audited", Audits.class, Audits::new)
                    .change("name", "changed")
                    .tables("audits_log")
                    .generated("audits_log.rev")
                    .setting("mapping.audit", "true")
                    .on(Db.POSTGRES, Db.H2), // Hibernate builds no factory with one on MariaDB
            Kind.of("@Temporal", Historic.class, Historic::new)
                    .change("name", "changed")
                    .setting("mapping.temporal", "true"),
            Kind.of("@SQLInsert, @SQLUpdate, @SQLDelete", Handwritten.class, Handwritten::new)
                    .change("name", "changed"),
            Kind.of("@SQLSelect", Selected.class, Selected::new).change("name", "changed"),
            Kind.of("@Subselect", Derived.class, Derived::new)
                    .with(Source.class)
                    .change("name", "changed")
                    .needs(AroundKinds::sources)
                    .derived(),
            Kind.of("@View", Viewed.class, Viewed::new)
                    .with(Source.class)
                    .change("name", "changed")
                    .needsFor(AroundKinds::sources)
                    .derived(),
            Kind.of("property access, fields of other names", Property.class, Property::new)
                    .mutate(property -> property.setTitle("changed"))
                    .change("title", "changed")
                    .change("open", true),
            Kind.of("final class", Final.class, Final::new).change("name", "changed"),
            Kind.of("generic superclass", Concrete.class, Concrete::new)
                    .change("value", "changed")
                    .change("name", "changed"),
            Kind.of("quoted names", Quoted.class, Quoted::new).change("order", "changed"),
            Kind.of("naming strategy", CamelCase.class, CamelCase::new)
                    .change("niceName", "changed")
                    .setting("hibernate.physical_naming_strategy", PhysicalNamingStrategySnakeCaseImpl.class.getName()),
            Kind.of("implicit naming strategy", Implied.class, Implied::new)
                    .with(Source.class)
                    .needs(AroundKinds::sources)
                    .change("part", new Place("changed"))
                    .change("source", new Source(2))
                    .preload("source")
                    .setting("hibernate.implicit_naming_strategy", "component-path"),
            Kind.of("all names quoted", Order.class, Order::new)
                    .change("group", "changed")
                    .setting("hibernate.globally_quoted_identifiers", "true"));

    private static List<?> sources(int samples) {
        return IntStream.rangeClosed(1, samples).mapToObj(Source::new).toList();
    }

    private static List<?> sources() {
        return List.of(new Source(1), new Source(2), new Source(3));
    }

    static class Stamp {
        @PrePersist
        void persisted(Listened entity) {
            entity.stamp = "persisted " + entity.name;
        }

        @PreUpdate
        void updated(Listened entity) {
            entity.stamp = "updated " + entity.name;
        }
    }

    @Entity
    @EntityListeners(Stamp.class)
    static class Listened extends Titled {
        String stamp;

        protected Listened() {}

        Listened(int number) {
            super(number);
        }
    }

    @Entity
    static class CalledBack extends Titled {
        String stamp;

        @Transient
        int loads;

        protected CalledBack() {}

        CalledBack(int number) {
            super(number);
        }

        @PrePersist
        void persisted() {
            stamp = "persisted " + name;
        }

        @PreUpdate
        void updated() {
            stamp = "updated " + name;
        }

        @PostLoad
        void loaded() {
            loads++;
        }
    }

    /** Its callbacks tell what they have seen, since its row is written by then. */
    @Entity
    static class After extends Titled {
        private static final List<String> HEARD = new ArrayList<>();

        static List<String> heard() {
            List<String> heard = List.copyOf(HEARD);
            HEARD.clear();
            return heard;
        }

        protected After() {}

        After(int number) {
            super(number);
        }

        @PostPersist
        void persisted() {
            HEARD.add("persisted " + name);
        }

        @PostUpdate
        void updated() {
            HEARD.add("updated " + name);
        }

        @PreRemove
        void removing() {
            HEARD.add("removing " + name);
        }

        @PostRemove
        void removed() {
            HEARD.add("removed " + name);
        }
    }

    @Entity
    static class Valid extends Titled {
        @NotBlank
        @Size(max = 20)
        String motto;

        protected Valid() {}

        Valid(int number) {
            super(number);
            motto = "motto " + number;
        }
    }

    @Entity
    @org.hibernate.envers.Audited
    @org.hibernate.envers.AuditTable("enversed_log")
    static class Enversed extends Titled {
        String note;

        protected Enversed() {}

        Enversed(int number) {
            super(number);
            note = "note " + number;
        }
    }

    @Entity
    @Audited
    @Audited.Table(name = "audits_log")
    static class Audits extends Titled {
        protected Audits() {}

        Audits(int number) {
            super(number);
        }
    }

    @Entity
    @Temporal
    static class Historic extends Titled {
        protected Historic() {}

        Historic(int number) {
            super(number);
        }
    }

    @Entity
    @Table(name = "handwritten")
    @SQLInsert(sql = "insert into handwritten (name, id) values (upper(?), ?)")
    @SQLUpdate(sql = "update handwritten set name = upper(?) where id = ?")
    @SQLDelete(sql = "update handwritten set name = 'deleted' where id = ?")
    static class Handwritten extends Titled {
        protected Handwritten() {}

        Handwritten(int number) {
            super(number);
        }
    }

    @Entity
    @Table(name = "selected")
    @SQLSelect(sql = "select id, upper(name) as name from selected where id = ?")
    static class Selected extends Titled {
        protected Selected() {}

        Selected(int number) {
            super(number);
        }
    }

    @Entity
    @Table(name = "source_rows")
    static class Source extends Titled {
        protected Source() {}

        Source(int number) {
            super(number);
        }
    }

    @Entity
    @Subselect("select id, upper(name) as name from source_rows")
    @Synchronize("source_rows")
    static class Derived extends Titled {
        protected Derived() {}

        Derived(int number) {
            super(number);
        }
    }

    @Entity
    @Table(name = "viewed")
    @View(query = "select id, name from source_rows")
    @Synchronize("source_rows")
    static class Viewed extends Titled {
        protected Viewed() {}

        Viewed(int number) {
            super(number);
        }
    }

    @Entity
    @Access(AccessType.PROPERTY)
    static class Property {
        private int number;
        private String text;
        private boolean isOpen;

        protected Property() {}

        Property(int number) {
            this.number = number;
            text = "title " + number;
            isOpen = number == 2;
        }

        @Id
        public int getId() {
            return number;
        }

        public void setId(int id) {
            number = id;
        }

        public String getTitle() {
            return text;
        }

        public void setTitle(String title) {
            text = title;
        }

        @Column(name = "is_open")
        public boolean isOpen() {
            return isOpen;
        }

        public void setOpen(boolean open) {
            isOpen = open;
        }
    }

    /** As Kotlin makes them. */
    @Entity
    static final class Final {
        @Id
        private int id;

        private String name;

        protected Final() {}

        Final(int number) {
            id = number;
            name = "name " + number;
        }
    }

    @MappedSuperclass
    abstract static class Generic<K extends Serializable, V> {
        @Id
        @GeneratedValue
        K id;

        @Column(name = "value_text")
        V value;
    }

    @Entity
    static class Concrete extends Generic<Long, String> {
        String name;

        protected Concrete() {}

        Concrete(int number) {
            value = "value " + number;
            name = "name " + number;
        }
    }

    @Entity
    @Table(name = "`Quoted of all`")
    static class Quoted {
        @Id
        @Column(name = "`the Key`")
        int id;

        @Column(name = "`order`")
        String order;

        protected Quoted() {}

        Quoted(int number) {
            id = number;
            order = "order " + number;
        }
    }

    @Entity
    @Table(name = "CamelCaseThing")
    static class CamelCase {
        @Id
        int id;

        String niceName;

        protected CamelCase() {}

        CamelCase(int number) {
            id = number;
            niceName = "name " + number;
        }
    }

    @Embeddable
    static class Place {
        String name;

        protected Place() {}

        Place(String name) {
            this.name = name;
        }
    }

    @Entity
    static class Implied {
        @Id
        int id;

        Place part;

        @ManyToOne(fetch = FetchType.LAZY)
        Source source;

        protected Implied() {}

        Implied(int number) {
            id = number;
            part = new Place("place " + number);
            source = new Source(1);
        }
    }

    @Entity(name = "Order")
    static class Order {
        @Id
        int id;

        String group;

        protected Order() {}

        Order(int number) {
            id = number;
            group = "group " + number;
        }
    }
}
