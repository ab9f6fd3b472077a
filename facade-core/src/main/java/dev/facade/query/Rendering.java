package dev.facade.query;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.Lossless;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.Metamodel;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JPQL of one query as it is written for one factory, with its bound values. Used by one thread. */
final class Rendering {

    private static final int DEEPEST = 48;
    private static final int MOST_PIECES = 500_000;

    private final StringBuilder text = new StringBuilder();
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> given = new LinkedHashMap<>();
    private final Metamodel metamodel;
    private final @Nullable Preparation preparation;
    private final Map<Class<?>, Optional<Condition>> restrictions = new HashMap<>();
    private final Set<Attribute<?, ?>> compared = new HashSet<>();
    private Scope scope = new Scope(null);
    private int aliases;
    private int depth;
    private int pieces;
    private int trusted;

    Rendering(Metamodel metamodel, @Nullable Preparation preparation) {
        this.metamodel = metamodel;
        this.preparation = preparation;
    }

    String text() {
        return text.toString();
    }

    /** Values of named parameters; those of a query win over those of the subqueries in it. */
    void give(Map<String, @Nullable Object> parameters) {
        parameters.forEach((name, value) -> {
            if (!given.containsKey(name)) {
                given.put(name, value);
            }
        });
    }

    Map<String, @Nullable Object> allValues() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(given);
        all.putAll(values);
        return all;
    }

    Rendering add(String jpql) {
        text.append(jpql);
        return this;
    }

    Rendering add(Node node) {
        deeper();
        node.render(this);
        shallower();
        return this;
    }

    /** Before what stands inside something else; parsers need long, and stacks end, where nothing bounds it. */
    void deeper() {
        if (++pieces > MOST_PIECES) {
            throw new IllegalArgumentException("query: of more than " + MOST_PIECES
                    + " pieces (expected: fewer; for values of one attribute use in(...), or read in parts)");
        }
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("query: conditions, expressions or subqueries nested more than "
                    + DEEPEST + " deep (expected: fewer; those joined by one word count as one)");
        }
    }

    void shallower() {
        depth--;
    }

    Rendering addAll(Iterable<? extends Node> nodes) {
        String separator = "";
        for (Node node : nodes) {
            add(separator).add(node);
            separator = ", ";
        }
        return this;
    }

    int length() {
        return text.length();
    }

    /** Takes away, and returns, what was written since. */
    String takeFrom(int start) {
        String taken = text.substring(start);
        text.setLength(start);
        return taken;
    }

    Rendering bind(@Nullable Object value) {
        String name = "facade_" + values.size();
        values.put(name, value);
        return add(":").add(name);
    }

    // -- what a program adds to the parts of a query

    /** A part with the conditions that a program adds. */
    <T extends @Nullable Object> Query<T> prepared(Query<T> part) {
        return part.isFromEntity() ? part.meeting(restriction(part.entity())) : part;
    }

    /** The conditions that a program adds for an entity; null: none. */
    @Nullable
    Condition restriction(Class<?> entity) {
        if (preparation == null || trusted > 0) {
            return null;
        }
        return restrictions
                .computeIfAbsent(entity, type -> Optional.ofNullable(preparation.restriction(type)))
                .orElse(null);
    }

    /** Writes what the program itself has added, to which nothing more is added. */
    void trusting(Node node) {
        trusted++;
        add(node);
        trusted--;
    }

    /** Writes conditions on a source other than the root. */
    void about(String alias, ManagedType<?> type, Condition condition) {
        Scope around = scope;
        scope = new Scope(null);
        scope.add(null, new Scope.Source(alias, type, Set.of()));
        add(condition.operand());
        scope = around;
    }

    /** Refuses to read an entity by a path, where a program lets only some of its rows through. */
    private void checkOpen(String path, ManagedType<?> type, String next, boolean last) {
        boolean hidden = type instanceof EntityType<?> entity && restriction(entity.getJavaType()) != null;
        boolean key = hidden
                && last
                && type.getAttribute(next) instanceof SingularAttribute<?, ?> attribute
                && attribute.isId();
        if (hidden && !key) {
            throw refused(path, type, "a join, and a path from its alias");
        }
    }

    private static UnsupportedOperationException refused(String path, ManagedType<?> type, String expected) {
        return new UnsupportedOperationException(Echo.of(path) + ": reads "
                + type.getJavaType().getSimpleName() + ", whose rows prepareQuery restricts (expected: " + expected
                + ")");
    }

    /** Refuses to select an entity by a path, where a program lets only some of its rows through. */
    void checkSelected(@Nullable String path) {
        Attribute<?, ?> attribute = preparation == null || path == null ? null : attribute(path);
        ManagedType<?> selected = attribute == null ? null : target(attribute);
        if (selected instanceof EntityType<?> entity && restriction(entity.getJavaType()) != null) {
            throw refused(Objects.requireNonNull(path), selected, "a join, and its alias");
        }
    }

    /** Refuses to fetch an entity, where a program lets only some of its rows through. */
    void checkFetched(String path) {
        Attribute<?, ?> attribute = preparation == null ? null : attribute(path);
        ManagedType<?> fetched = attribute == null ? null : target(attribute);
        if (fetched instanceof EntityType<?> entity && restriction(entity.getJavaType()) != null) {
            throw refused(path, fetched, "preload, or a join without fetch");
        }
    }

    // -- scopes

    Scope enter() {
        scope = new Scope(scope);
        return scope;
    }

    void leave() {
        scope = Objects.requireNonNull(scope.outer());
    }

    /** Declares a source under a name of the caller's, or none, and returns the alias to write. */
    String declare(@Nullable String name, @Nullable ManagedType<?> type, Set<String> columns) {
        String alias = "x" + aliases++;
        scope.add(name, new Scope.Source(alias, type, columns));
        return alias;
    }

    String root() {
        return scope.root().alias();
    }

    Node selected(String alias) {
        return scope.selected(alias);
    }

    // -- names

    /** Only Hibernate's dialect of JPQL has it. */
    void hibernateOnly(String what) {
        if (!isHibernate()) {
            throw new UnsupportedOperationException(what + ": this provider cannot (expected: Hibernate)");
        }
    }

    boolean isHibernate() {
        return metamodel.getClass().getName().startsWith("org.hibernate.");
    }

    EntityType<?> entity(Class<?> type) {
        for (EntityType<?> known : metamodel.getEntities()) {
            if (type.equals(known.getJavaType())) {
                return known;
            }
        }
        throw new IllegalArgumentException("entity: " + type.getName() + " (expected: an entity of this factory)");
    }

    EntityType<?> rootEntity() {
        if (scope.root().type() instanceof EntityType<?> entity) {
            return entity;
        }
        throw new IllegalArgumentException("source: a subquery (expected: an entity)");
    }

    /** The expression that stands for a row in a count. */
    String counted() {
        Scope.Source root = scope.root();
        return root.type() != null ? root.alias() : "*";
    }

    /** Writes a path after checking each of its names. */
    void path(String path) {
        resolve(path, scope.find(path.split("\\.", 2)[0]), true);
    }

    /** Writes a path from the root, whatever the aliases are called. */
    void rootPath(String path) {
        resolve(path, null, true);
    }

    /** The attribute at the end of a path, or null for a column of a subquery. */
    @Nullable
    Attribute<?, ?> attribute(String path) {
        return resolve(path, scope.find(path.split("\\.", 2)[0]), false);
    }

    /** Refuses an attribute of another type than its expression was said to have. */
    void checkType(String path, Class<?> type) {
        Attribute<?, ?> attribute = attribute(path);
        if (attribute != null && !attribute.isCollection()) {
            Class<?> is = Names.boxed(attribute.getJavaType());
            if (!Names.boxed(type).isAssignableFrom(is)) {
                throw new IllegalArgumentException(
                        "type: " + type.getName() + " of " + Echo.of(path) + " (expected: " + is.getName() + ")");
            }
        }
    }

    /** The type that is joined along an association; null for a collection of plain values. */
    @Nullable
    ManagedType<?> joined(String path) {
        Attribute<?, ?> attribute = attribute(path);
        return attribute != null && attribute.isCollection() ? target(attribute) : target(path);
    }

    /** The type of the elements at a path's end: an entity or embeddable. */
    ManagedType<?> target(String path) {
        Attribute<?, ?> attribute = attribute(path);
        ManagedType<?> target = attribute == null ? null : target(attribute);
        if (target == null) {
            throw new IllegalArgumentException("association: " + Echo.of(path) + " (expected: an association)");
        }
        return target;
    }

    /** Without an alias nothing is asked of the elements, which may be plain values. */
    void checkJoined(String path) {
        Attribute<?, ?> attribute = attribute(path);
        if (attribute == null || !attribute.isCollection()) {
            target(path);
        }
    }

    private static @Nullable ManagedType<?> target(Attribute<?, ?> attribute) {
        Type<?> type = attribute instanceof SingularAttribute<?, ?> one
                ? one.getType()
                : ((PluralAttribute<?, ?, ?>) attribute).getElementType();
        return type instanceof ManagedType<?> managed ? managed : null;
    }

    private @Nullable Attribute<?, ?> resolve(String path, Scope.@Nullable Source named, boolean write) {
        String[] names = path.split("\\.", -1);
        Scope.Source source = named == null ? scope.root() : named;
        int first = named == null ? 0 : 1;
        if (write) {
            add(source.alias());
        }
        ManagedType<?> type = source.type();
        Attribute<?, ?> attribute = null;
        for (int i = first; i < names.length; i++) {
            if (type == null) {
                column(source, names[i], attribute, i == first);
            } else {
                if (i > first) {
                    checkOpen(path, type, names[i], i == names.length - 1);
                }
                attribute = i == 0 ? first(type, path, names[0]) : Names.attribute(type, names[i]);
                type = target(attribute);
            }
            if (write) {
                add(".").add(names[i]);
            }
        }
        return attribute;
    }

    /** A first name that is neither an attribute nor an alias. */
    private Attribute<?, ?> first(ManagedType<?> type, String path, String name) {
        Set<String> known = scope.names();
        if (path.contains(".") && !known.isEmpty()) {
            type.getAttributes().forEach(attribute -> known.add(attribute.getName()));
            if (!known.contains(name)) {
                throw Names.unknown("attribute or alias", "", name, known);
            }
        }
        return Names.attribute(type, name);
    }

    private static void column(Scope.Source source, String name, @Nullable Attribute<?, ?> before, boolean first) {
        if (before != null || !first) {
            throw new IllegalArgumentException(
                    "attribute: " + Echo.of(name) + " behind a value (expected: nothing behind it)");
        }
        if (!source.columns().contains(name)) {
            throw Names.unknown("column", "", name, source.columns());
        }
    }

    /** A statement changes columns of its own entity only. */
    void checkOwn(String path) {
        int end = path.lastIndexOf('.');
        Attribute<?, ?> owner = end < 0 ? null : attribute(path.substring(0, end));
        if (owner != null && owner.isAssociation()) {
            throw new IllegalArgumentException(
                    "changes: " + Echo.of(path) + " (expected: an attribute of the entity itself)");
        }
    }

    /** The value as an attribute has it; one that it cannot have is refused. */
    Object fitting(String path, Object value) {
        Attribute<?, ?> attribute = attribute(path);
        if (attribute != null) {
            compared.add(attribute);
        }
        boolean plain = attribute != null
                && !attribute.isCollection()
                && (!attribute.getJavaType().isArray());
        return plain
                ? Lossless.fitting(
                        Echo.of(path), value, Objects.requireNonNull(attribute).getJavaType())
                : value;
    }

    /** The attributes that conditions compare with values. */
    Set<Attribute<?, ?>> compared() {
        return compared;
    }

    /** An element as an array attribute has it. */
    Object fittingElement(String path, Object value) {
        Attribute<?, ?> attribute = attribute(path);
        Class<?> element = attribute == null ? null : attribute.getJavaType().getComponentType();
        return element == null ? value : Lossless.fitting(Echo.of(path), value, element);
    }
}
