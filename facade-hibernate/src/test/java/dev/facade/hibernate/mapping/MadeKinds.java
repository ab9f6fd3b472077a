package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.BasicKinds.Base;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.SecondaryTable;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.CurrentTimestamp;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.GeneratedColumn;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.generator.EventType;

/** Basic values that the mapping or the database makes, or leaves alone. */
final class MadeKinds {

    private MadeKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("@Column(insertable = false)", NotInserted.class, NotInserted::new)
                    .change("name", "changed")
                    .change("later", "changed"),
            Kind.of("@Column(updatable = false)", NotUpdated.class, NotUpdated::new)
                    .change("name", "changed"),
            Kind.of("@ColumnDefault with @Generated", Defaulted.class, Defaulted::new)
                    .change("name", "changed"),
            Kind.of("@GeneratedColumn", Computed.class, Computed::new).change("price", 77),
            Kind.of("@CreationTimestamp, @UpdateTimestamp", Stamped.class, Stamped::new)
                    .change("name", "changed"),
            Kind.of("@CreationTimestamp, @UpdateTimestamp of the database", DbStamped.class, DbStamped::new)
                    .change("name", "changed"),
            Kind.of("timestamps in an embeddable", Tracked.class, Tracked::new).change("name", "changed"),
            Kind.of("@CurrentTimestamp", Current.class, Current::new).change("name", "changed"),
            Kind.of("@DynamicInsert", DynamicallyInserted.class, DynamicallyInserted::new)
                    .change("name", "changed"),
            Kind.of("@DynamicUpdate", DynamicallyUpdated.class, DynamicallyUpdated::new)
                    .change("name", "changed"),
            Kind.of("@Immutable entity", Frozen.class, Frozen::new).change("name", "changed"),
            Kind.of("@Immutable attribute", FrozenPart.class, FrozenPart::new).change("name", "changed"),
            Kind.of("secondary table", TwoTables.class, TwoTables::new)
                    .change("name", "changed")
                    .change("note", "changed"));

    /** What all have. */
    @jakarta.persistence.MappedSuperclass
    abstract static class Titled extends Base {
        String name;

        protected Titled() {}

        Titled(int number) {
            super(number);
            name = "name " + number;
        }
    }

    @Entity
    static class NotInserted extends Titled {
        @Column(insertable = false)
        String later;

        protected NotInserted() {}

        NotInserted(int number) {
            super(number);
        }
    }

    @Entity
    static class NotUpdated extends Titled {
        @Column(updatable = false)
        String forever;

        protected NotUpdated() {}

        NotUpdated(int number) {
            super(number);
            forever = "forever " + number;
        }
    }

    @Entity
    static class Defaulted extends Titled {
        @Generated
        @ColumnDefault("'standard'")
        String grade;

        protected Defaulted() {}

        Defaulted(int number) {
            super(number);
        }
    }

    @Entity
    static class Computed extends Titled {
        int price;

        @GeneratedColumn("price * 2")
        int twice;

        protected Computed() {}

        Computed(int number) {
            super(number);
            price = number;
        }
    }

    @Entity
    static class Stamped extends Titled {
        @CreationTimestamp
        Instant created;

        @UpdateTimestamp
        Instant updated;

        protected Stamped() {}

        Stamped(int number) {
            super(number);
        }
    }

    @Entity
    static class DbStamped extends Titled {
        @CreationTimestamp(source = SourceType.DB)
        Instant created;

        @UpdateTimestamp(source = SourceType.DB)
        Instant updated;

        protected DbStamped() {}

        DbStamped(int number) {
            super(number);
        }
    }

    @Embeddable
    static class Track {
        @CreationTimestamp
        Instant created;

        @UpdateTimestamp
        Instant updated;

        String author;

        protected Track() {}

        Track(String author) {
            this.author = author;
        }
    }

    @Entity
    static class Tracked extends Titled {
        Track track;

        protected Tracked() {}

        Tracked(int number) {
            super(number);
            track = new Track("author " + number);
        }
    }

    @Entity(name = "CurrentThing")
    static class Current extends Titled {
        @CurrentTimestamp(event = EventType.INSERT)
        Instant created;

        @CurrentTimestamp(event = {EventType.INSERT, EventType.UPDATE})
        Instant updated;

        protected Current() {}

        Current(int number) {
            super(number);
        }
    }

    @Entity
    @DynamicInsert
    static class DynamicallyInserted extends Titled {
        @ColumnDefault("5")
        Integer grade;

        protected DynamicallyInserted() {}

        DynamicallyInserted(int number) {
            super(number);
            grade = number == 2 ? null : number;
        }
    }

    @Entity
    @DynamicUpdate
    static class DynamicallyUpdated extends Titled {
        Integer grade;

        protected DynamicallyUpdated() {}

        DynamicallyUpdated(int number) {
            super(number);
            grade = number;
        }
    }

    @Entity
    @Immutable
    static class Frozen extends Titled {
        protected Frozen() {}

        Frozen(int number) {
            super(number);
        }
    }

    @Entity
    static class FrozenPart extends Titled {
        @Immutable
        String fixed;

        protected FrozenPart() {}

        FrozenPart(int number) {
            super(number);
            fixed = "fixed " + number;
        }
    }

    @Entity
    @SecondaryTable(name = "TwoTablesNote")
    static class TwoTables extends Titled {
        @Column(table = "TwoTablesNote")
        String note;

        protected TwoTables() {}

        TwoTables(int number) {
            super(number);
            note = number == 3 ? null : "note " + number;
        }
    }
}
