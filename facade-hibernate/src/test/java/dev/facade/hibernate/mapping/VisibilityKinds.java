package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.SoftDeleteType;
import org.hibernate.annotations.TenantId;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.type.YesNoConverter;

/** Rows that are not all visible: the third sample is not, where the mapping can say so of a new row. */
final class VisibilityKinds {

    private VisibilityKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("@SoftDelete, deleted", Soft.class, Soft::new).change("name", "changed"),
            Kind.of("@SoftDelete, active", SoftActive.class, SoftActive::new).change("name", "changed"),
            Kind.of("@SoftDelete, timestamp", SoftTime.class, SoftTime::new).change("name", "changed"),
            Kind.of("@SoftDelete, with a converter", SoftConverted.class, SoftConverted::new)
                    .change("name", "changed"),
            Kind.of("@SQLRestriction", Restricted.class, Restricted::new).change("name", "changed"),
            Kind.of("@Filter, not on", Filtered.class, Filtered::new).change("name", "changed"),
            Kind.of("@Filter, on automatically", AutoFiltered.class, AutoFiltered::new)
                    .change("name", "changed")
                    .setting("mapping.filters", "auto"),
            Kind.of("one-to-many to @SoftDelete rows", Folder.class, Folder::new)
                    .with(Sheet.class)
                    .change("name", "changed")
                    .preload("sheets"),
            Kind.of("a schema per tenant", Housed.class, Housed::new)
                    .with(Owned.class)
                    .change("name", "changed")
                    .preload("owned")
                    .setting(Stage.TENANT, "a schema")
                    .on(Db.POSTGRES),
            Kind.of("@TenantId", Leased.class, Leased::new)
                    .change("name", "changed")
                    .setting("hibernate.tenant_identifier_resolver", OneTenant.INSTANCE));

    @Entity
    @SoftDelete
    static class Soft extends Titled {
        protected Soft() {}

        Soft(int number) {
            super(number);
        }
    }

    @Entity
    @SoftDelete(strategy = SoftDeleteType.ACTIVE)
    static class SoftActive extends Titled {
        protected SoftActive() {}

        SoftActive(int number) {
            super(number);
        }
    }

    @Entity
    @SoftDelete(strategy = SoftDeleteType.TIMESTAMP)
    static class SoftTime extends Titled {
        protected SoftTime() {}

        SoftTime(int number) {
            super(number);
        }
    }

    @Entity
    @SoftDelete(converter = YesNoConverter.class)
    static class SoftConverted extends Titled {
        protected SoftConverted() {}

        SoftConverted(int number) {
            super(number);
        }
    }

    @Entity
    @SQLRestriction("status <> 'HIDDEN'")
    static class Restricted extends Titled {
        String status;

        protected Restricted() {}

        Restricted(int number) {
            super(number);
            status = number == 3 ? "HIDDEN" : "SHOWN";
        }
    }

    @Entity
    @FilterDef(name = "byHand", defaultCondition = "status <> 'HIDDEN'")
    @Filter(name = "byHand")
    static class Filtered extends Titled {
        String status;

        protected Filtered() {}

        Filtered(int number) {
            super(number);
            status = number == 3 ? "HIDDEN" : "SHOWN";
        }
    }

    @Entity
    @FilterDef(name = "always", defaultCondition = "status <> 'HIDDEN'", autoEnabled = true, applyToLoadByKey = true)
    @Filter(name = "always")
    static class AutoFiltered extends Titled {
        String status;

        protected AutoFiltered() {}

        AutoFiltered(int number) {
            super(number);
            status = number == 3 ? "HIDDEN" : "SHOWN";
        }
    }

    @Entity
    static class Housed extends Titled {
        @OneToMany(mappedBy = "housed", cascade = CascadeType.ALL)
        List<Owned> owned = new ArrayList<>();

        protected Housed() {}

        Housed(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                owned.add(new Owned(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Owned extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Housed housed;

        protected Owned() {}

        Owned(int number, Housed housed) {
            super(number);
            this.housed = housed;
        }
    }

    @Entity
    static class Folder extends Titled {
        @OneToMany(mappedBy = "folder", cascade = CascadeType.ALL)
        List<Sheet> sheets = new ArrayList<>();

        protected Folder() {}

        Folder(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                sheets.add(new Sheet(number * 10 + part, this));
            }
        }
    }

    @Entity
    @SoftDelete
    static class Sheet extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Folder folder;

        protected Sheet() {}

        Sheet(int number, Folder folder) {
            super(number);
            this.folder = folder;
        }
    }

    /** The tenant of this thread, which is always the same one. */
    enum OneTenant implements CurrentTenantIdentifierResolver<String> {
        INSTANCE;

        @Override
        public String resolveCurrentTenantIdentifier() {
            return "acme";
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return false;
        }
    }

    @Entity
    static class Leased extends Titled {
        @TenantId
        String tenant;

        protected Leased() {}

        Leased(int number) {
            super(number);
        }
    }
}
