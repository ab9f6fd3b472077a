package dev.facade.hibernate.mapping;

import dev.facade.FacadeRepository;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/** A database of its own for some kinds, with a facade over it. */
final class Stage implements AutoCloseable {

    /** Where a database is. */
    record Site(String url, String user, String password) {}

    final Db db;
    final FacadeRepository repo;
    final SessionFactoryImplementor factory;
    final Connection connection;

    /** The setting of kinds that are tried in a schema of its own, and that schema's name. */
    static final String TENANT = "tenant";

    private final boolean hasTenant;

    /** What stands in the tables, if that is known. */
    String state = "";

    Stage(Db db, Site site, List<Kind<?>> kinds) throws SQLException {
        this.db = db;
        Set<Class<?>> types = new LinkedHashSet<>();
        kinds.forEach(kind -> {
            types.add(kind.type);
            types.addAll(kind.others);
        });
        HibernateFacade builder = HibernateFacade.builder()
                .master(site.url)
                .credentials(site.user, site.password)
                .entities(types.toArray(Class<?>[]::new))
                .hibernate("hibernate.hbm2ddl.auto", "create-only")
                .hibernate("hibernate.hbm2ddl.halt_on_error", true);
        List<Object> settings = kinds.get(0).settings;
        for (int i = 0; i < settings.size(); i += 2) {
            builder.hibernate((String) settings.get(i), settings.get(i + 1));
        }
        hasTenant = settings.contains(TENANT);
        if (hasTenant) {
            builder.defaultOptions(operation -> List.of(Schema.of(TENANT)));
        }
        repo = builder.build();
        connection = DriverManager.getConnection(site.url, site.user, site.password);
        if (hasTenant) {
            moveToTenant();
        }
        EntityManagerFactory plain = repo.withEntityManager(Target.master(), em -> em.getEntityManagerFactory());
        factory = plain.unwrap(SessionFactoryImplementor.class);
    }

    /** The tables stand in the schema of a tenant, too, and plain SQL works there. */
    private void moveToTenant() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
                while (rows.next()) {
                    tables.add('"' + rows.getString(1) + '"');
                }
            }
            statement.execute("create schema " + TENANT);
            for (String table : tables) {
                statement.execute(
                        "create table " + TENANT + "." + table + " (like public." + table + " including all)");
            }
            statement.execute("set search_path to " + TENANT);
        }
    }

    /** What plain Hibernate's transactions begin with. */
    void enter(EntityManager em) {
        if (hasTenant) {
            em.createNativeQuery("set local search_path to " + TENANT).executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        repo.close();
    }
}
