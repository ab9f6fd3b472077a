package dev.facade.test.conformance;

import dev.facade.FacadeRepository;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/**
 * A provider on a database, on which the contracts run; registered as a static {@code @RegisterExtension} of the class
 * that nests them. The tables are created before the first test of that class, emptied before each test, and the
 * repositories closed after the last. Not thread-safe.
 */
public abstract class ConformanceDatabase
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, TestInstancePostProcessor {

    private final String provider;
    private final String database;
    private final Set<Capability> capabilities;
    private final List<FacadeRepository> opened = new ArrayList<>();
    private final Statements statements = new Statements();

    /**
     * Describes a combination.
     *
     * @param provider the provider's name, for messages
     * @param database the database's name, for messages
     * @param capabilities what the two can do together
     */
    protected ConformanceDatabase(String provider, String database, Capability... capabilities) {
        this.provider = provider;
        this.database = database;
        this.capabilities = EnumSet.noneOf(Capability.class);
        this.capabilities.addAll(List.of(capabilities));
    }

    /**
     * Opens a repository over the entities of {@link #entities()}; its reads see at once what was written.
     *
     * @param heard wraps each of its data sources, so that cases can look at the statements
     * @return an open repository, which is closed after the last test
     */
    protected abstract FacadeRepository open(UnaryOperator<DataSource> heard);

    /**
     * Runs statements as the owner of the tables, each committed, beside the repository.
     *
     * @param statements any SQL
     */
    protected abstract void execute(String... statements);

    /** Ends the database; does nothing unless overridden. */
    protected void stop() {}

    /**
     * The entities and embeddables of the suite, whose mappings are portable JPA 3.2. To-one associations are lazy where
     * the provider can do so without changing the classes: Hibernate can, EclipseLink needs weaving and loads them at
     * once.
     *
     * @return the classes to hand to the provider
     */
    public static Class<?>[] entities() {
        return Tables.ENTITIES.toArray(Class<?>[]::new);
    }

    /**
     * Tells whether provider and database can do something.
     *
     * @param capability what is in question
     * @return true if a case may expect it, false if it must expect a refusal
     */
    public final boolean can(Capability capability) {
        return capabilities.contains(capability);
    }

    /**
     * The provider.
     *
     * @return its name
     */
    public final String provider() {
        return provider;
    }

    /**
     * The database.
     *
     * @return its name
     */
    public final String database() {
        return database;
    }

    @Override
    public final String toString() {
        return provider + " on " + database;
    }

    /** The repository under test. */
    final FacadeRepository repository() {
        return opened.get(0);
    }

    /** Another schema, made anew, with tables of posts, their comments and permalinks. */
    final String tenant() {
        execute(Tables.TENANT);
        return database.equals("PostgreSQL") ? "tenant" : "TENANT"; // as the database has it
    }

    /** A statement that does not end by itself. */
    final String endless() {
        return database.equals("PostgreSQL")
                ? "select count(*) from generate_series(1, 100000000000)"
                : "select count(*) from system_range(1, 100000000000) where mod(x, 7) = 9";
    }

    /** The statements that the repositories send. */
    final Statements statements() {
        return statements;
    }

    /** Another repository on the same database, with connections of its own. */
    final FacadeRepository another() {
        if (opened.size() == 1) {
            opened.add(open(statements::heard));
        }
        return opened.get(1);
    }

    @Override
    public final void beforeAll(ExtensionContext context) {
        if (opened.isEmpty()) {
            execute(Tables.create(database));
            opened.add(open(statements::heard));
            if (can(Capability.EXCLUSION_CONSTRAINTS)) {
                execute(Tables.EXCLUSION_CONSTRAINTS);
            }
        }
    }

    @Override
    public final void postProcessTestInstance(Object test, ExtensionContext context) {
        if (test instanceof Contract contract) {
            contract.begin(this);
        }
    }

    @Override
    public final void beforeEach(ExtensionContext context) {
        execute(Tables.EMPTY);
        statements.forget();
    }

    @Override
    public final void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            opened.forEach(FacadeRepository::close);
            opened.clear();
            stop();
        }
    }
}
