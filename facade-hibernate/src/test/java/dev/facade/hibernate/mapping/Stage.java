package dev.facade.hibernate.mapping;

import dev.facade.FacadeRepository;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.Target;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
        repo = builder.build();
        EntityManagerFactory plain = repo.withEntityManager(Target.master(), em -> em.getEntityManagerFactory());
        factory = plain.unwrap(SessionFactoryImplementor.class);
        connection = DriverManager.getConnection(site.url, site.user, site.password);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        repo.close();
    }
}
