package dev.facade.engine.preload;

import dev.facade.engine.Engine;
import dev.facade.engine.call.Hooks;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.engine.lease.CacheBypass;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.mapping.PreloadPlan;
import dev.facade.engine.preload.Preloader.Owner;
import dev.facade.query.Expression;
import dev.facade.query.Query;
import dev.facade.spi.ProviderExtension;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.OrderBy;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one association of some owners, few enough for one statement. Used by one thread. */
public final class AssociationReads {

    private static final String OPERATION = "preload";
    private static final String OWNER = "facade_owner";
    private static final String ASSOCIATED = "facade_associated";

    private final EntityManager em;
    private final EntityModel model;
    private final ReadOptions options;
    private final Hooks hooks;
    private final CacheBypass uncached;
    private final boolean hosted;

    public AssociationReads(EntityManager em, Engine engine, ReadOptions options, boolean hosted) {
        this.em = em;
        this.model = engine.model();
        this.options = options;
        this.hooks = engine.hooks();
        this.uncached = engine.uncached();
        this.hosted = hosted;
    }

    void load(List<Owner> owners, Attribute<?, ?> attribute, PreloadPlan plan) {
        Query<?> query = plan.query();
        if (plan.byKeys() == null && PreloadPlan.isOfEntities(attribute)) {
            EntityType<?> target = PreloadPlan.target(attribute);
            Query<?> all = query == null ? Query.from(target.getJavaType()) : query;
            Query<?> prepared = hooks.prepared(OPERATION, all);
            query = query == null && prepared == all ? inMappedOrder(owners.get(0), attribute, target) : prepared;
        }
        if (query == null && plan.byKeys() == null) {
            fetch(owners, attribute);
        } else {
            choose(owners, attribute, query, plan);
        }
    }

    /** JPA does not say that a fetch join keeps the mapping's order; null: there is none, or the provider keeps it. */
    private @Nullable Query<?> inMappedOrder(Owner owner, Attribute<?, ?> attribute, EntityType<?> target) {
        OrderBy order = attribute.getJavaMember() instanceof AnnotatedElement member
                ? member.getAnnotation(OrderBy.class)
                : null;
        boolean chooses = model.extension() == ProviderExtension.portable()
                && attribute.getJavaType() == List.class
                && !hosted
                && owner.path() != null
                && owner.type().hasSingleIdAttribute()
                && target.hasSingleIdAttribute();
        if (order == null || !chooses) {
            return null;
        }
        String criteria = order.value().isBlank() ? single(target) : order.value();
        Query<?> query = Query.from(target.getJavaType());
        for (String criterion : criteria.split(",")) {
            String[] words = criterion.strip().split("\\s+");
            Expression<Object> by = Expression.field(words[0]);
            boolean descending = words.length > 1 && words[1].equalsIgnoreCase("desc");
            query = query.orderBy(descending ? by.desc() : by.asc());
        }
        return query;
    }

    // -- all that is associated

    private void fetch(List<Owner> owners, Attribute<?, ?> attribute) {
        Owner first = owners.get(0);
        String path = path(first, attribute);
        Map<Object, Object> copies = new HashMap<>();
        List<Object> entities = owners.stream().map(Owner::entity).toList();
        Query<?> fetching = Query.from(first.type().getJavaType())
                .leftJoinFetch(path)
                .where(model.anyOf(OPERATION, first.type(), entities));
        for (Object copy : rows(fetching)) {
            copies.put(model.util().getIdentifier(copy), copy);
        }
        finishReferences(copies.values(), first.type(), attribute, path);
        String inverse = inverse(first, attribute);
        for (Owner owner : owners) {
            Object copy = copies.get(model.util().getIdentifier(owner.entity()));
            if (copy == null) {
                throw gone(owner);
            }
            if (copy != owner.entity()) {
                Object value = valueAt(owner.type(), copy, path);
                elements(value).forEach(entity -> leadBack(attribute, inverse, entity, owner));
                set(attribute, owner, value);
            }
        }
    }

    /** A fetch join may leave what the EntityManager knows as a proxy already: so does Hibernate with composite keys. */
    private void finishReferences(
            Collection<Object> copies, EntityType<?> type, Attribute<?, ?> attribute, String path) {
        if (attribute.isCollection() || !PreloadPlan.isOfEntities(attribute)) {
            return;
        }
        List<Object> unread = copies.stream()
                .map(copy -> valueAt(type, copy, path))
                .filter(value -> value != null && !model.util().isLoaded(value))
                .distinct()
                .toList();
        if (!unread.isEmpty()) {
            EntityType<?> target = PreloadPlan.target(attribute);
            rows(Query.from(target.getJavaType()).where(model.anyOfKeys(target, unread)));
        }
    }

    /** What is loaded names a copy of its owner, or a proxy of it. What is managed stays as it is. */
    private void leadBack(Attribute<?, ?> attribute, @Nullable String inverse, @Nullable Object entity, Owner owner) {
        if (inverse != null && entity != null && !hosted && !model.isProxy(entity)) {
            model.accessor().set(PreloadPlan.target(attribute).getAttribute(inverse), entity, owner.entity());
        }
    }

    private static Collection<?> elements(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values();
        }
        return value instanceof Collection<?> many ? many : value == null ? List.of() : List.of(value);
    }

    private EntityNotFoundException gone(Owner owner) {
        return new EntityNotFoundException("preload: " + owner.type().getName() + " " + id(owner)
                + " is not there (deleted, or not replayed yet); reload it, or pass Target.master()");
    }

    private @Nullable Object valueAt(EntityType<?> type, Object entity, String path) {
        String[] names = path.split("\\.");
        Object value = model.accessor().get(type.getAttribute(names[0]), entity);
        for (int i = 1; i < names.length && value != null; i++) {
            value = Preloader.property(value, names[i]);
        }
        return value;
    }

    /** Finds by their keys the entities to which embeddables refer: embeddables have no keys of their own. */
    void findReferences(List<Owner> owners, Attribute<?, ?> attribute) {
        EntityType<?> target = PreloadPlan.target(attribute);
        List<Object> references = new ArrayList<>();
        owners.forEach(owner -> {
            Object reference = get(attribute, owner);
            if (reference != null) {
                references.add(reference);
            }
        });
        Map<Object, Object> found = new HashMap<>();
        if (!references.isEmpty()) {
            Query<?> prepared = hooks.prepared(OPERATION, Query.from(target.getJavaType()));
            List<Object> ids = references.stream()
                    .map(reference -> model.util().getIdentifier(reference))
                    .distinct()
                    .toList();
            Query<?> byKey = prepared.where(Expression.rootField(single(target)).in(ids));
            rows(byKey).forEach(entity -> found.put(model.util().getIdentifier(entity), entity));
        }
        for (Owner owner : owners) {
            Object reference = get(attribute, owner);
            set(
                    attribute,
                    owner,
                    reference == null ? null : found.get(model.util().getIdentifier(reference)));
        }
    }

    // -- what a query or a function chooses

    private void choose(List<Owner> owners, Attribute<?, ?> attribute, @Nullable Query<?> query, PreloadPlan plan) {
        owners.forEach(owner -> checkUnwritten(owner, plan));
        Map<Object, List<Object>> chosen;
        String inverse = query == null ? null : inverse(owners.get(0), attribute);
        if (query != null && inverse != null) {
            chosen = byInverse(owners, attribute, query, inverse);
        } else {
            chosen = byPairs(owners, attribute, query, plan);
        }
        for (Owner owner : owners) {
            List<Object> own = chosen.getOrDefault(id(owner), List.of());
            own.forEach(entity -> leadBack(attribute, inverse, entity, owner));
            set(attribute, owner, shaped(attribute, own, plan.isChosen()));
        }
    }

    /** A host's transaction would write what was chosen as if it were all there is. */
    private void checkUnwritten(Owner owner, PreloadPlan plan) {
        if (hosted && em.contains(owner.entity())) {
            throw new IllegalStateException("preload: " + plan.path()
                    + " by a query in a host's transaction (expected: outside one, or without the query)");
        }
    }

    /** The attribute by which the associated entities name their owner, if it is a plain one. */
    private static @Nullable String inverse(Owner owner, Attribute<?, ?> attribute) {
        String mappedBy = owner.isEmbeddable()
                ? null
                : EntityShape.of(owner.type().getJavaType())
                        .property(attribute.getName())
                        .mappedBy();
        if (mappedBy == null || mappedBy.contains(".")) {
            return null;
        }
        Attribute<?, ?> other = PreloadPlan.target(attribute).getAttribute(mappedBy);
        return other.isCollection() || !owner.type().hasSingleIdAttribute() ? null : mappedBy;
    }

    private Map<Object, List<Object>> byInverse(
            List<Owner> owners, Attribute<?, ?> attribute, Query<?> query, String inverse) {
        String key = inverse + "." + single(owners.get(0).type());
        Attribute<?, ?> back = PreloadPlan.target(attribute).getAttribute(inverse);
        Map<Object, List<Object>> chosen = new HashMap<>();
        for (Object entity : rows(query.where(Expression.rootField(key).in(ids(owners))))) {
            Object owner = Objects.requireNonNull(model.accessor().get(back, entity), inverse);
            chosen.computeIfAbsent(model.util().getIdentifier(owner), id -> new ArrayList<>())
                    .add(entity);
        }
        return chosen;
    }

    private Map<Object, List<Object>> byPairs(
            List<Owner> owners, Attribute<?, ?> attribute, @Nullable Query<?> query, PreloadPlan plan) {
        EntityType<?> target = PreloadPlan.target(attribute);
        Map<Object, Set<Object>> ownersOf = pairs(owners, attribute, target);
        Collection<?> found = List.of();
        if (!ownersOf.isEmpty() && query != null) {
            found = rows(query.where(Expression.rootField(single(target)).in(ownersOf.keySet())));
        } else if (!ownersOf.isEmpty()) {
            found = Objects.requireNonNull(plan.byKeys()).apply(List.copyOf(ownersOf.keySet()));
            checkFound(found, plan);
            found.forEach(entity -> checkFound(entity, target, plan));
        }
        Map<Object, List<Object>> chosen = new HashMap<>();
        for (Object entity : found) {
            Object key = model.requiredId(OPERATION, model.typeOf(OPERATION, entity), entity);
            ownersOf.getOrDefault(key, Set.of())
                    .forEach(id ->
                            chosen.computeIfAbsent(id, any -> new ArrayList<>()).add(entity));
        }
        return chosen;
    }

    private static void checkFound(@Nullable Collection<?> found, PreloadPlan plan) {
        if (found == null) {
            throw new IllegalArgumentException(
                    "preload: the function of " + plan.path() + " returned null (expected: entities, maybe none)");
        }
    }

    private static void checkFound(@Nullable Object entity, EntityType<?> target, PreloadPlan plan) {
        if (!target.getJavaType().isInstance(entity)) {
            throw new IllegalArgumentException("preload: the function of " + plan.path() + " found " + entity
                    + " (expected: a " + target.getJavaType().getName() + ")");
        }
    }

    /** The key of each associated entity, and the keys of its owners. */
    private Map<Object, Set<Object>> pairs(List<Owner> owners, Attribute<?, ?> attribute, EntityType<?> target) {
        Owner first = owners.get(0);
        Expression<Object> ownerKey = Expression.field(OWNER + "." + single(first.type()));
        Query<?> pairs = Query.from(first.type().getJavaType())
                .as(OWNER)
                .join(path(first, attribute), ASSOCIATED)
                .where(ownerKey.in(ids(owners)))
                .selectTuple(ownerKey, Expression.field(ASSOCIATED + "." + single(target)));
        Map<Object, Set<Object>> ownersOf = new HashMap<>();
        for (Object raw : uncached.heeded(em, options.timed(pairs.compile(em))).getResultList()) {
            Object[] pair = (Object[]) raw;
            ownersOf.computeIfAbsent(pair[1], key -> new LinkedHashSet<>()).add(pair[0]);
        }
        return ownersOf;
    }

    /** All that is associated, in the mapping's order: not taken for a program's own list. */
    private static final class WholeList extends ArrayList<Object> {
        private static final long serialVersionUID = 1L;

        WholeList(Collection<?> all) {
            super(all);
        }
    }

    private static @Nullable Object shaped(Attribute<?, ?> attribute, List<Object> chosen, boolean byCaller) {
        if (!attribute.isCollection()) {
            return chosen.isEmpty() ? null : chosen.get(0);
        }
        if (SortedSet.class.isAssignableFrom(attribute.getJavaType())) {
            return new TreeSet<>(chosen);
        }
        if (Set.class.isAssignableFrom(attribute.getJavaType())) {
            return new LinkedHashSet<>(chosen);
        }
        return byCaller ? new ArrayList<>(chosen) : new WholeList(chosen);
    }

    // -- what all need

    private List<?> rows(Query<?> query) {
        return uncached.heeded(em, options.timed(query.compile(em))).getResultList();
    }

    private List<Object> ids(List<Owner> owners) {
        return owners.stream().map(this::id).distinct().toList();
    }

    private Object id(Owner owner) {
        return model.requiredId(OPERATION, owner.type(), owner.entity());
    }

    private static String path(Owner owner, Attribute<?, ?> attribute) {
        if (owner.path() == null) {
            throw new IllegalArgumentException("preload: " + attribute.getName() + " of one of many embeddables in "
                    + owner.type().getName() + " (expected: a reference to one entity, without a query)");
        }
        return owner.path() + attribute.getName();
    }

    private static String single(EntityType<?> type) {
        if (!type.hasSingleIdAttribute()) {
            throw new IllegalArgumentException("preload: " + type.getName()
                    + " has several attributes in its key (expected: one, to be loaded by a query or by keys)");
        }
        return EntityModel.idAttribute(type).getName();
    }

    @Nullable
    Object get(Attribute<?, ?> attribute, Owner owner) {
        return owner.isEmbeddable()
                ? Preloader.property(owner.value(), attribute.getName())
                : model.accessor().get(attribute, owner.value());
    }

    private void set(Attribute<?, ?> attribute, Owner owner, @Nullable Object value) {
        if (owner.isEmbeddable()) {
            Property property = EntityShape.of(owner.value().getClass()).property(attribute.getName());
            if (owner.value() instanceof Record) {
                throw new IllegalArgumentException("preload: " + attribute.getName() + " of the record "
                        + owner.value().getClass().getName() + " (expected: an embeddable whose fields can be set)");
            }
            property.set(owner.value(), value);
        } else {
            model.accessor().set(attribute, owner.value(), value);
        }
    }
}
