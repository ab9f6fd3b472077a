package dev.facade.hibernate;

import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.OnConflict.Action;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rule for conflicts in SQL, which names the new row {@code excluded}. Immutable. */
final class ConflictRule {

    private final BulkTable table;
    private final OnConflict rule;
    private final List<BulkColumn> target;
    private final VisibleRows visible;
    private final @Nullable Translation update;
    private final List<BulkColumn> replacements;
    private final String assignments;
    private final String condition;
    private final int assigned;

    ConflictRule(EntityManager entityManager, BulkTable table, OnConflict rule) {
        this.table = table;
        this.rule = rule;
        this.target = columns(rule.target());
        checkMutable();
        this.visible = VisibleRows.of(entityManager, table.persister().getMappedClass());
        if (rule.action() != Action.UPDATE) {
            this.update = null;
            this.assigned = 0;
            this.condition = isNothing() ? "" : visible.condition();
            this.replacements = isNothing() ? List.of() : columns(List.copyOf(replaced()));
            this.assignments = isNothing() ? "" : version(replaced());
            return;
        }
        this.replacements = List.of();
        rule.changes().forEach(change -> checkChangeable(table.attribute(root(change.attribute()))));
        Query<?> all = Query.from(table.persister().getMappedClass());
        Translation plain = Translation.of(all.compileAssignments(entityManager, rule.changes()));
        Assignments set = Assignments.of(plain, visible);
        this.update = rule.condition() == null
                ? plain
                : Translation.of(all.where(rule.condition()).compileAssignments(entityManager, rule.changes()));
        this.assigned = set.size();
        this.condition = set.conditionOf(update);
        Set<String> changed = rule.changes().stream()
                .map(Change::attribute)
                .map(ConflictRule::root)
                .collect(Collectors.toSet());
        this.assignments = set.text() + version(changed);
    }

    private static String root(String path) {
        return path.split("\\.", 2)[0];
    }

    private List<BulkColumn> columns(List<String> attributes) {
        List<BulkColumn> columns = new ArrayList<>();
        attributes.forEach(name -> columns.addAll(table.attribute(name).columns()));
        return columns;
    }

    private void checkUpdatable(BulkAttribute attribute) {
        if (!attribute.isId() && !attribute.isUpdatable()) {
            throw refused(attribute, "an attribute that may be updated");
        }
    }

    /** Of a change in SQL, which Hibernate translates. */
    private void checkChangeable(BulkAttribute attribute) {
        checkUpdatable(attribute);
        if (attribute.columns().stream().anyMatch(BulkColumn::custom)) {
            throw refused(attribute, "replace(...), since a change in SQL passes by what its mapping writes");
        }
        if (attribute.isAggregate()) {
            throw refused(attribute, "replace(...) of one that is a document or an object of the database");
        }
    }

    /** Of a value of the new row. */
    private void checkReplaceable(BulkAttribute attribute) {
        checkUpdatable(attribute);
        if (attribute.columns().isEmpty()) {
            throw refused(attribute, "an attribute that an insert writes");
        }
    }

    private IllegalArgumentException refused(BulkAttribute attribute, String expected) {
        return new IllegalArgumentException(
                "onConflict: " + table.entity() + "." + attribute.name() + " (expected: " + expected + ")");
    }

    private void checkMutable() {
        if (!isNothing() && !table.persister().isMutable()) {
            throw new IllegalArgumentException("onConflict: " + rule.action() + " of " + table.entity()
                    + " (expected: nothing(), since it is" + " @Immutable)");
        }
    }

    private Set<String> replaced() {
        Set<String> names = new LinkedHashSet<>();
        rule.attributes().forEach(name -> names.add(table.attribute(name).name()));
        if (rule.action() == Action.REPLACE) {
            names.forEach(name -> checkReplaceable(table.attribute(name)));
            return names;
        }
        Set<String> all = new LinkedHashSet<>();
        for (BulkAttribute attribute : table.attributes()) {
            boolean replaced = !names.contains(attribute.name())
                    && !rule.target().contains(attribute.name())
                    && attribute != table.version()
                    && (attribute.isId() || (attribute.isUpdatable() && !isMade(attribute)));
            if (replaced && attribute.columns().isEmpty()) {
                throw refused(attribute, "replaceAllExcept, since an insert does not write it");
            }
            if (replaced) {
                all.add(attribute.name());
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("onConflict: " + rule.action() + " " + rule.attributes()
                    + " leaves nothing to replace (expected: at least one attribute)");
        }
        return all;
    }

    /** Whether it has no column here since the database makes it. */
    private static boolean isMade(BulkAttribute attribute) {
        return attribute.columns().isEmpty()
                && attribute.generator() != null
                && attribute.generator().generatesOnInsert();
    }

    /** Whoever has read the row before must find out that it has changed. */
    private String version(Set<String> changed) {
        BulkAttribute version = table.version();
        boolean counts = changed.stream().anyMatch(this::isVersioned);
        if (version == null || !counts || changed.contains(version.name())) {
            return "";
        }
        String column = version.columns().get(0).name();
        boolean counted = Number.class.isAssignableFrom(version.type());
        return ", " + column + " = " + (counted ? alias() + "." + column + " + 1" : "excluded." + column);
    }

    private boolean isVersioned(String attribute) {
        int index = List.of(table.persister().getPropertyNames()).indexOf(attribute);
        return index < 0 || table.persister().getPropertyVersionability()[index];
    }

    String alias() {
        return visible.alias();
    }

    boolean isNothing() {
        return rule.action() == Action.NOTHING;
    }

    List<BulkColumn> target() {
        return target;
    }

    /** The assignments for a row in which some columns have no value of their own. */
    String assignments(Set<BulkColumn> defaults) {
        return replacements.stream()
                        .map(column -> column.name() + " = "
                                + (defaults.contains(column) ? "default" : "excluded." + column.name()))
                        .collect(Collectors.joining(", "))
                + assignments;
    }

    /** The condition on the existing row: the caller's, and that its class sees it; or an empty text. */
    String condition() {
        return condition;
    }

    void requireTarget(String database) {
        if (target.isEmpty()) {
            throw new IllegalArgumentException(
                    "onConflict: " + rule.action() + " without a target (expected: target(...)," + " since " + database
                            + " must know which conflict is meant)");
        }
    }

    /** PostgreSQL's words for it, to stand behind the rows. */
    String onConflict() {
        String columns = target.stream().map(BulkColumn::name).collect(Collectors.joining(", "));
        String what = target.isEmpty() ? " on conflict" : " on conflict (" + columns + ")";
        if (isNothing()) {
            return what + " do nothing";
        }
        requireTarget("PostgreSQL");
        return what + " do update set " + assignments(Set.of()) + (condition.isEmpty() ? "" : " where " + condition);
    }

    int bindAssignments(PreparedStatement statement, int position) throws SQLException {
        return update == null ? position : update.bind(statement, position, 0, assigned);
    }

    int bindCondition(PreparedStatement statement, int position) throws SQLException {
        if (condition.isEmpty()) {
            return position;
        }
        Translation source = update == null ? visible.delete() : update;
        return source.bind(statement, position, assigned, source.size());
    }
}
