package dev.facade.hibernate.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.FacadeRepository;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.metamodel.EntityType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One kind on one database, as an operation tries it. Whatever an operation writes, it writes by {@link #compare}.
 *
 * @param <E> the entity
 */
final class Probe<E> {

    /** What the facade threw. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(RuntimeException cause) {
            super(cause);
        }
    }

    final Kind<E> kind;
    final Stage stage;
    private final TableRows rows;
    private final List<Object> keys = new ArrayList<>();
    private List<String> before = List.of();

    /** Plain Hibernate need not be able to do what the facade refuses. */
    boolean isRefusalExpected;

    Probe(Kind<E> kind, Stage stage) throws SQLException {
        this.kind = kind;
        this.stage = stage;
        this.rows = new TableRows(stage.connection, stage.db, stage.factory, kind);
    }

    EntityType<E> entity() {
        return stage.factory.getMetamodel().entity(kind.type);
    }

    // -- what stands in the tables

    /** The tables hold what the kind needs and its first samples, written by plain Hibernate, and nothing else. */
    Probe<E> given(int samples) throws SQLException {
        String state = kind.name + " " + samples;
        if (!stage.state.equals(state)) {
            write(samples);
            stage.state = state;
        }
        return this;
    }

    /** As {@link #given}, before something is written. */
    Probe<E> fresh(int samples) throws SQLException {
        write(samples);
        return this;
    }

    private void write(int samples) throws SQLException {
        stage.state = "";
        rows.clear();
        keys.clear();
        List<E> written = new ArrayList<>();
        plain(em -> {
            kind.needs.apply(samples).forEach(em::persist);
            em.flush();
            em.clear();
            for (int number = 1; number <= samples && !kind.isDerived; number++) {
                E sample = kind.sample(number);
                em.persist(sample);
                written.add(sample);
            }
            return null;
        });
        written.forEach(
                sample -> keys.add(stage.factory.getPersistenceUnitUtil().getIdentifier(sample)));
        for (int number = 1; number <= samples && kind.isDerived; number++) {
            keys.add(number);
        }
        before = rows.read();
    }

    /** The key of the n-th sample that was given. */
    Object key(int number) {
        return keys.get(number - 1);
    }

    List<Object> keys() {
        return keys;
    }

    /** A sample that was given, as plain Hibernate finds it; detached. */
    E found(int number) {
        return plain(em -> em.find(kind.type, key(number)));
    }

    // -- who does it

    /** Plain Hibernate, in a transaction of its own. */
    <R> R plain(Function<EntityManager, R> work) {
        try (EntityManager em = stage.factory.createEntityManager()) {
            EntityTransaction transaction = em.getTransaction();
            transaction.begin();
            try {
                stage.enter(em);
                R result = work.apply(em);
                transaction.commit();
                return result;
            } finally {
                if (transaction.isActive()) {
                    transaction.rollback();
                }
            }
        }
    }

    /** The facade; what it throws may be a refusal. */
    <R> R facade(Function<FacadeRepository, R> call) {
        try {
            return call.apply(stage.repo);
        } catch (RuntimeException thrown) {
            throw new Refused(thrown);
        }
    }

    // -- what is compared

    void same(String what, Object actual, Object expected) {
        assertThat(actual).as(what).isEqualTo(expected);
    }

    /**
     * Both write the same rows, and return the same.
     *
     * @param samples that are there before
     * @param plain what plain Hibernate does in a transaction
     * @param facade what the facade does
     */
    void compare(int samples, Function<EntityManager, ?> plain, Function<FacadeRepository, ?> facade)
            throws SQLException {
        if (isRefusalExpected) {
            written(samples, () -> facade(facade::apply));
            return;
        }
        Object expected = written(samples, () -> plain(plain::apply));
        String picture = Picture.masked(expected, kind.generated);
        List<String> rowsOfPlain = rows.read();
        List<String> heardOfPlain = kind.heard.get();
        Object actual = written(samples, () -> facade(facade::apply));
        same("rows", String.join("\n", rows.read()), String.join("\n", rowsOfPlain));
        same("returned", Picture.masked(actual, kind.generated), picture);
        same("callbacks", kind.heard.get(), heardOfPlain);
    }

    private Object written(int samples, java.util.function.Supplier<?> work) throws SQLException {
        write(samples);
        kind.heard.get();
        return work.get();
    }

    /** As {@link #compare}, of rows alone. */
    void compareRows(int samples, Consumer<EntityManager> plain, Consumer<FacadeRepository> facade)
            throws SQLException {
        compare(
                samples,
                em -> {
                    plain.accept(em);
                    return null;
                },
                repo -> {
                    facade.accept(repo);
                    return null;
                });
    }

    /** Nothing was written since the samples were. */
    void checkUnwritten() throws SQLException {
        stage.state = "";
        same("written although it was refused", rows.read(), before);
    }
}
