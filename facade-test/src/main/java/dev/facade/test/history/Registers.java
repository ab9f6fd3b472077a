package dev.facade.test.history;

import dev.facade.FacadeRepository;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Six tables of registers, one of which brings another one along, and a table that is written often and read seldom. */
final class Registers {

    /** How many registers a table has. */
    static final int ROWS = 8;

    static final List<Class<? extends Register>> TABLES =
            List.of(Joined.class, Amber.class, Birch.class, Cedar.class, Delta.class, Ember.class);

    static final List<Class<?>> ENTITIES =
            List.of(Joined.class, Amber.class, Birch.class, Cedar.class, Delta.class, Ember.class, Audit.class);

    private static final long NUMBERS = 1_000_000_000L;

    private Registers() {}

    /** A value that is only counted up. */
    @MappedSuperclass
    abstract static class Register {

        @Id
        Integer id;

        long version;
    }

    @Entity(name = "Amber")
    @Table(name = "register_amber")
    static class Amber extends Register {}

    @Entity(name = "Birch")
    @Table(name = "register_birch")
    static class Birch extends Register {}

    @Entity(name = "Cedar")
    @Table(name = "register_cedar")
    static class Cedar extends Register {}

    @Entity(name = "Delta")
    @Table(name = "register_delta")
    static class Delta extends Register {}

    @Entity(name = "Ember")
    @Table(name = "register_ember")
    static class Ember extends Register {}

    /** Comes with a register of another table. */
    @Entity(name = "Joined")
    @Table(name = "register_joined")
    static class Joined extends Register {

        @ManyToOne(fetch = FetchType.EAGER)
        @JoinColumn(name = "amber_id")
        @Nullable
        Amber amber;
    }

    /** A line that a session writes about itself. */
    @Entity(name = "Audit")
    @Table(name = "register_audit", indexes = @Index(name = "register_audit_session", columnList = "session_number"))
    static class Audit {

        @Id
        Long id;

        @Column(name = "session_number")
        int session;

        protected Audit() {}

        Audit(int session, long number) {
            this.id = session * NUMBERS + number;
            this.session = session;
        }
    }

    /** Sets all registers to zero. */
    static void clear(FacadeRepository repo) {
        repo.deleteAll(Audit.class);
        TABLES.forEach(repo::deleteAll);
        for (int row = 0; row < ROWS; row++) {
            Amber amber = repo.insert(withId(new Amber(), row));
            Joined joined = withId(new Joined(), row);
            joined.amber = amber;
            repo.insert(joined);
            repo.insert(withId(new Birch(), row));
            repo.insert(withId(new Cedar(), row));
            repo.insert(withId(new Delta(), row));
            repo.insert(withId(new Ember(), row));
        }
    }

    private static <R extends Register> R withId(R register, int id) {
        register.id = id;
        return register;
    }

    /** A register's name in the history. */
    static String name(Class<? extends Register> table, int row) {
        return (table.getSimpleName() + "/" + row).intern();
    }

    /** The name under which a session's lines are counted. */
    static String audit(int session) {
        return ("Audit/" + session).intern();
    }
}
