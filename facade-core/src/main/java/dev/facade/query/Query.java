package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.Metamodel;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The description of a read, or of a bulk statement, put together step by step. Immutable: each step returns a copy. It
 * belongs to no node; each node compiles it for its own factory.
 *
 * <p>{@code from(Post.class).where(field(Post_.likes).gt(100)).orderBy(field(Post_.likes).desc()).limit(10)}. Names are
 * checked against the metamodel, with the nearest known one in the message, and values are always bound.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(
 *         from(Post.class).where(field("likes").gt(100)).orderBy(field("likes").desc()).limit(10));
 * }</pre>
 *
 * @param <T> what a row becomes
 */
public final class Query<T extends @Nullable Object> implements Queryable<T> {

    private final Clauses clauses;

    private Query(Clauses clauses) {
        this.clauses = clauses;
    }

    Clauses clauses() {
        return clauses;
    }

    private <R extends @Nullable Object> Query<R> copy(Consumer<Clauses> change) {
        Clauses copy = new Clauses(clauses);
        change.accept(copy);
        return new Query<>(copy);
    }

    private <R extends @Nullable Object> Query<R> selecting(Selection<R> selection) {
        return copy(copy -> copy.selection = selection);
    }

    // -- sources

    /**
     * All entities of a class.
     *
     * @param type an entity class
     * @param <T> the entity
     * @return the query
     */
    public static <T> Query<T> from(Class<T> type) {
        return new Query<>(new Clauses(new Source.OfEntity(Objects.requireNonNull(type, "type"))));
    }

    /**
     * The query of another query's values, each under its name; with Hibernate.
     *
     * @param query selects values that have names
     * @return a query that must select
     */
    public static Query<?> from(Query<?> query) {
        return new Query<>(new Clauses(new Source.OfQuery(Objects.requireNonNull(query, "query"))));
    }

    /**
     * Names the query's source, for its own expressions and those of subqueries.
     *
     * @param alias letters, digits and underscores
     * @return a copy
     */
    public Query<T> as(String alias) {
        Names.identifier("alias", alias);
        return copy(copy -> copy.alias = alias);
    }

    /**
     * Joins along an association; rows without an associated entity are left out.
     *
     * @param association its path
     * @param alias names what is joined
     * @return a copy
     */
    public Query<T> join(String association, String alias) {
        return joined("join", association, null, alias, null);
    }

    /**
     * Joins along an association; rows without an associated entity stay.
     *
     * @param association its path
     * @param alias names what is joined
     * @return a copy
     */
    public Query<T> leftJoin(String association, String alias) {
        return joined("left join", association, null, alias, null);
    }

    /**
     * Joins along an association, as far as a condition is met; rows without stay.
     *
     * @param association its path
     * @param alias names what is joined
     * @param on the condition
     * @return a copy
     */
    public Query<T> leftJoin(String association, String alias, Condition on) {
        return joined("left join", association, null, alias, on);
    }

    /**
     * Joins the entities of a class.
     *
     * @param type an entity class
     * @param alias names what is joined
     * @param on the condition
     * @return a copy
     */
    public Query<T> join(Class<?> type, String alias, Condition on) {
        return joined("join", null, new Source.OfEntity(type), alias, on);
    }

    /**
     * Joins the entities of a class; rows without stay.
     *
     * @param type an entity class
     * @param alias names what is joined
     * @param on the condition
     * @return a copy
     */
    public Query<T> leftJoin(Class<?> type, String alias, Condition on) {
        return joined("left join", null, new Source.OfEntity(type), alias, on);
    }

    /**
     * Joins what another query selects; with Hibernate.
     *
     * @param query selects values that have names
     * @param alias names what is joined
     * @param on the condition
     * @return a copy
     */
    public Query<T> join(Query<?> query, String alias, Condition on) {
        return joined("join", null, new Source.OfQuery(query), alias, on);
    }

    /**
     * Loads an association with the same statement; rows without an associated entity are left out.
     *
     * @param association its path
     * @return a copy
     */
    public Query<T> joinFetch(String association) {
        return fetched("join fetch", association);
    }

    /**
     * Loads an association with the same statement; rows without an associated entity stay.
     *
     * @param association its path
     * @return a copy
     */
    public Query<T> leftJoinFetch(String association) {
        return fetched("left join fetch", association);
    }

    private Query<T> fetched(String word, String association) {
        Expression.field(association);
        return copy(copy -> copy.joins.add(new Join(word, association, null, null, null)));
    }

    private Query<T> joined(
            String word, @Nullable String association, @Nullable Source source, String alias, @Nullable Condition on) {
        if (association != null) {
            Expression.field(association);
        }
        Join join = new Join(word, association, source, Names.identifier("alias", alias), on);
        return copy(copy -> copy.joins.add(join));
    }

    // -- which rows

    /**
     * Keeps the rows that also meet a condition.
     *
     * @param condition the condition
     * @return a copy
     */
    public Query<T> where(Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return copy(copy -> copy.where = copy.where == null ? condition : copy.where.and(condition));
    }

    /**
     * Lets rows in that meet this condition instead of those before.
     *
     * @param condition the condition
     * @return a copy
     */
    public Query<T> orWhere(Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return copy(copy -> copy.where = copy.where == null ? condition : copy.where.or(condition));
    }

    /**
     * Keeps the rows whose attribute has a value.
     *
     * @param attribute its path
     * @param value bound, not null
     * @return a copy
     */
    public Query<T> where(String attribute, Object value) {
        return where(Expression.field(attribute).eq(value));
    }

    /**
     * Keeps the rows whose attribute has a value.
     *
     * @param attribute the attribute
     * @param value bound, not null
     * @param <V> its type
     * @return a copy
     */
    public <V> Query<T> where(SingularAttribute<? super T, V> attribute, V value) {
        return where(Expression.field(attribute).eq(value));
    }

    /**
     * Keeps the rows whose attributes have the given values.
     *
     * @param clauses attribute to value, none null
     * @return a copy
     */
    public Query<T> by(Map<String, ?> clauses) {
        if (clauses == null) {
            throw new IllegalArgumentException("clauses: null (expected: attribute to value)");
        }
        Query<T> query = this;
        for (Map.Entry<String, ?> clause : clauses.entrySet()) {
            query = query.where(clause.getKey(), clause.getValue());
        }
        return query;
    }

    /**
     * Keeps one row of those that are equal. An aggregate of a value then looks at each different value once, as Ecto's
     * does: with likes of 10, 12, 14 and 14 {@code countValues()} is 3. {@code count()} still counts entities.
     *
     * @return a copy
     */
    public Query<T> distinct() {
        return copy(copy -> copy.distinct = true);
    }

    /**
     * Makes one row of those for which some values are equal.
     *
     * @param expressions the values
     * @return a copy
     */
    public Query<T> groupBy(Expression<?>... expressions) {
        return copy(copy -> copy.groups.addAll(List.of(expressions)));
    }

    /**
     * Keeps the groups that also meet a condition.
     *
     * @param condition may name aggregates
     * @return a copy
     */
    public Query<T> having(Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return copy(copy -> copy.having = copy.having == null ? condition : copy.having.and(condition));
    }

    /**
     * Lets groups in that meet this condition instead of those before.
     *
     * @param condition may name aggregates
     * @return a copy
     */
    public Query<T> orHaving(Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return copy(copy -> copy.having = copy.having == null ? condition : copy.having.or(condition));
    }

    // -- order and part

    /**
     * Orders the rows, after the criteria that are there already.
     *
     * @param orders the criteria
     * @return a copy
     */
    public Query<T> orderBy(Order... orders) {
        for (Order order : orders) {
            if (order == null) {
                throw new IllegalArgumentException("order: null (expected: one, such as field(\"id\").asc())");
            }
        }
        return copy(copy -> copy.orders.addAll(List.of(orders)));
    }

    /**
     * Turns the order round; without one, it becomes that of the key, greatest first.
     *
     * @return a copy
     */
    public Query<T> reverseOrder() {
        return keyOrdered(copy -> copy.orders.replaceAll(Order::reverse));
    }

    private Query<T> keyOrdered(Consumer<Clauses> change) {
        return copy(copy -> {
            if (copy.orders.isEmpty()) {
                copy.orders.add(Order.byKey());
            }
            change.accept(copy);
        });
    }

    /**
     * Takes the order away.
     *
     * @return a copy
     */
    public Query<T> unordered() {
        return copy(copy -> copy.orders.clear());
    }

    /**
     * Reads some rows at most.
     *
     * @param rows at least 0
     * @return a copy
     */
    public Query<T> limit(int rows) {
        check("limit", rows);
        return copy(copy -> copy.limit = rows);
    }

    /**
     * Leaves out the first rows.
     *
     * @param rows at least 0
     * @return a copy
     */
    public Query<T> offset(int rows) {
        check("offset", rows);
        return copy(copy -> copy.offset = rows);
    }

    /**
     * Reads some rows at most, and no more than before.
     *
     * @param rows at least 0
     * @return a copy
     */
    public Query<T> atMost(int rows) {
        return limit(Math.min(rows, clauses.limit));
    }

    private static void check(String name, int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException(name + ": " + rows + " (expected: >= 0)");
        }
    }

    /**
     * Reads the first row only, in its order or, without one, in that of the key.
     *
     * @return a copy
     */
    public Query<T> first() {
        return keyOrdered(copy -> copy.limit = 1);
    }

    /**
     * Reads the last row only, in its order or, without one, in that of the key.
     *
     * @return a copy
     */
    public Query<T> last() {
        return reverseOrder().limit(1);
    }

    // -- what a row becomes

    /**
     * Selects one value.
     *
     * @param expression the value
     * @param <V> its type
     * @return a copy
     */
    public <V extends @Nullable Object> Query<V> select(Expression<V> expression) {
        return selecting(Selection.value(Objects.requireNonNull(expression, "expression")));
    }

    /**
     * Makes a record, or another class, of each row.
     *
     * @param type its constructor takes the values, in their order
     * @param expressions the values
     * @param <R> the class
     * @return a copy
     */
    public <R> Query<R> select(Class<R> type, Expression<?>... expressions) {
        return selecting(Selection.construct(type, expressions));
    }

    /**
     * Makes a tuple, as a list, of each row.
     *
     * @param expressions the values
     * @return a copy
     */
    public Query<List<@Nullable Object>> selectTuple(Expression<?>... expressions) {
        return selecting(Selection.list(expressions));
    }

    /**
     * Makes a map of each row; its keys are the names of the values.
     *
     * @param expressions the values, each an attribute or named by {@link Expression#as}
     * @return a copy
     */
    public Query<Map<String, @Nullable Object>> selectMap(Expression<?>... expressions) {
        return selecting(Selection.map(expressions));
    }

    /**
     * Reads some attributes only: rows are entities whose other attributes are as their constructor left them. They are
     * to be shown, not to be written.
     *
     * @param attributes their names
     * @return a copy
     */
    public Query<T> selectOnly(String... attributes) {
        return selectOnly(Arrays.stream(attributes).map(Expression::field).toArray(Expression<?>[]::new));
    }

    /**
     * Makes entities of the values, each set into the attribute of its name, a transient one too.
     *
     * @param expressions the values, each an attribute or named by {@link Expression#as}
     * @return a copy
     */
    public Query<T> selectOnly(Expression<?>... expressions) {
        return selecting(Selection.partial(entity(), expressions));
    }

    /**
     * Adds a value to each row: an entry of a map, or an attribute of an entity, a transient one too.
     *
     * @param expression the value, an attribute or named by {@link Expression#as}
     * @return a copy
     */
    @SuppressWarnings("unchecked")
    public Query<T> merge(Expression<?> expression) {
        return selecting(((Selection<T>) clauses.selection).merge(expression));
    }

    // -- combinations

    /**
     * Adds the rows of another query; equal ones once.
     *
     * @param other selects the same
     * @return a copy
     */
    public Query<T> union(Query<? extends T> other) {
        return combined("union", other);
    }

    /**
     * Adds the rows of another query.
     *
     * @param other selects the same
     * @return a copy
     */
    public Query<T> unionAll(Query<? extends T> other) {
        return combined("union all", other);
    }

    /**
     * Keeps the rows that another query has as well.
     *
     * @param other selects the same
     * @return a copy
     */
    public Query<T> intersect(Query<? extends T> other) {
        return combined("intersect", other);
    }

    /**
     * Takes away the rows of another query.
     *
     * @param other selects the same
     * @return a copy
     */
    public Query<T> except(Query<? extends T> other) {
        return combined("except", other);
    }

    private Query<T> combined(String word, Query<? extends T> other) {
        Objects.requireNonNull(other, "other");
        return copy(copy -> copy.combinations.add(new Clauses.Combination(word, other)));
    }

    /**
     * Gives a named parameter its value.
     *
     * @param parameter the name given to {@link Expression#parameter}
     * @param value may be null
     * @return a copy
     */
    public Query<T> with(String parameter, @Nullable Object value) {
        Names.parameter(parameter);
        return copy(copy -> copy.parameters.put(parameter, value));
    }

    // -- what others ask

    /**
     * Asks for the entities themselves, whatever is selected of them now.
     *
     * @return a copy
     */
    public Query<?> entities() {
        return this.<Object>copy(copy -> copy.selection = Selection.whole());
    }

    /**
     * Selects the same of other rows: those with a key, whatever the conditions are now.
     *
     * @param keys of the rows
     * @return a copy, without order, limit and conditions
     * @throws IllegalArgumentException if the query has groups or combinations
     */
    public Query<T> ofKeys(List<?> keys) {
        if (!clauses.groups.isEmpty() || !clauses.combinations.isEmpty()) {
            throw new IllegalArgumentException(this + ": has groups or combinations (expected: rows with a key)");
        }
        return copy(copy -> {
            copy.orders.clear();
            copy.limit = Integer.MAX_VALUE;
            copy.offset = 0;
            copy.reduced = true;
            copy.where = new Condition(out -> {
                out.rootPath(Keys.single(out.rootEntity()));
                out.add(" in ").bind(keys);
            });
        });
    }

    /**
     * Keeps those of its rows that have one of some keys; its order stays, its limit falls away.
     *
     * @param keys of the rows
     * @return a copy
     * @throws IllegalArgumentException if the query has groups or combinations
     */
    public Query<T> amongKeys(List<?> keys) {
        Condition among = Objects.requireNonNull(ofKeys(keys).clauses.where);
        return where(among).limit(Integer.MAX_VALUE).offset(0);
    }

    /**
     * Leaves out what it joins, but for what it fetches.
     *
     * @return a copy, whose conditions must not name what was joined
     */
    public Query<T> withoutJoins() {
        return copy(copy -> copy.joins.removeIf(join -> !join.isFetch()));
    }

    /**
     * Returns the entity class that the query reads from.
     *
     * @param <E> the entity
     * @return the class
     * @throws IllegalArgumentException if it reads from a subquery
     */
    @SuppressWarnings("unchecked")
    public <E> Class<E> entity() {
        if (clauses.source instanceof Source.OfEntity entity) {
            return (Class<E>) entity.type();
        }
        throw new IllegalArgumentException("query: from a subquery (expected: from an entity)");
    }

    /**
     * Tells whether rows are whole entities.
     *
     * @return false if values, maps, records or some attributes were selected
     */
    public boolean isOfEntities() {
        return clauses.source instanceof Source.OfEntity
                && clauses.selection.expressions().isEmpty();
    }

    /**
     * Tells whether it reads from an entity, and not from a subquery.
     *
     * @return true if {@link #entity()} answers
     */
    public boolean isFromEntity() {
        return clauses.source instanceof Source.OfEntity;
    }

    /**
     * Tells whether the rows of other queries are added, kept or taken away.
     *
     * @return true for a union, an intersection or a difference
     */
    public boolean isCombined() {
        return !clauses.combinations.isEmpty();
    }

    /**
     * Names what is selected: by aliases, or else by the attributes.
     *
     * @return the names, in order; empty when whole entities are
     * @throws IllegalArgumentException if a value has no name, or two have the same
     */
    public List<String> columns() {
        return Selection.names(clauses.selection.expressions());
    }

    /**
     * Returns the criteria of its order.
     *
     * @return an immutable list
     */
    public List<Order> orders() {
        return List.copyOf(clauses.orders);
    }

    @Override
    public String subject() {
        return clauses.source.subject();
    }

    @Override
    public String toString() {
        return "Query of " + subject();
    }

    /**
     * For a program that adds conditions to every query: to this one, and to each part of it when it is compiled, by the
     * entity that the part names.
     *
     * @param hook makes another query of one
     * @return a query whose parts are prepared as well; this one, if it has none and the hook leaves it as it is
     */
    public Query<T> prepared(UnaryOperator<Query<?>> hook) {
        return new Preparation(hook).of(this);
    }

    Query<T> preparedBy(@Nullable Preparation preparation) {
        return preparation == null ? this : copy(copy -> copy.preparation = preparation);
    }

    /** Without its condition, if it has one. */
    Query<T> without(@Nullable Condition condition) {
        return condition == null ? this : copy(copy -> copy.where = null);
    }

    Query<T> meeting(@Nullable Condition condition) {
        return condition == null ? this : where(condition);
    }

    /** Tells whether it names nothing but its entity. */
    boolean isBare() {
        return clauses.isPlain()
                && clauses.where == null
                && clauses.orders.isEmpty()
                && clauses.selection.expressions().isEmpty();
    }

    // -- compilation

    @Override
    public TypedQuery<?> compile(EntityManager entityManager) {
        return once(entityManager.getMetamodel()).compiled(entityManager);
    }

    private TypedQuery<?> compiled(EntityManager entityManager) {
        Rendering out = new Rendering(entityManager.getMetamodel(), clauses.preparation);
        clauses.renderTop(out);
        boolean single = clauses.selection.expressions().size() < 2;
        Class<?> type = single ? Object.class : Object[].class;
        TypedQuery<?> query = bound(parsed(out, () -> entityManager.createQuery(out.text(), type)), out);
        if (clauses.limit < Integer.MAX_VALUE) {
            query.setMaxResults(clauses.limit);
        }
        return clauses.offset == 0 ? query : query.setFirstResult(clauses.offset);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a value of a row may be null
    public T row(@Nullable Object raw) {
        boolean several =
                raw instanceof Object[] && clauses.selection.expressions().size() > 1;
        @Nullable Object[] values = several ? (@Nullable Object[]) raw : new @Nullable Object[] {raw};
        return ((Selection<T>) clauses.selection).row().of(values);
    }

    void renderSubquery(Rendering out) {
        out.prepared(this).clauses.renderNested(out, false);
    }

    void renderDerived(Rendering out) {
        out.prepared(this).clauses.renderNested(out, true);
    }

    private static <Q> Q parsed(Rendering out, Supplier<Q> parser) {
        return Parameters.parsed(out.text(), parser);
    }

    private <Q extends jakarta.persistence.Query> Q bound(Q query, Rendering out) {
        return Parameters.bind(query, out.text(), out.allValues(), clauses.reduced);
    }

    // -- joins that find an entity several times

    /** Finds each entity once, in its own order. */
    private Query<T> once(Metamodel metamodel) {
        boolean plain = clauses.distinct
                || !isOfEntities()
                || !clauses.groups.isEmpty()
                || !clauses.combinations.isEmpty()
                || !joinsMany(metamodel, false);
        if (plain) {
            return this;
        }
        for (Order order : clauses.orders) {
            if (namesJoined(order.expression())) {
                throw new IllegalArgumentException("order: by " + Echo.of(order.expression())
                        + ", of which an entity may have several (expected: by the entity's own attributes, or a query"
                        + " that selects values)");
            }
        }
        Query<?> found = this.<Object>copy(copy -> {
            copy.selection = Selection.value(Expression.root());
            copy.orders.clear();
            copy.joins.removeIf(Join::isFetch);
            copy.limit = Integer.MAX_VALUE;
            copy.offset = 0;
        });
        return copy(copy -> {
            copy.joins.removeIf(join -> !join.isFetch());
            copy.where = Condition.isAmong(found);
        });
    }

    private boolean namesJoined(@Nullable Expression<?> expression) {
        String path = expression == null ? null : expression.path();
        String first = path == null ? null : path.split("\\.", 2)[0];
        return clauses.joins.stream()
                .anyMatch(join -> join.alias() != null && join.alias().equals(first));
    }

    /**
     * Tells whether a join that fetches may bring several rows for one entity.
     *
     * @param metamodel of a node
     * @return true if an association that is fetched is a collection
     */
    public boolean fetchesMany(Metamodel metamodel) {
        return joinsMany(metamodel, true);
    }

    /**
     * Returns the attributes that its conditions compare with values.
     *
     * @param metamodel of the factory that it is written for
     * @return the attributes, of its own entity and of others
     */
    public Set<Attribute<?, ?>> compared(Metamodel metamodel) {
        Rendering out = new Rendering(metamodel, clauses.preparation);
        clauses.renderTop(out);
        return out.compared();
    }

    private boolean joinsMany(Metamodel metamodel, boolean fetching) {
        Rendering out = new Rendering(metamodel, null);
        out.enter();
        clauses.source.render(out, clauses.alias);
        boolean many = false;
        for (Join join : clauses.joins) {
            many |= join.isFetch() == fetching && join.isMany(out);
            join.render(out);
        }
        return many;
    }

    /** Selects the same in each part of a combination. */
    Query<?> selectEverywhere(List<Expression<?>> expressions) {
        return this.<Object>copy(copy -> {
            copy.selection = Selection.list(expressions.toArray(Expression<?>[]::new));
            copy.dropFetches();
            copy.combinations.replaceAll(
                    part -> new Clauses.Combination(part.word(), part.query().selectEverywhere(expressions)));
        });
    }

    /**
     * Makes the query whose one row, or none, tells whether there is any. The selection and the distinction fall away.
     *
     * @return a query of one number at most
     */
    public Query<?> existence() {
        if (!clauses.combinations.isEmpty() || !clauses.groups.isEmpty()) {
            return limit(Math.min(1, clauses.limit));
        }
        Expression<Integer> one = Expression.value(1);
        return this.<Integer>copy(copy -> {
                    copy.selection = Selection.value(one);
                    copy.distinct = false;
                    copy.dropFetches();
                })
                .limit(Math.min(1, clauses.limit));
    }

    /**
     * Makes the query of one aggregate over the rows of this one.
     *
     * @param aggregate what to compute; an entity that joins find several times counts once, unless it is computed of
     *     what is joined
     * @param metamodel of a node
     * @param <R> its type
     * @return a query of one row
     * @throws IllegalArgumentException if this query has groups
     */
    public <R extends @Nullable Object> Query<R> aggregate(Expression<R> aggregate, Metamodel metamodel) {
        Expression<?> operand = Objects.requireNonNull(aggregate, "aggregate").operand();
        boolean ofJoined = operand != null && (operand.path() == null || namesJoined(operand));
        Query<?> rows = this.<Object>copy(Clauses::dropFetches);
        return (ofJoined ? rows : rows.once(metamodel)).aggregated(aggregate);
    }

    private <R extends @Nullable Object> Query<R> aggregated(Expression<R> aggregate) {
        if (!clauses.groups.isEmpty()) {
            throw new IllegalArgumentException("aggregate: over a query with groups (expected: one without)");
        }
        if (clauses.isLimited() || !clauses.combinations.isEmpty() || clauses.distinct) {
            return Derived.aggregate(this, aggregate).preparedBy(clauses.preparation);
        }
        return copy(copy -> {
            copy.selection = Selection.value(aggregate);
            copy.orders.clear();
        });
    }

    /**
     * Makes a bulk delete of the entities that the query finds.
     *
     * @param entityManager of the master
     * @return a statement that has not run
     */
    public jakarta.persistence.Query compileDelete(EntityManager entityManager) {
        Rendering out = new Rendering(entityManager.getMetamodel(), clauses.preparation);
        renderStatement(out, "delete from ", List.of());
        return bound(parsed(out, () -> entityManager.createQuery(out.text())), out);
    }

    /**
     * Makes a bulk update of the entities that the query finds, which counts their versions up.
     *
     * @param entityManager of the master
     * @param changes what to change, at least one
     * @return a statement that has not run
     */
    public jakarta.persistence.Query compileUpdate(EntityManager entityManager, List<Change> changes) {
        Change.checkDistinct(changes);
        Rendering out = new Rendering(entityManager.getMetamodel(), clauses.preparation);
        renderStatement(out, verb(out), Change.counted(changes, out.entity(entity()), out.isHibernate()));
        return bound(parsed(out, () -> entityManager.createQuery(out.text())), out);
    }

    /**
     * Makes a bulk update that changes nothing else, no version either: its assignments are parts of another statement.
     *
     * @param entityManager of the master
     * @param changes what to change, at least one
     * @return a statement that has not run
     */
    public jakarta.persistence.Query compileAssignments(EntityManager entityManager, List<Change> changes) {
        Change.checkDistinct(changes);
        Rendering out = new Rendering(entityManager.getMetamodel(), clauses.preparation);
        renderStatement(out, "update ", changes);
        return bound(parsed(out, () -> entityManager.createQuery(out.text())), out);
    }

    /** Hibernate counts versions of any kind itself. */
    private String verb(Rendering out) {
        return out.isHibernate() && Keys.version(out.entity(entity())) != null ? "update versioned " : "update ";
    }

    private void renderStatement(Rendering out, String verb, List<Change> changes) {
        EntityType<?> type = out.entity(entity());
        if (!clauses.combinations.isEmpty()) {
            throw new IllegalArgumentException(verb.strip() + ": the rows of a combination (expected: of one query)");
        }
        if (clauses.having != null && clauses.groups.isEmpty()) {
            throw new IllegalArgumentException(verb.strip() + ": having without groups (expected: groupBy, or where)");
        }
        out.give(clauses.parameters);
        out.enter();
        out.add(verb);
        new Source.OfEntity(type.getJavaType()).render(out, clauses.alias);
        String separator = " set ";
        for (Change change : changes) {
            change.render(out.add(separator));
            separator = ", ";
        }
        if (clauses.isPlain()) {
            clauses.renderWhere(out);
        } else {
            Query<?> keys = copy(copy -> {
                copy.selection = Selection.value(Expression.key());
                copy.dropFetches();
            });
            out.add(" where ").rootPath(Keys.single(type));
            keys.renderSubquery(out.add(" in "));
            if (clauses.where != null && clauses.joins.isEmpty()) { // for a row that somebody else has just changed
                out.add(" and ").add(clauses.where.operand());
            }
        }
        out.leave();
    }

    // -- pages

    /**
     * Completes the order, so that no two rows are equal in it.
     *
     * @param type the entity that it reads
     * @return a copy
     */
    public Query<T> totallyOrdered(EntityType<?> type) {
        List<Order> orders = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (Order order : clauses.orders) {
            if (order.expression() == null) {
                continue; // the key comes last anyway
            }
            List<String> own = Keys.paths(order, type, clauses.alias);
            own.forEach(path -> orders.add(Keys.placed(order, path, type)));
            paths.addAll(own);
        }
        boolean ascending = clauses.orders.stream()
                .filter(order -> order.expression() == null)
                .allMatch(Order::isAscending);
        for (String key : Keys.paths(type)) {
            if (!paths.contains(key)) {
                Expression<?> field = Expression.field(key);
                orders.add(ascending ? field.asc() : field.desc());
            }
        }
        return copy(copy -> copy.orders = orders);
    }

    /**
     * Keeps the rows that come after some values in the order.
     *
     * @param values one for each criterion of the order
     * @return a copy
     */
    public Query<T> after(List<? extends @Nullable Object> values) {
        return where(Keys.after(clauses.orders, values));
    }

    /**
     * Returns the attributes that it is ordered by.
     *
     * @param type the entity that it reads
     * @return their paths
     * @throws IllegalArgumentException if it is ordered by something else
     */
    public List<String> orderPaths(EntityType<?> type) {
        return clauses.orders.stream()
                .flatMap(order -> Keys.paths(order, type, clauses.alias).stream())
                .toList();
    }

    /**
     * Tells whether it takes only some of the rows that it finds.
     *
     * @return true if it has a limit or an offset
     */
    public boolean isLimited() {
        return clauses.isLimited();
    }

    /**
     * Tells whether it joins other sources than those that it fetches.
     *
     * @return true if it does
     */
    public boolean isJoined() {
        return clauses.joins.stream().anyMatch(join -> !join.isFetch());
    }
}
