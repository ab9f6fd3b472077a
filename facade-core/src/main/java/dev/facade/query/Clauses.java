package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clauses of a query. Changed only before the query that owns them is handed out. */
final class Clauses {

    Source source;

    @Nullable
    String alias;

    Selection<?> selection = Selection.whole();
    List<Join> joins = new ArrayList<>();

    @Nullable
    Condition where;

    List<Expression<?>> groups = new ArrayList<>();

    @Nullable
    Condition having;

    List<Order> orders = new ArrayList<>();
    List<Combination> combinations = new ArrayList<>();
    boolean distinct;

    /** The program's additions to the parts of the query, or null. */
    @Nullable
    Preparation preparation;

    /** True if conditions were taken away, with which parameters may have gone. */
    boolean reduced;

    int offset;
    int limit = Integer.MAX_VALUE;
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();

    /** Another query whose rows are added, kept or taken away. */
    record Combination(String word, Query<?> query) {}

    Clauses(Source source) {
        this.source = source;
    }

    Clauses(Clauses other) {
        source = other.source;
        alias = other.alias;
        selection = other.selection;
        joins = new ArrayList<>(other.joins);
        where = other.where;
        groups = new ArrayList<>(other.groups);
        having = other.having;
        orders = new ArrayList<>(other.orders);
        combinations = new ArrayList<>(other.combinations);
        distinct = other.distinct;
        preparation = other.preparation;
        reduced = other.reduced;
        offset = other.offset;
        limit = other.limit;
        parameters = new LinkedHashMap<>(other.parameters);
    }

    /** Drops the fetches of a query that selects no entity; of a join only what it leaves out still counts. */
    void dropFetches() {
        joins.removeIf(join -> join.isFetch() && join.isOuter());
        joins.replaceAll(Join::withoutFetch);
    }

    boolean isLimited() {
        return offset > 0 || limit < Integer.MAX_VALUE;
    }

    /** Tells whether the rows are those of one entity that meet the condition, and nothing more. */
    boolean isPlain() {
        return joins.isEmpty()
                && groups.isEmpty()
                && having == null
                && combinations.isEmpty()
                && !distinct
                && !isLimited()
                && source instanceof Source.OfEntity;
    }

    // -- writing

    void renderTop(Rendering out) {
        renderCombined(out, false);
    }

    void renderNested(Rendering out, boolean named) {
        out.deeper();
        out.add("(");
        (isLimited() ? ordered() : this).renderCombined(out, named);
        if (isLimited()) {
            out.hibernateOnly("limit or offset of a subquery");
            if (limit < Integer.MAX_VALUE) {
                out.add(" limit ").add(Integer.toString(limit));
            }
            if (offset > 0) {
                out.add(" offset ").add(Integer.toString(offset));
            }
        }
        out.add(")");
        out.shallower();
    }

    /** A part of rows needs an order, which Hibernate demands of subqueries. */
    private Clauses ordered() {
        Clauses copy = new Clauses(this);
        if (orders.isEmpty() && combinations.isEmpty()) {
            boolean byKey = source instanceof Source.OfEntity && groups.isEmpty() && !distinct;
            if (byKey || (distinct && selection.expressions().isEmpty())) {
                copy.orders.add(Order.byKey());
            } else {
                selection.expressions().forEach(expression -> copy.orders.add(expression.asc()));
            }
        }
        return copy;
    }

    private void renderCombined(Rendering out, boolean named) {
        if (combinations.isEmpty()) {
            renderSingle(out, named, true);
            return;
        }
        if (!orders.isEmpty()) {
            out.hibernateOnly("the order of a combination");
            out.add("(");
        }
        renderSingle(out, named || !orders.isEmpty(), false);
        for (Combination combination : combinations) {
            out.add(" ").add(combination.word()).add(" ");
            out.prepared(combination.query()).clauses().renderOperand(out);
        }
        if (!orders.isEmpty()) {
            out.add(") order by ");
            renderOrdersByName(out);
        }
    }

    private void renderOperand(Rendering out) {
        if (isLimited() || !orders.isEmpty() || !combinations.isEmpty()) {
            out.hibernateOnly("order, limit or combination inside a combination");
            renderNested(out, false);
        } else {
            renderSingle(out, false, false);
        }
    }

    private void renderOrdersByName(Rendering out) {
        String separator = "";
        for (Order order : orders) {
            Expression<?> expression = order.expression();
            String name = expression == null ? null : expression.selectedName();
            if (name == null) {
                throw new IllegalArgumentException("order: of a combination by " + Echo.of(expression)
                        + " (expected: a selected value, by its name)");
            }
            out.add(separator).add(name).add(order.direction());
            separator = ", ";
        }
    }

    private void renderSingle(Rendering out, boolean named, boolean ordered) {
        out.give(parameters);
        Scope scope = out.enter();
        String from = fromClause(out);
        checkGroups(out);
        selection.expressions().forEach(scope::select);
        out.add(distinct ? "select distinct " : "select ");
        renderSelection(out, named);
        out.add(from);
        renderRest(out);
        if (ordered && !orders.isEmpty()) {
            out.add(" order by ");
            String separator = "";
            for (Order order : orders) {
                out.add(separator);
                order.render(out);
                separator = ", ";
            }
        }
        out.leave();
    }

    /** What a group has several values of cannot be selected of it; databases say so in words of their own. */
    private void checkGroups(Rendering out) {
        boolean grouped = !groups.isEmpty() || selection.expressions().stream().anyMatch(Expression::isAggregate);
        if (!grouped || groups.stream().anyMatch(group -> determinesMore(out, group))) {
            return;
        }
        for (Expression<?> selected : selection.expressions()) {
            String path = own(selected.path());
            if (path != null && groups.stream().noneMatch(group -> covers(group, path, selected))) {
                throw new IllegalArgumentException("select: " + Echo.of(selected) + " beside groups or aggregates"
                        + " (expected: a value of groupBy(...), or an aggregate of it)");
            }
        }
    }

    /** An entity or its key, of which the others follow. */
    private boolean determinesMore(Rendering out, Expression<?> group) {
        String path = group.path();
        Attribute<?, ?> attribute = path == null ? null : out.attribute(path);
        return path != null
                && (attribute == null
                        || attribute.isAssociation()
                        || (attribute instanceof SingularAttribute<?, ?> one && one.isId()));
    }

    private boolean covers(Expression<?> group, String path, Expression<?> selected) {
        String grouped = own(group.path());
        return grouped == null
                ? group.name() == null || group.name().equals(selected.name())
                : path.equals(grouped) || path.startsWith(grouped + ".");
    }

    private @Nullable String own(@Nullable String path) {
        return path != null && alias != null && path.startsWith(alias + ".")
                ? path.substring(alias.length() + 1)
                : path;
    }

    /** Sources are declared before anything names them, but written after what is selected. */
    private String fromClause(Rendering out) {
        int start = out.length();
        out.add(" from ");
        source.render(out, alias);
        joins.forEach(join -> join.render(out));
        return out.takeFrom(start);
    }

    private void renderSelection(Rendering out, boolean named) {
        if (selection.expressions().isEmpty()) {
            out.add(out.root());
            return;
        }
        List<String> names = named ? Selection.names(selection.expressions()) : List.of();
        String separator = "";
        for (int i = 0; i < selection.expressions().size(); i++) {
            out.checkSelected(selection.expressions().get(i).path());
            Node node = selection.expressions().get(i).node();
            out.add(separator);
            if (named && node instanceof Expression.Bound bound) {
                bound.renderTyped(out);
            } else {
                out.add(node);
            }
            if (named) {
                out.add(" as ").add(names.get(i));
            }
            separator = ", ";
        }
    }

    private void renderRest(Rendering out) {
        renderWhere(out);
        if (!groups.isEmpty()) {
            out.add(" group by ").addAll(groups.stream().map(Expression::node).toList());
        }
        if (having != null) {
            out.add(" having ").add(having.node());
        }
    }

    void renderWhere(Rendering out) {
        if (where != null) {
            out.add(" where ").add(where.node());
        }
    }
}
