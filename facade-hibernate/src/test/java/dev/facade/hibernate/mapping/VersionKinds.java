package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.OptimisticLock;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;

/** Versions. */
final class VersionKinds {

    private VersionKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("version, int", IntVersion.class, IntVersion::new).change("name", "changed"),
            Kind.of("version, Long", LongVersion.class, LongVersion::new).change("name", "changed"),
            Kind.of("version, short", ShortVersion.class, ShortVersion::new).change("name", "changed"),
            Kind.of("version, Instant", InstantVersion.class, InstantVersion::new)
                    .change("name", "changed"),
            Kind.of("version, LocalDateTime", DateVersion.class, DateVersion::new)
                    .change("name", "changed"),
            Kind.of("@OptimisticLocking(ALL)", LockedByAll.class, LockedByAll::new)
                    .change("name", "changed"),
            Kind.of("@OptimisticLocking(DIRTY)", LockedByDirty.class, LockedByDirty::new)
                    .change("name", "changed"),
            Kind.of("@OptimisticLocking(NONE)", NotLocked.class, NotLocked::new).change("name", "changed"),
            Kind.of("@OptimisticLock(excluded)", Excluded.class, Excluded::new).change("note", "changed"));

    @Entity
    static class IntVersion extends Titled {
        @Version
        int version;

        protected IntVersion() {}

        IntVersion(int number) {
            super(number);
        }
    }

    @Entity
    static class LongVersion extends Titled {
        @Version
        Long version;

        protected LongVersion() {}

        LongVersion(int number) {
            super(number);
        }
    }

    @Entity
    static class ShortVersion extends Titled {
        @Version
        short version;

        protected ShortVersion() {}

        ShortVersion(int number) {
            super(number);
        }
    }

    @Entity
    static class InstantVersion extends Titled {
        @Version
        Instant version;

        protected InstantVersion() {}

        InstantVersion(int number) {
            super(number);
        }
    }

    @Entity
    static class DateVersion extends Titled {
        @Version
        LocalDateTime version;

        protected DateVersion() {}

        DateVersion(int number) {
            super(number);
        }
    }

    @Entity
    @DynamicUpdate
    @OptimisticLocking(type = OptimisticLockType.ALL)
    static class LockedByAll extends Titled {
        Integer grade;

        protected LockedByAll() {}

        LockedByAll(int number) {
            super(number);
            grade = number;
        }
    }

    @Entity
    @DynamicUpdate
    @OptimisticLocking(type = OptimisticLockType.DIRTY)
    static class LockedByDirty extends Titled {
        Integer grade;

        protected LockedByDirty() {}

        LockedByDirty(int number) {
            super(number);
            grade = number;
        }
    }

    @Entity
    @OptimisticLocking(type = OptimisticLockType.NONE)
    static class NotLocked extends Titled {
        @Version
        int version;

        protected NotLocked() {}

        NotLocked(int number) {
            super(number);
        }
    }

    @Entity
    static class Excluded extends Titled {
        @Version
        int version;

        @OptimisticLock(excluded = true)
        String note;

        protected Excluded() {}

        Excluded(int number) {
            super(number);
            note = "note " + number;
        }
    }
}
