package dev.facade.hibernate.mapping;

import dev.facade.option.Lock;
import dev.facade.query.Expression;
import dev.facade.query.Order;
import dev.facade.query.Page;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.metamodel.Attribute.PersistentAttributeType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.annotations.SQLSelect;

/** The columns that read. Where plain Hibernate cannot do with an attribute what is asked, the attribute is left out. */
final class ReadOperations {

    private static final int SAMPLES = 3;

    private ReadOperations() {}

    static final Operations ALL = Operations.of(
            "reads",
            Operation.of("get", ReadOperations::get),
            Operation.of("all", ReadOperations::all),
            Operation.of("all by conditions", ReadOperations::conditions),
            Operation.of("all in order", ReadOperations::order),
            Operation.of("page by cursor", ReadOperations::page),
            Operation.of("select parts", ReadOperations::parts),
            Operation.of("select records", ReadOperations::records),
            Operation.of("aggregate", ReadOperations::aggregate),
            Operation.of("reload", ReadOperations::reload),
            Operation.of("stream", ReadOperations::stream),
            Operation.of("lock", ReadOperations::lock));

    static {
        ALL.refused("embeddable with an association", "page by cursor", "contact", "without associations")
                .refused(Set.of(Db.POSTGRES), "table per class", "lock", "@Version")
                .refused(Set.of(Db.MARIADB), "@Temporal", "lock", "@Version")
                .refused(Set.of(Db.MARIADB), "String with a long text", "page by cursor", "text", "MariaDB")
                .refused(Set.of(Db.POSTGRES), "String with @Lob", "all by conditions", "@Lob")
                .refused(Set.of(Db.POSTGRES), "byte[] with @Lob", "all by conditions", "@Lob")
                .refused(Set.of(Db.POSTGRES), "byte[] with @Lob", "page by cursor", "@Lob");
    }

    private static <E> void get(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (int number = 1; number <= SAMPLES; number++) {
            Object key = probe.key(number);
            Optional<E> actual = probe.facade(repo -> repo.get(probe.kind.type, key));
            probe.same("sample " + number, Picture.of(actual.orElse(null)), Picture.of(probe.found(number)));
        }
    }

    private static <E> void all(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        probe.same(
                "all",
                Picture.unordered(probe.facade(repo -> repo.all(probe.kind.type))),
                Picture.unordered(rows(probe, probe.kind.type, "select e from %s e", em -> List.of())));
    }

    /** By each attribute that is one column or an embeddable, and by each reference: equal, among, null, not null. */
    private static <E> void conditions(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (String name : attributes(probe, true)) {
            Object value = value(probe, name, 2);
            if (value != null && plainly(probe, "select e from %s e where e." + name + " = ?1", value)) {
                compare(
                        probe,
                        name + " = ",
                        "e." + name + " = ?1",
                        value,
                        query -> query.where(Expression.field(name).eq(value)));
                compare(
                        probe,
                        name + " in ",
                        "e." + name + " in (?1)",
                        value,
                        query -> query.where(Expression.field(name).in(List.of(value))));
                compare(probe, name + " by ", "e." + name + " = ?1", value, query -> query.where(name, value));
            }
            if (plainly(probe, "select e from %s e where e." + name + " is null")) {
                compare(
                        probe,
                        name + " null",
                        "e." + name + " is null",
                        null,
                        query -> query.where(Expression.field(name).isNull()));
                compare(
                        probe,
                        name + " not null",
                        "e." + name + " is not null",
                        null,
                        query -> query.where(Expression.field(name).isNotNull()));
            }
        }
    }

    private static <E> void compare(
            Probe<E> probe, String what, String condition, Object value, Function<Query<E>, Query<E>> by) {
        String jpql = "select e from %s e where " + condition;
        List<E> expected = rows(probe, probe.kind.type, jpql, em -> value == null ? List.of() : List.of(value));
        List<E> actual = probe.facade(repo -> repo.all(by.apply(Query.from(probe.kind.type))));
        probe.same(what, Picture.unordered(actual), Picture.unordered(expected));
    }

    private static <E> void order(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (String name : attributes(probe, false)) {
            for (String direction : List.of("asc", "desc")) {
                String jpql = "select e.%2$s from %1$s e order by e.%2$s %3$s";
                String text = String.format(jpql, probe.entity().getName(), name, direction);
                if (plainly(probe, text)) {
                    List<Object> expected = rows(probe, Object.class, text, em -> List.of());
                    Expression<Object> by = Expression.field(name);
                    List<Object> actual = probe.facade(repo -> repo.all(Query.from(probe.kind.type)
                            .orderBy(direction.equals("asc") ? by.asc() : by.desc())
                            .select(by)));
                    probe.same(name + " " + direction, Picture.ordered(actual), Picture.ordered(expected));
                }
            }
        }
    }

    /** Two pages, by each order that there is and by none. */
    private static <E> void page(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        List<String> expected = Picture.apart(rows(probe, probe.kind.type, "select e from %s e", em -> List.of()));
        probe.same("without an order", Picture.apart(pages(probe, Query.from(probe.kind.type))), expected);
        for (String name : attributes(probe, false)) {
            String jpql = "select e from %s e where e." + name + " > ?1 order by e." + name;
            Object value = value(probe, name, 2);
            boolean hasAll = value(probe, name, 1) != null && value != null && value(probe, name, 3) != null;
            if (hasAll && plainly(probe, jpql, value)) {
                Expression<Object> by = Expression.field(name);
                page(probe, name, "asc", by.asc(), expected);
                page(probe, name, "desc", by.desc(), expected);
            }
        }
    }

    /** All rows, and in the database's own order of the attribute. */
    private static <E> void page(Probe<E> probe, String name, String direction, Order order, List<String> expected) {
        List<E> paged = pages(probe, Query.from(probe.kind.type).orderBy(order));
        probe.same("by " + name + " " + direction, Picture.apart(paged), expected);
        if (probe.entity().getAttribute(name).getPersistentAttributeType() == PersistentAttributeType.EMBEDDED) {
            return; // H2 compares embeddables as rows, in which a null decides
        }
        String jpql = "select e.%2$s from %1$s e order by e.%2$s %3$s";
        String text = String.format(jpql, probe.entity().getName(), name, direction);
        probe.same(
                "order by " + name + " " + direction,
                Picture.ordered(paged.stream()
                        .map(row -> Fields.value(Hibernate.unproxy(row), name))
                        .toList()),
                Picture.ordered(rows(probe, Object.class, text, em -> List.of())));
    }

    private static <E> List<E> pages(Probe<E> probe, Query<E> query) {
        List<E> all = new ArrayList<>();
        Page.Request request = Page.Request.first(2);
        for (int turn = 0; turn < SAMPLES; turn++) {
            Page.Request asked = request;
            Page<E> page = probe.facade(repo -> repo.page(query, asked));
            all.addAll(page.rows());
            if (!page.hasNext()) {
                return all;
            }
            request = Page.Request.after(page.next(), 2);
        }
        throw new AssertionError("the pages have no end: " + Picture.ordered(all));
    }

    /** Each attribute alone, as a value and as a part of an entity. */
    private static <E> void parts(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (String name : attributes(probe, false)) {
            String jpql = "select e." + name + " from %s e";
            if (plainly(probe, jpql)) {
                List<String> expected = Picture.unordered(rows(probe, Object.class, jpql, em -> List.of()));
                List<Object> values = probe.facade(
                        repo -> repo.all(Query.from(probe.kind.type).select(Expression.field(name))));
                probe.same(name, Picture.unordered(values), expected);
                List<E> parts = probe.facade(
                        repo -> repo.all(Query.from(probe.kind.type).selectOnly(name)));
                probe.same(
                        "only " + name,
                        Picture.unordered(parts.stream()
                                .map(part -> Fields.value(part, name))
                                .toList()),
                        expected);
            }
        }
    }

    record Two(Object left, Object right) {}

    private static <E> void records(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (String name : attributes(probe, false)) {
            String jpql = "select count(e), e." + name + " from %s e group by e." + name;
            String plain = "select e." + name + ", e." + name + " from %s e";
            if (plainly(probe, plain)) {
                List<Object[]> expected = rows(probe, Object[].class, plain, em -> List.of());
                List<Two> actual = probe.facade(repo -> repo.all(
                        Query.from(probe.kind.type).select(Two.class, Expression.field(name), Expression.field(name))));
                probe.same(
                        name + " " + jpql.length(),
                        Picture.unordered(actual),
                        Picture.unordered(expected.stream()
                                .map(row -> new Two(row[0], row[1]))
                                .toList()));
            }
        }
    }

    private static <E> void aggregate(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        probe.same(
                "count",
                probe.facade(repo -> repo.aggregate(Query.from(probe.kind.type), Expression.count())),
                Optional.of(rows(probe, Long.class, "select count(e) from %s e", em -> List.of())
                        .get(0)));
        for (String name : attributes(probe, false)) {
            aggregate(probe, name, "min", Expression.field(name).min());
            aggregate(probe, name, "max", Expression.field(name).max());
            aggregate(probe, name, "count", Expression.field(name).countValues());
            aggregate(probe, name, "sum", Expression.field(name).sum());
        }
    }

    private static <E> void aggregate(Probe<E> probe, String name, String function, Expression<?> expression) {
        String jpql = "select " + function + "(e." + name + ") from %s e";
        if (plainly(probe, jpql)) {
            Object expected = rows(probe, Object.class, jpql, em -> List.of()).get(0);
            Optional<?> actual = probe.facade(repo -> repo.aggregate(Query.from(probe.kind.type), expression));
            probe.same(function + " of " + name, Picture.of(actual.orElse(null)), Picture.of(expected));
        }
    }

    private static <E> void reload(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        E found = probe.found(2);
        probe.same("one", Picture.of(probe.facade(repo -> repo.reloadOrThrow(found))), Picture.of(probe.found(2)));
        List<E> several = List.of(probe.found(2), probe.found(1));
        boolean isFoundBySql = probe.kind.type.isAnnotationPresent(SQLSelect.class);
        List<E> expected = isFoundBySql ? several : List.of(queried(probe, 2), queried(probe, 1));
        probe.same(
                "several",
                Picture.ordered(probe.facade(repo -> repo.reloadOrThrow(several))),
                Picture.ordered(expected));
    }

    /** As a query reads it, which leaves more unloaded than a find does. */
    private static <E> E queried(Probe<E> probe, int number) {
        return rows(probe, probe.kind.type, "select e from %s e where e = ?1", em -> List.of(probe.found(number)))
                .get(0);
    }

    private static <E> void stream(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        List<E> actual = probe.facade(repo -> {
            try (Stream<E> stream = repo.stream(probe.kind.type)) {
                return stream.toList();
            }
        });
        probe.same(
                "stream",
                Picture.apart(actual),
                Picture.apart(rows(probe, probe.kind.type, "select e from %s e", em -> List.of())));
    }

    private static <E> void lock(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        Object key = probe.key(2);
        E actual = probe.facade(
                repo -> repo.transaction(() -> repo.getOrThrow(probe.kind.type, key, Lock.pessimisticWrite())));
        E expected = probe.plain(em -> em.find(probe.kind.type, key, LockModeType.PESSIMISTIC_WRITE));
        probe.same("locked", Picture.of(actual), Picture.of(expected));
    }

    // -- what all need

    /** Attributes that are one value each; references too if wanted. */
    private static List<String> attributes(Probe<?> probe, boolean references) {
        return probe.entity().getSingularAttributes().stream()
                .filter(attribute -> !attribute.isId()
                        && (attribute.getPersistentAttributeType() == PersistentAttributeType.BASIC
                                || attribute.getPersistentAttributeType() == PersistentAttributeType.EMBEDDED
                                || references))
                .map(SingularAttribute::getName)
                .sorted()
                .toList();
    }

    private static <E> Object value(Probe<E> probe, String name, int number) {
        E found = probe.found(number);
        return found == null ? null : Fields.value(found, name);
    }

    private static boolean plainly(Probe<?> probe, String jpql, Object... values) {
        try {
            rows(probe, Object.class, jpql, em -> List.of(values));
            return true;
        } catch (PersistenceException | IllegalArgumentException | UnsupportedOperationException cannot) {
            return false;
        }
    }

    private static <R> List<R> rows(
            Probe<?> probe, Class<R> type, String jpql, Function<EntityManager, List<Object>> values) {
        return probe.plain(em -> {
            var query = em.createQuery(String.format(jpql, probe.entity().getName()), type);
            List<Object> bound = values.apply(em);
            for (int i = 0; i < bound.size(); i++) {
                query.setParameter(i + 1, bound.get(i));
            }
            return query.getResultList();
        });
    }
}
