package dev.facade.changeset;

import dev.facade.changeset.Changeset.Action;
import dev.facade.engine.entity.EntityShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The contents of a changeset. Changed only before the changeset that owns it is handed out. */
final class State<T> {

    final T data;
    final EntityShape shape;
    Map<String, @Nullable Object> params = new LinkedHashMap<>();
    Map<String, @Nullable Object> changes = new LinkedHashMap<>();
    List<FieldError> errors = new ArrayList<>();
    Set<String> required = new LinkedHashSet<>();
    List<Validation> validations = new ArrayList<>();
    List<Constraint> constraints = new ArrayList<>();
    List<UnaryOperator<Changeset<T>>> preparations = new ArrayList<>();
    Map<String, Replacement> replacements = new LinkedHashMap<>();
    Action action = Action.NONE;

    /** True if values came from outside, maybe none at all. */
    boolean fromOutside;

    /** True if all of them are part of a form whose depth is known to be bearable. */
    boolean measured = true;

    /** The version of the row that the author of a form has seen. */
    @Nullable
    Object seenVersion;

    @Nullable
    OptimisticLock lock;

    /** A check that was declared, for those who show forms. */
    record Validation(String field, String name, Map<String, @Nullable Object> parameters) {}

    /** The fate of the elements that an association's new value leaves out. */
    record Replacement(OnReplace rule, List<Object> left) {}

    /** A field that is compared and counted up with each write. */
    record OptimisticLock(
            String field,
            UnaryOperator<@Nullable Object> next,
            @Nullable Object expected) {}

    State(T data) {
        this.data = data;
        this.shape = EntityShape.of(data.getClass());
    }

    State(State<T> other) {
        data = other.data;
        shape = other.shape;
        params = new LinkedHashMap<>(other.params);
        changes = new LinkedHashMap<>(other.changes);
        errors = new ArrayList<>(other.errors);
        required = new LinkedHashSet<>(other.required);
        validations = new ArrayList<>(other.validations);
        constraints = new ArrayList<>(other.constraints);
        preparations = new ArrayList<>(other.preparations);
        replacements = new LinkedHashMap<>(other.replacements);
        action = other.action;
        fromOutside = other.fromOutside;
        measured = other.measured;
        seenVersion = other.seenVersion;
        lock = other.lock;
    }

    /** The last change of a field is the one that counts, with what becomes of those that it leaves out. */
    void change(String field, @Nullable Object value, @Nullable Replacement replacement) {
        takeBack(field);
        changes.put(field, value);
        if (replacement != null) {
            replacements.put(field, replacement);
        }
    }

    void takeBack(String field) {
        changes.remove(field);
        replacements.remove(field);
    }

    boolean isTold(String field) {
        return errors.stream().anyMatch(error -> error.field().equals(field));
    }

    void error(String field, String message, Map<String, @Nullable Object> parameters) {
        errors.add(new FieldError(field, message, parameters));
    }

    @Nullable
    Object value(String field) {
        return changes.containsKey(field)
                ? changes.get(field)
                : shape.property(field).get(data);
    }
}
