package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.metamodel.SingularAttribute;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value that the database has or computes: an attribute, a function, an aggregate. Immutable; belongs to no node.
 *
 * <p>Attributes are named by the static metamodel or by a path such as {@code likes}, {@code author.country} or, behind an
 * alias, {@code c.text}; every name is checked against the node's metamodel and every value is bound.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(from(Post.class).where(field("title").lower().eq("hello")));
 * Optional<Integer> most = repo.aggregate(Post.class, field("likes", Integer.class).max());
 * }</pre>
 *
 * @param <V> its type
 */
public final class Expression<V extends @Nullable Object> {

    /** Functions that JPQL knows by itself; others go through {@code function('name', …)}. */
    private static final Set<String> STANDARD = Set.of(
            "abs",
            "ceiling",
            "coalesce",
            "concat",
            "exp",
            "floor",
            "length",
            "ln",
            "locate",
            "lower",
            "mod",
            "nullif",
            "power",
            "round",
            "sign",
            "sqrt",
            "substring",
            "trim",
            "upper",
            "left",
            "right",
            "replace");

    /** What HQL can cast to by its simple name. */
    private static final Set<Class<?>> CASTABLE = Set.of(
            String.class,
            Character.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            Float.class,
            Double.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            Instant.class,
            Duration.class,
            UUID.class);

    /**
     * The name of a type in a cast; HQL knows most by their simple names. In lower case, since Hibernate lower-cases by the
     * machine's locale, where an I may become another letter.
     */
    static String castName(Class<?> type) {
        return type == UUID.class || !CASTABLE.contains(Names.boxed(type))
                ? type.getName()
                : type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private final Node node;
    private final @Nullable String path;
    private final @Nullable String alias;
    private final @Nullable Aggregate aggregate;

    private Expression(Node node, @Nullable String path, @Nullable String alias, @Nullable Aggregate aggregate) {
        this.node = node;
        this.path = path;
        this.alias = alias;
        this.aggregate = aggregate;
    }

    private static <V extends @Nullable Object> Expression<V> of(Node node) {
        return new Expression<>(node, null, null, null);
    }

    /** The function of an aggregate, and what it is of; null: the rows. */
    private record Aggregate(
            UnaryOperator<Node> shape, @Nullable Expression<?> operand) {

        /** A function of one argument. */
        static UnaryOperator<Node> opened(String opening) {
            return inner -> out -> out.add(opening).add(inner).add(")");
        }

        <V extends @Nullable Object> Expression<V> expression() {
            Node inner = operand == null ? out -> out.add(out.counted()) : operand.node;
            return new Expression<>(shape.apply(inner), null, null, this);
        }
    }

    // -- what there is

    /**
     * An attribute, by the static metamodel.
     *
     * @param attribute an attribute of the query's root
     * @param <V> its type
     * @return the expression
     * @throws IllegalArgumentException if no factory has filled the metamodel yet
     */
    public static <V extends @Nullable Object> Expression<V> field(SingularAttribute<?, V> attribute) {
        if (attribute == null) {
            throw new IllegalArgumentException("attribute: null (expected: a static metamodel that the master's factory"
                    + " has filled, or the attribute's name)");
        }
        return field(attribute.getName());
    }

    /**
     * An attribute behind an alias, by the static metamodel.
     *
     * @param alias the alias of a source
     * @param attribute an attribute of it
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> field(String alias, SingularAttribute<?, V> attribute) {
        return field(Names.identifier("alias", alias) + "." + Expression.<V>field(attribute).path);
    }

    /**
     * An attribute, or a whole source, by its path.
     *
     * @param path attribute names joined by dots, maybe behind an alias; or an alias alone
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> field(String path) {
        for (String name : Objects.requireNonNull(path, "path").split("\\.", -1)) {
            Names.identifier("attribute", name);
        }
        return new Expression<>(out -> out.path(path), path, null, null);
    }

    /**
     * An attribute, or a whole source, by its path and of a type that is checked when the query is compiled.
     *
     * <p>{@code List<Integer> likes = repo.all(from(Post.class).select(field("likes", Integer.class)))}
     *
     * @param path attribute names joined by dots, maybe behind an alias; or an alias alone
     * @param type its type, a primitive or its box; one that it extends will do
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> field(String path, Class<V> type) {
        field(path);
        Objects.requireNonNull(type, "type");
        return new Expression<>(
                out -> {
                    out.checkType(path, type);
                    out.path(path);
                },
                path,
                null,
                null);
    }

    /**
     * An attribute of the query's own entity, whatever its aliases are called.
     *
     * @param path attribute names joined by dots
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> rootField(String path) {
        field(path);
        return of(out -> out.rootPath(path));
    }

    /**
     * A value, bound as a parameter.
     *
     * @param value not null
     * @param <V> its type
     * @return the expression
     */
    public static <V> Expression<V> value(V value) {
        return of(new Bound(Objects.requireNonNull(value, "value")));
    }

    /** A value that is bound. */
    record Bound(Object value) implements Node {

        @Override
        public void render(Rendering out) {
            out.bind(value);
        }

        boolean hasType() {
            return value instanceof BigDecimal || CASTABLE.contains(value.getClass());
        }

        /** Renders it with its type, in places where nothing else tells the type. */
        void renderTyped(Rendering out) {
            out.add("cast(").bind(value).add(" as ").add(typeName(value)).add(")");
        }

        private static String typeName(Object value) {
            if (value instanceof BigDecimal number) {
                return "BigDecimal(38, " + Math.max(0, number.scale()) + ")";
            }
            if (!CASTABLE.contains(value.getClass())) {
                throw new IllegalArgumentException("value: " + Echo.of(value) + " of "
                        + value.getClass().getName()
                        + " selected in a subquery (expected: one of "
                        + CASTABLE.stream().map(Class::getSimpleName).sorted().toList() + ", BigDecimal)");
            }
            return castName(value.getClass());
        }
    }

    /**
     * A named parameter, given a value by {@link Query#with}.
     *
     * @param name its name, without a colon
     * @param <V> its type
     * @return the expression
     */
    public static <V> Expression<V> parameter(String name) {
        Names.parameter(name);
        return of(out -> out.add(":").add(name));
    }

    /**
     * A function, of JPQL or of the database.
     *
     * @param name such as {@code lower}
     * @param arguments expressions, or values to bind
     * @param <V> what it returns
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> function(String name, Object... arguments) {
        Names.identifier("function", name);
        List<Node> nodes = operands(arguments);
        boolean standard = STANDARD.contains(name);
        return of(out -> {
            out.add(standard ? name + "(" : "function('" + name + "'" + (nodes.isEmpty() ? "" : ", "));
            out.addAll(nodes).add(")");
        });
    }

    /**
     * SQL of the database's own.
     *
     * @param type what it returns
     * @param sql a constant of the program's, with a {@code ?} for each argument; never text that came from outside
     * @param arguments expressions, or values to bind
     * @param <V> what it returns
     * @return the expression
     * @throws IllegalArgumentException if the arguments are more or fewer than the question marks, or the SQL contains a
     *     semicolon or a comment
     */
    public static <V> Expression<V> fragment(Class<V> type, String sql, Object... arguments) {
        Objects.requireNonNull(type, "type");
        Fragment fragment = new Fragment(sql, operands(arguments), type);
        return of(fragment);
    }

    /**
     * The value that a subquery selects; it may name the aliases of the query around it.
     *
     * @param query selects one value of one row
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> subquery(Query<V> query) {
        Objects.requireNonNull(query, "query");
        return of(query::renderSubquery);
    }

    /**
     * A value that the query selects under an alias, for its order, its having and its groups.
     *
     * @param alias the alias given by {@link #as}
     * @param <V> its type
     * @return the expression
     */
    public static <V extends @Nullable Object> Expression<V> selected(String alias) {
        Names.identifier("alias", alias);
        return new Expression<>(out -> out.add(out.selected(alias)), null, alias, null);
    }

    /** The key of the query's entity. */
    static <V extends @Nullable Object> Expression<V> key() {
        return of(out -> out.rootPath(Keys.single(out.rootEntity())));
    }

    /** The source of the query itself. */
    static <V extends @Nullable Object> Expression<V> root() {
        return of(out -> out.add(out.root()));
    }

    // -- texts and choices

    /**
     * The text in lower case.
     *
     * <p>{@code from(User.class).where(field("email").lower().eq(given.toLowerCase(Locale.ROOT)))}
     *
     * @return the expression
     */
    public Expression<String> lower() {
        return function("lower", this);
    }

    /**
     * The text in upper case.
     *
     * @return the expression
     */
    public Expression<String> upper() {
        return function("upper", this);
    }

    /**
     * The text with others behind it.
     *
     * <p>{@code field("title").concat(" by ", field("author.name"))}
     *
     * @param others expressions, or texts to bind
     * @return the expression
     */
    public Expression<String> concat(Object... others) {
        return function("concat", andThen("concat", others));
    }

    /**
     * The first value that is not null.
     *
     * <p>{@code field("nickname").coalesce(field("name"), "somebody")}
     *
     * @param others instead of this one, expressions or values to bind
     * @return the expression
     */
    public Expression<V> coalesce(Object... others) {
        return function("coalesce", andThen("coalesce", others));
    }

    private Object[] andThen(String function, Object... others) {
        if (others.length == 0) {
            throw new IllegalArgumentException(function + ": of one value (expected: at least two)");
        }
        return Stream.concat(Stream.of(this), Arrays.stream(others)).toArray();
    }

    /**
     * Begins a choice: the value of the first condition that is met, SQL's {@code case}.
     *
     * <p>{@code when(field("likes").gt(100), "hot").when(field("likes").gt(10), "warm").otherwise("cold")}
     *
     * @param condition the condition
     * @param value bound
     * @param <V> its type
     * @return the choice, to be ended by {@link Choice#otherwise} or {@link Choice#otherwiseNull}
     */
    public static <V> Choice<V> when(Condition condition, V value) {
        return new Choice<V>(List.of()).and(condition, value);
    }

    /**
     * Begins a choice of expressions.
     *
     * @param condition the condition
     * @param value the value if it is met
     * @param <V> its type
     * @return the choice
     */
    public static <V> Choice<V> when(Condition condition, Expression<V> value) {
        return new Choice<V>(List.of()).and(condition, value);
    }

    /**
     * A choice among values that is being made. Immutable.
     *
     * @param <V> their type
     */
    public static final class Choice<V> {

        private final List<Node> branches;

        private Choice(List<Node> branches) {
            this.branches = branches;
        }

        private Choice<V> and(Condition condition, Object value) {
            Objects.requireNonNull(condition, "condition");
            List<Node> more = new ArrayList<>(branches);
            more.add(out -> written(out.add(" when ").add(condition.node()).add(" then "), value));
            return new Choice<>(more);
        }

        /** Nothing else tells the type of a bound value. */
        private static void written(Rendering out, Object value) {
            if (operand(value) instanceof Bound bound && out.isHibernate() && bound.hasType()) {
                bound.renderTyped(out);
            } else {
                out.add(operand(value));
            }
        }

        /**
         * Adds a value, for rows that have met no condition before.
         *
         * @param condition the condition
         * @param value bound
         * @return a copy
         */
        public Choice<V> when(Condition condition, V value) {
            return and(condition, Objects.requireNonNull(value, "value"));
        }

        /**
         * Adds a value, for rows that have met no condition before.
         *
         * @param condition the condition
         * @param value the value if it is met
         * @return a copy
         */
        public Choice<V> when(Condition condition, Expression<V> value) {
            return and(condition, Objects.requireNonNull(value, "value"));
        }

        /**
         * Ends with a value for all other rows.
         *
         * @param value bound
         * @return the expression
         */
        public Expression<V> otherwise(V value) {
            return ended(out -> written(out.add(" else "), Objects.requireNonNull(value, "value")));
        }

        /**
         * Ends with a value for all other rows.
         *
         * @param value the value
         * @return the expression
         */
        public Expression<V> otherwise(Expression<V> value) {
            return ended(out -> written(out.add(" else "), Objects.requireNonNull(value, "value")));
        }

        /**
         * Ends with null for all other rows.
         *
         * @return the expression
         */
        public Expression<@Nullable V> otherwiseNull() {
            return ended(out -> {});
        }

        private <R extends @Nullable Object> Expression<R> ended(Node last) {
            return of(out -> {
                out.add("case");
                branches.forEach(out::add);
                out.add(last).add(" end");
            });
        }
    }

    // -- aggregates

    /**
     * The number of rows.
     *
     * @return the expression
     */
    public static Expression<Long> count() {
        return new Aggregate(Aggregate.opened("count("), null).expression();
    }

    /**
     * The number of values that are not null.
     *
     * @return the expression
     */
    public Expression<Long> countValues() {
        return call("count(");
    }

    /**
     * The number of different values that are not null.
     *
     * @return the expression
     */
    public Expression<Long> countDistinct() {
        return call("count(distinct ");
    }

    /**
     * The sum, in the type that JPA gives to sums.
     *
     * @return the expression
     */
    public Expression<Number> sum() {
        return call("sum(");
    }

    /**
     * The mean as a {@code double}, the type that JPA gives to means. It rounds the mean of decimals: for those take {@link
     * #avgDecimal()}.
     *
     * @return the expression
     */
    public Expression<Double> avg() {
        return call("avg(");
    }

    /**
     * The mean of a {@link BigDecimal} attribute: the sum divided by the number of values that are not null. It has as many
     * digits as the database gives to a quotient of decimals (PostgreSQL: at least 16 that count), and is null if there is
     * no value. The quotient of other numbers is no decimal: for those take {@link #avg()}.
     *
     * <pre>{@code
     * Optional<BigDecimal> mean = repo.aggregate(Product.class, field("price").avgDecimal());
     * }</pre>
     *
     * @return the expression
     */
    public Expression<@Nullable BigDecimal> avgDecimal() {
        return new Aggregate(
                        inner -> out -> out.add("(sum(")
                                .add(inner)
                                .add(") / count(")
                                .add(inner)
                                .add("))"),
                        this)
                .expression();
    }

    /**
     * The least value.
     *
     * @return the expression
     */
    public Expression<V> min() {
        return call("min(");
    }

    /**
     * The greatest value.
     *
     * @return the expression
     */
    public Expression<V> max() {
        return call("max(");
    }

    private <R extends @Nullable Object> Expression<R> call(String opening) {
        return new Aggregate(Aggregate.opened(opening), this).expression();
    }

    boolean isAggregate() {
        return aggregate != null;
    }

    /** The operand of an aggregate; null: the rows. */
    @Nullable
    Expression<?> operand() {
        if (aggregate == null) {
            throw new IllegalArgumentException(
                    "aggregate: " + Echo.of(this) + " (expected: count, sum, avg, min or max)");
        }
        return aggregate.operand();
    }

    /** The same aggregate of something else. */
    Expression<V> over(@Nullable Expression<?> other) {
        return new Aggregate(Objects.requireNonNull(aggregate).shape(), other).expression();
    }

    // -- arithmetic

    /**
     * The sum with another value.
     *
     * @param other a number or an expression
     * @return the expression
     */
    public Expression<V> plus(Object other) {
        return arithmetic(" + ", other);
    }

    /**
     * The difference to another value.
     *
     * @param other a number or an expression
     * @return the expression
     */
    public Expression<V> minus(Object other) {
        return arithmetic(" - ", other);
    }

    /**
     * The product with another value.
     *
     * @param other a number or an expression
     * @return the expression
     */
    public Expression<V> times(Object other) {
        return arithmetic(" * ", other);
    }

    private Expression<V> arithmetic(String operator, Object other) {
        Node right = operand(other);
        return of(out -> out.add("(").add(node).add(operator).add(right).add(")"));
    }

    // -- conditions

    /**
     * Equals.
     *
     * @param other an expression or a value to bind; null is refused, see {@link #isNull()}
     * @return the condition
     */
    public Condition eq(Object other) {
        return compare("=", other);
    }

    /**
     * Differs.
     *
     * @param other an expression or a value to bind
     * @return the condition
     */
    public Condition ne(Object other) {
        return compare("<>", other);
    }

    /**
     * Is greater.
     *
     * @param other an expression or a value to bind
     * @return the condition
     */
    public Condition gt(Object other) {
        return compare(">", other);
    }

    /**
     * Is greater or equal.
     *
     * @param other an expression or a value to bind
     * @return the condition
     */
    public Condition ge(Object other) {
        return compare(">=", other);
    }

    /**
     * Is less.
     *
     * @param other an expression or a value to bind
     * @return the condition
     */
    public Condition lt(Object other) {
        return compare("<", other);
    }

    /**
     * Is less or equal.
     *
     * @param other an expression or a value to bind
     * @return the condition
     */
    public Condition le(Object other) {
        return compare("<=", other);
    }

    /**
     * Lies between two values, both included.
     *
     * @param low an expression or a value to bind
     * @param high an expression or a value to bind
     * @return the condition
     */
    public Condition between(Object low, Object high) {
        return ge(low).and(le(high));
    }

    /**
     * Matches a pattern; {@code %} stands for any characters, {@code _} for one, {@code \} takes their meaning away.
     *
     * @param pattern bound
     * @return the condition
     */
    public Condition like(String pattern) {
        requireValue(pattern);
        return new Condition(
                out -> out.add(node).add(" like ").bind(pattern).add(" escape ").bind('\\'));
    }

    /**
     * Is one of some values.
     *
     * @param values bound, none null; none at all: the condition is never met
     * @return the condition
     */
    public Condition in(Collection<?> values) {
        if (values == null) {
            throw new IllegalArgumentException(this + ": in null (expected: a collection, maybe an empty one)");
        }
        List<Object> copy = new ArrayList<>(values);
        copy.forEach(this::requireValue);
        if (copy.isEmpty()) {
            return new Condition(out -> out.add("1 = 0"));
        }
        if (copy.stream().anyMatch(Expression.class::isInstance)) {
            List<Node> nodes = operands(copy.toArray());
            return new Condition(out -> out.add(node).add(" in (").addAll(nodes).add(")"));
        }
        return new Condition(out -> {
            List<Object> fitting =
                    copy.stream().map(value -> fitting(out, value)).toList();
            out.add(node).add(" in ").bind(fitting);
        });
    }

    /**
     * Is one of some values.
     *
     * <p>{@code from(Post.class).where(field("title").in("a", "b"))}
     *
     * @param first an expression or a value to bind
     * @param second another one
     * @param others more of them
     * @return the condition
     */
    public Condition in(Object first, Object second, Object... others) {
        return in(several(first, second, others));
    }

    /**
     * Is none of some values. An unknown value, null, is neither one nor none of them.
     *
     * @param values bound, none null; none at all: the condition is always met
     * @return the condition
     */
    public Condition notIn(Collection<?> values) {
        return in(values).not();
    }

    /**
     * Is none of some values. An unknown value, null, is neither one nor none of them.
     *
     * @param first an expression or a value to bind
     * @param second another one
     * @param others more of them
     * @return the condition
     */
    public Condition notIn(Object first, Object second, Object... others) {
        return notIn(several(first, second, others));
    }

    /**
     * Is none of the values that a subquery selects. It is met by no row if one of those is null.
     *
     * @param query selects one value
     * @return the condition
     */
    public Condition notIn(Query<?> query) {
        return in(query).not();
    }

    private static List<Object> several(Object first, Object second, Object... others) {
        List<Object> all = new ArrayList<>(Arrays.asList(first, second));
        all.addAll(Arrays.asList(others));
        return all;
    }

    /**
     * Is one of the values that a subquery selects.
     *
     * @param query selects one value
     * @return the condition
     */
    public Condition in(Query<?> query) {
        if (query == null) {
            throw new IllegalArgumentException(this + ": in null (expected: a query)");
        }
        return new Condition(out -> query.renderSubquery(out.add(node).add(" in ")));
    }

    /**
     * Is not known.
     *
     * @return the condition
     */
    public Condition isNull() {
        return new Condition(out -> out.add(node).add(" is null"));
    }

    /**
     * Is known.
     *
     * @return the condition
     */
    public Condition isNotNull() {
        return new Condition(out -> out.add(node).add(" is not null"));
    }

    Condition isTrue() {
        return new Condition(out -> out.add(node).add(" = true"));
    }

    private Condition compare(String operator, Object other) {
        requireValue(other);
        return new Condition(
                out -> renderOperand(out.add(node).add(" ").add(operator).add(" "), other));
    }

    private void requireValue(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    (path == null ? "value" : Echo.of(path)) + ": null (expected: a value; for null use isNull())");
        }
    }

    // -- order and alias

    /**
     * Orders by it, least first.
     *
     * @return the criterion
     */
    public Order asc() {
        return new Order(this, true, null);
    }

    /**
     * Orders by it, greatest first.
     *
     * @return the criterion
     */
    public Order desc() {
        return new Order(this, false, null);
    }

    /**
     * Names it in a selection.
     *
     * @param alias letters, digits and underscores
     * @return a copy
     */
    public Expression<V> as(String alias) {
        return new Expression<>(node, path, Names.identifier("alias", alias), aggregate);
    }

    // -- writing

    Node node() {
        return node;
    }

    @Nullable
    String path() {
        return path;
    }

    /** The name it has in a selection: its alias, else the last name of its path. */
    @Nullable
    String name() {
        return alias != null || path == null ? alias : path.substring(path.lastIndexOf('.') + 1);
    }

    /** The name under which it was selected, if it can have one. */
    @Nullable
    String selectedName() {
        return name();
    }

    /** Writes a value that is compared with, or assigned to, this expression. */
    void renderOperand(Rendering out, @Nullable Object value) {
        operand(value == null ? null : fitting(out, value)).render(out);
    }

    private Object fitting(Rendering out, Object value) {
        boolean bound = path != null && !(value instanceof Expression<?>) && !(value instanceof Query<?>);
        return bound ? out.fitting(Objects.requireNonNull(path), value) : value;
    }

    static Node operand(@Nullable Object value) {
        if (value instanceof Query<?>) {
            throw new IllegalArgumentException("value: a query (expected: Expression.subquery(query))");
        }
        if (value instanceof Expression<?> expression) {
            return expression.node;
        }
        return value == null ? out -> out.bind(null) : new Bound(value);
    }

    private static List<Node> operands(Object... values) {
        return Arrays.stream(values).map(Expression::operand).toList();
    }

    @Override
    public String toString() {
        return path == null ? "expression" : path;
    }
}
