package dev.facade.hibernate.mapping;

import dev.facade.query.Preload;
import dev.facade.query.Query;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hibernate.Hibernate;

/** The columns that preload. */
final class PreloadOperations {

    private static final int SAMPLES = 3;

    private PreloadOperations() {}

    static final Operations ALL = withoutPreloads(Operations.of(
                    "preloads",
                    Operation.of("preload as an option", PreloadOperations::option),
                    Operation.of("preload afterwards", PreloadOperations::afterwards),
                    Operation.of("preload of what was inserted", PreloadOperations::inserted),
                    Operation.of("preload by a query", PreloadOperations::byQuery))
            .refused("@IdClass with a to-one", "preload by a query", "several attributes in its key"));

    private static Operations withoutPreloads(Operations operations) {
        Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream())
                .filter(kind -> kind.preloads.isEmpty())
                .forEach(kind -> operations.all.forEach(
                        operation -> operations.none(kind.name, operation.name(), "nothing to preload")));
        return operations;
    }

    private static <E> void option(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        Preload preload = Preload.of(probe.kind.preloads.toArray(String[]::new));
        for (int number = 1; number <= SAMPLES; number++) {
            Object key = probe.key(number);
            E actual = probe.facade(repo -> repo.getOrThrow(probe.kind.type, key, preload));
            probe.same("sample " + number, Picture.of(actual), Picture.of(initialized(probe, key)));
        }
        probe.same(
                "all",
                Picture.unordered(probe.facade(repo -> repo.all(probe.kind.type, preload))),
                Picture.unordered(probe.plain(em -> {
                    String jpql = "select e from " + probe.entity().getName() + " e";
                    List<E> all = em.createQuery(jpql, probe.kind.type).getResultList();
                    all.forEach(entity -> initialize(probe, entity));
                    return all;
                })));
    }

    private static <E> void afterwards(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        Preload preload = Preload.of(probe.kind.preloads.toArray(String[]::new));
        List<E> found = new ArrayList<>();
        List<E> expected = new ArrayList<>();
        for (Object key : probe.keys()) {
            found.add(probe.plain(em -> em.find(probe.kind.type, key)));
            expected.add(initialized(probe, key));
        }
        probe.same(
                "all", Picture.ordered(probe.facade(repo -> repo.preload(found, preload))), Picture.ordered(expected));
    }

    /** What was inserted is what the program holds; what is preloaded is what the database holds. */
    private static <E> void inserted(Probe<E> probe) throws Exception {
        Preload preload = Preload.of(probe.kind.preloads.toArray(String[]::new));
        probe.fresh(0);
        E inserted = probe.facade(repo -> repo.insert(probe.kind.sample(2)));
        E actual = probe.facade(repo -> repo.preload(inserted, preload));
        Object key = probe.stage.factory.getPersistenceUnitUtil().getIdentifier(inserted);
        E expected = initialized(probe, key);
        for (String path : probe.kind.preloads) {
            String name = path.split("\\.")[0];
            probe.same(
                    path,
                    Picture.of(Fields.value(actual, name)).replaceAll("=.{0,40} again|=not loaded", "=it"),
                    Picture.of(Fields.value(expected, name)).replaceAll("=.{0,40} again|=not loaded", "=it"));
        }
    }

    private static <E> void byQuery(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (String path : probe.kind.preloads) {
            Attribute<?, ?> attribute = attribute(probe, path);
            if (!(target(attribute) instanceof EntityType<?> target) || attribute.getJavaType() == Map.class) {
                continue;
            }
            Preload preload = Preload.of().with(path, Query.from(target.getJavaType()));
            Object key = probe.key(2);
            E found = probe.found(2);
            E actual = probe.facade(repo -> repo.preload(found, preload));
            E expected = initialized(probe, key);
            String name = path.split("\\.")[0];
            Object chosen = Fields.value(actual, name);
            Object whole = Fields.value(expected, name);
            if (chosen instanceof Collection<?> some && whole instanceof Collection<?> many) {
                probe.same(path, Picture.unordered(some), Picture.unordered(many));
            } else {
                probe.same(path, Picture.of(chosen), Picture.of(whole));
            }
        }
    }

    // -- what plain Hibernate does

    private static <E> E initialized(Probe<E> probe, Object key) {
        return probe.plain(em -> {
            E entity = em.find(probe.kind.type, key);
            initialize(probe, entity);
            return entity;
        });
    }

    private static void initialize(Probe<?> probe, Object entity) {
        for (String path : probe.kind.preloads) {
            Object value = entity;
            for (String name : path.split("\\.")) {
                value = value == null || !Fields.has(value, name) ? null : Fields.value(Hibernate.unproxy(value), name);
                Hibernate.initialize(value);
            }
        }
    }

    private static Attribute<?, ?> attribute(Probe<?> probe, String path) {
        ManagedType<?> type = probe.entity();
        Attribute<?, ?> attribute = null;
        for (String name : path.split("\\.")) {
            attribute = subtypeWith(probe, type, name).getAttribute(name);
            type = target(attribute) instanceof ManagedType<?> next ? next : type;
        }
        return attribute;
    }

    private static ManagedType<?> subtypeWith(Probe<?> probe, ManagedType<?> type, String name) {
        return probe.stage.factory.getMetamodel().getManagedTypes().stream()
                .filter(candidate -> type.getJavaType().isAssignableFrom(candidate.getJavaType()))
                .filter(candidate -> candidate.getAttributes().stream()
                        .anyMatch(attribute -> attribute.getName().equals(name)))
                .findFirst()
                .orElseThrow();
    }

    private static Object target(Attribute<?, ?> attribute) {
        return attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType()
                : ((SingularAttribute<?, ?>) attribute).getType();
    }
}
