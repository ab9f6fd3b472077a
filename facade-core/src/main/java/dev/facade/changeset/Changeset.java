package dev.facade.changeset;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Lossless;
import dev.facade.engine.entity.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The changes of an entity, checked before they are written. Immutable: each step returns a copy, and neither the
 * entity nor what came from outside is ever changed. It needs no repository; one of its operations writes it.
 *
 * <p>{@code Changeset.cast(new Post(), form, "title", "body").validateRequired("title").uniqueConstraint("title")}.
 * Fields are named as in Java. A field that does not exist is a mistake of the program and thrown, a value that does not
 * fit is an error of the field.
 *
 * <pre>{@code
 * Result<Post> result = repo.insert(Changeset.cast(new Post(""), form, "title", "slug")
 *         .validateRequired("title")
 *         .uniqueConstraint("slug"));
 * }</pre>
 *
 * @param <T> the entity
 */
public final class Changeset<T> {

    private final State<T> state;

    private Changeset(State<T> state) {
        this.state = state;
    }

    private Changeset<T> with(Consumer<State<T>> change) {
        State<T> copy = new State<>(state);
        change.accept(copy);
        return new Changeset<>(copy);
    }

    // -- making one

    /**
     * Takes values from outside, of the permitted fields only, and converts them. A version is no change: it says which
     * state of the row the form was made of, and if the row has another one by then, the write is stale.
     *
     * @param data the entity that is to change
     * @param params field to value, maybe text; others than the permitted are left out
     * @param permitted the fields
     * @param <T> the entity
     * @return the changeset
     * @throws IllegalArgumentException if a permitted field does not exist, or is an association
     */
    public static <T> Changeset<T> cast(T data, Map<String, ?> params, String... permitted) {
        return change(data).cast(params, permitted);
    }

    /**
     * Takes values from outside, in another way than the default one.
     *
     * @param data the entity that is to change
     * @param params field to value, maybe text
     * @param options how they are taken over
     * @param permitted the fields
     * @param <T> the entity
     * @return the changeset
     */
    public static <T> Changeset<T> cast(T data, Map<String, ?> params, Cast options, String... permitted) {
        return change(data).cast(params, options, permitted);
    }

    /**
     * Begins with no change.
     *
     * @param data the entity that is to change
     * @param <T> the entity
     * @return the changeset
     */
    public static <T> Changeset<T> change(T data) {
        return new Changeset<>(new State<>(Objects.requireNonNull(data, "data")));
    }

    /**
     * Begins with trusted changes.
     *
     * @param data the entity that is to change
     * @param changes field to value, of the field's type
     * @param <T> the entity
     * @return the changeset
     */
    public static <T> Changeset<T> change(T data, Map<String, ?> changes) {
        return change(data).change(changes);
    }

    /**
     * Adds trusted changes.
     *
     * @param changes field to value, of the field's type
     * @return a copy
     */
    public Changeset<T> change(Map<String, ?> changes) {
        Changeset<T> changed = this;
        for (Map.Entry<String, ?> change : changes.entrySet()) {
            changed = changed.putChange(change.getKey(), change.getValue());
        }
        return changed;
    }

    /**
     * Takes more values from outside.
     *
     * @param params field to value, maybe text
     * @param permitted the fields
     * @return a copy
     */
    public Changeset<T> cast(Map<String, ?> params, String... permitted) {
        return cast(params, Cast.defaults(), permitted);
    }

    /**
     * Takes more values from outside, in another way than the default one.
     *
     * @param params field to value, maybe text
     * @param options how they are taken over
     * @param permitted the fields
     * @return a copy
     */
    public Changeset<T> cast(Map<String, ?> params, Cast options, String... permitted) {
        Objects.requireNonNull(params, "params");
        for (String field : permitted) {
            Property property = state.shape.property(field);
            if (property.isAssociation() || property.isEmbedded()) {
                throw new IllegalArgumentException(
                        "permitted: " + property + " (expected: a plain field; use castAssoc or castEmbed)");
            }
        }
        return with(copy -> {
            copy.fromOutside = true;
            copy.measured &= params instanceof Nesting.Measured;
            copy.params.putAll(params);
            Cast taking = castVersion(copy, params, options, permitted) ? options.forceChanges() : options;
            for (String field : permitted) {
                if (params.containsKey(field) && !copy.shape.property(field).isVersion()) {
                    castField(copy, field, params.get(field), taking);
                }
            }
        });
    }

    /** Whether the form was made of another state than the entity's, so that each of its values may be a change. */
    private static boolean castVersion(State<?> state, Map<String, ?> params, Cast options, String... permitted) {
        for (String field : permitted) {
            Property property = state.shape.property(field);
            if (property.isVersion() && params.containsKey(field)) {
                Object present = property.get(state.data);
                Object seen = converted(state, property, params.get(field), options);
                if (seen == null && present != null && !state.isTold(field)) {
                    mismatch(state, property, options);
                }
                state.seenVersion = seen;
                return !Objects.equals(seen, present);
            }
        }
        return false;
    }

    private static @Nullable Object converted(State<?> state, Property property, @Nullable Object raw, Cast options) {
        try {
            if (Nesting.isTooDeep(raw)) {
                throw new Conversion.Impossible(null);
            }
            return Conversion.of(options.prepared(raw), property, state.data);
        } catch (Conversion.Impossible mismatch) {
            mismatch(state, property, options);
            return null;
        }
    }

    private static void mismatch(State<?> state, Property property, Cast options) {
        state.error(
                property.name(),
                options.message(),
                Checks.parameters("type", property.type().getSimpleName(), "validation", "cast"));
    }

    private static void castField(State<?> state, String field, @Nullable Object raw, Cast options) {
        int errors = state.errors.size();
        Object value = converted(state, state.shape.property(field), raw, options);
        if (state.errors.size() == errors) {
            put(state, field, value, options.forces());
        }
    }

    private static void put(State<?> state, String field, @Nullable Object value, boolean force) {
        Property property = state.shape.property(field);
        if (!force && Equality.same(property, property.get(state.data), value)) {
            state.takeBack(field);
        } else {
            state.change(field, value, null);
        }
    }

    /**
     * Adds the changes, errors and rules of another changeset of the same entity.
     *
     * @param other its changes win
     * @return a copy
     * @throws IllegalArgumentException if it is one of another entity, or for another action
     */
    public Changeset<T> merge(Changeset<T> other) {
        if (other.state.data != state.data) {
            throw new IllegalArgumentException("merge: of another " + type().getSimpleName() + " (expected: the same)");
        }
        boolean clash = state.action != Action.NONE && other.state.action != Action.NONE;
        if (clash && state.action != other.state.action) {
            throw new IllegalArgumentException(
                    "merge: " + other.state.action + " into " + state.action + " (expected: the same action)");
        }
        return with(copy -> {
            State<T> more = other.state;
            copy.fromOutside |= more.fromOutside;
            copy.measured &= more.measured;
            copy.seenVersion = more.seenVersion == null ? copy.seenVersion : more.seenVersion;
            copy.params.putAll(more.params);
            more.changes.forEach((field, value) -> copy.change(field, value, more.replacements.get(field)));
            more.errors.stream().filter(error -> !copy.errors.contains(error)).forEach(copy.errors::add);
            copy.required.addAll(more.required);
            copy.validations.addAll(more.validations);
            copy.constraints.addAll(more.constraints);
            copy.preparations.addAll(more.preparations);
            copy.action = more.action == Action.NONE ? copy.action : more.action;
            copy.lock = more.lock == null ? copy.lock : more.lock;
        });
    }

    // -- looking

    /**
     * Tells whether it has no errors, nor its associated ones.
     *
     * @return true if it may be written
     */
    public boolean isValid() {
        return state.errors.isEmpty() && children().allMatch(Changeset::isValid);
    }

    private Stream<Changeset<?>> children() {
        return state.changes.values().stream().flatMap(Children::of);
    }

    /**
     * Returns the entity, as it is before the changes.
     *
     * @return the entity
     */
    public T data() {
        return state.data;
    }

    /**
     * Returns the entity's class.
     *
     * @return a class of the mapping, never a provider's
     */
    public Class<?> type() {
        return state.shape.type();
    }

    /**
     * Returns what came from outside.
     *
     * @return an unmodifiable map
     */
    public Map<String, @Nullable Object> params() {
        return Collections.unmodifiableMap(state.params);
    }

    /**
     * Returns the changes; those of associations are changesets, or lists of them.
     *
     * @return an unmodifiable map
     */
    public Map<String, @Nullable Object> changes() {
        return Collections.unmodifiableMap(state.changes);
    }

    /**
     * Returns the errors of its own fields.
     *
     * @return an immutable list
     */
    public List<FieldError> errors() {
        return List.copyOf(state.errors);
    }

    /**
     * Returns the fields that must have a value.
     *
     * @return an immutable set
     */
    public Set<String> required() {
        return Collections.unmodifiableSet(state.required);
    }

    /**
     * Returns the checks that were declared, by field: the name of each, and its parameters.
     *
     * @return field to checks
     */
    public Map<String, List<Map.Entry<String, Map<String, @Nullable Object>>>> validations() {
        Map<String, List<Map.Entry<String, Map<String, @Nullable Object>>>> all = new LinkedHashMap<>();
        for (State.Validation validation : state.validations) {
            all.computeIfAbsent(validation.field(), field -> new ArrayList<>())
                    .add(Map.entry(validation.name(), validation.parameters()));
        }
        return all;
    }

    /**
     * Returns the constraints that were declared.
     *
     * @return an immutable list
     */
    public List<Constraint> constraints() {
        return List.copyOf(state.constraints);
    }

    /**
     * Returns what it is for.
     *
     * @return the action
     */
    public Action action() {
        return state.action;
    }

    /**
     * Returns a field's value: the change, or else that of the entity.
     *
     * @param field its name
     * @return the value, maybe null
     */
    public @Nullable Object getField(String field) {
        state.shape.property(field);
        return Children.applied(state.value(field));
    }

    /**
     * Returns a change.
     *
     * @param field its name
     * @return the new value; empty if it does not change, or becomes null: see {@link #changed}
     */
    public Optional<Object> getChange(String field) {
        state.shape.property(field);
        return Optional.ofNullable(state.changes.get(field));
    }

    /**
     * Tells whether a field changes.
     *
     * @param field its name
     * @return true if it does
     */
    public boolean changed(String field) {
        state.shape.property(field);
        return state.changes.containsKey(field);
    }

    /**
     * Tells whether a field changes from one value to another.
     *
     * @param field its name
     * @param from its present value
     * @param to its new value
     * @return true if it does
     */
    public boolean changed(String field, @Nullable Object from, @Nullable Object to) {
        Property property = state.shape.property(field);
        return changed(field)
                && Equality.same(property, property.get(state.data), from)
                && Equality.same(property, state.changes.get(field), to);
    }

    /**
     * Tells whether a field will have no value, or a blank one.
     *
     * @param field its name
     * @return true if it is missing
     */
    public boolean fieldMissing(String field) {
        return Checks.isBlank(getField(field));
    }

    // -- changing

    /**
     * Changes a field; a value equal to the entity's takes a change back, and so does the entity that an association
     * refers to already.
     *
     * @param field its name
     * @param value of its type
     * @return a copy
     */
    public Changeset<T> putChange(String field, @Nullable Object value) {
        Object fitting = plain(field, value);
        return with(copy -> put(copy, field, fitting, false));
    }

    /**
     * Changes a field, even to a value equal to the entity's.
     *
     * @param field its name
     * @param value of its type
     * @return a copy
     */
    public Changeset<T> forceChange(String field, @Nullable Object value) {
        Object fitting = plain(field, value);
        return with(copy -> put(copy, field, fitting, true));
    }

    /** The value as the field has it. */
    private @Nullable Object plain(String field, @Nullable Object value) {
        Property property = state.shape.property(field);
        if (property.isToMany()) {
            throw new IllegalArgumentException("field: " + property + " (expected: a plain field; use putAssoc)");
        }
        if (property.isVersion()) {
            throw new IllegalArgumentException("field: " + property + " is the version (expected: another field;"
                    + " a write counts it up, and cast compares the one of a form)");
        }
        if (value == null && property.type().isPrimitive()) {
            throw new IllegalArgumentException(field + ": null (expected: "
                    + Lossless.boxed(property.type()).getName() + ")");
        }
        return value == null ? null : Lossless.fitting(field, value, property.type());
    }

    /**
     * Changes a change, if there is one.
     *
     * @param field its name
     * @param update makes the new value of the change
     * @return a copy
     */
    public Changeset<T> updateChange(String field, UnaryOperator<@Nullable Object> update) {
        return changed(field) ? putChange(field, update.apply(state.changes.get(field))) : this;
    }

    /**
     * Takes a change back.
     *
     * @param field its name
     * @return a copy
     */
    public Changeset<T> deleteChange(String field) {
        state.shape.property(field);
        return with(copy -> copy.takeBack(field));
    }

    /**
     * Says what it is for; the operation that writes it must be of that kind.
     *
     * @param action the action
     * @return a copy
     */
    public Changeset<T> withAction(Action action) {
        return with(copy -> copy.action = Objects.requireNonNull(action, "action"));
    }

    /**
     * Adds an error.
     *
     * @param field the field's name, which need not exist
     * @param message a template
     * @return a copy
     */
    public Changeset<T> addError(String field, String message) {
        return addError(field, message, Map.of());
    }

    /**
     * Adds an error with parameters.
     *
     * @param field the field's name, which need not exist
     * @param message a template, its parameters as {@code %{name}}
     * @param parameters the parameters
     * @return a copy
     */
    public Changeset<T> addError(String field, String message, Map<String, ?> parameters) {
        return with(copy -> copy.errors.add(new FieldError(field, message, new LinkedHashMap<>(parameters))));
    }

    // -- associations

    /**
     * Takes values of an association from outside: a map, or a list of maps, each with the key of the entity that it
     * changes, or none for a new one.
     *
     * @param field the association
     * @param with makes the changeset of one entity from its values
     * @param onReplace what becomes of those left out
     * @param <E> the associated entity
     * @return a copy
     * @throws IllegalArgumentException if it is a map, many to many that the other side stores, or not loaded
     */
    public <E> Changeset<T> castAssoc(
            String field, BiFunction<E, Map<String, ?>, Changeset<E>> with, OnReplace onReplace) {
        return with(copy -> Children.<E>at(copy, field, onReplace).cast(with));
    }

    /**
     * Takes values of an association from outside; leaving one out is an error of the program.
     *
     * @param field the association
     * @param with makes the changeset of one entity from its values
     * @param <E> the associated entity
     * @return a copy
     */
    public <E> Changeset<T> castAssoc(String field, BiFunction<E, Map<String, ?>, Changeset<E>> with) {
        return castAssoc(field, with, OnReplace.RAISE);
    }

    /**
     * Replaces an association as a whole. If the new value is the present one, by its key, a change is taken back.
     *
     * <p>An entity without a key is inserted. One with a generated key, or with that of a present one, is there
     * already; of another key that is given by hand the database is asked when it is written.
     *
     * @param field the association
     * @param value an entity, a changeset, null; or a collection of entities and changesets
     * @param onReplace what becomes of those left out
     * @return a copy
     * @throws IllegalArgumentException if it is a map, many to many that the other side stores, or many that are not
     *     loaded
     */
    public Changeset<T> putAssoc(String field, @Nullable Object value, OnReplace onReplace) {
        return with(copy -> Children.at(copy, field, onReplace).put(value));
    }

    /**
     * Replaces an association as a whole; leaving one out is an error of the program.
     *
     * @param field the association
     * @param value an entity, a changeset, null; or a collection of entities and changesets
     * @return a copy
     */
    public Changeset<T> putAssoc(String field, @Nullable Object value) {
        return putAssoc(field, value, OnReplace.RAISE);
    }

    /**
     * Takes values of embeddables from outside: a map, or a list of maps.
     *
     * @param field the embedded field, or the collection of embeddables
     * @param with makes the changeset of one embeddable from its values
     * @param <E> the embeddable
     * @return a copy
     */
    public <E> Changeset<T> castEmbed(String field, BiFunction<E, Map<String, ?>, Changeset<E>> with) {
        return with(copy -> Children.<E>at(copy, field, OnReplace.DELETE).cast(with));
    }

    /**
     * Replaces embeddables as a whole.
     *
     * @param field the embedded field, or the collection of embeddables
     * @param value an embeddable, a changeset, null; or a collection of them
     * @return a copy
     */
    public Changeset<T> putEmbed(String field, @Nullable Object value) {
        return with(copy -> Children.at(copy, field, OnReplace.DELETE).put(value));
    }

    /**
     * Returns an association or embedded field as entities, with the changes applied.
     *
     * @param field its name
     * @return an entity, a list of entities, or null
     */
    public @Nullable Object getAssoc(String field) {
        return getField(field);
    }

    // -- applying

    /**
     * Makes the entity that the changes lead to, whether they are valid or not.
     *
     * @return a shallow copy of the entity, changed
     */
    @SuppressWarnings("unchecked")
    public T applyChanges() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        state.changes.forEach((field, value) ->
                values.put(field, Children.fitting(state.shape.property(field), Children.applied(value), state.data)));
        return (T) state.shape.copy(state.data, values);
    }

    /**
     * Applies the changes without a database, if they are valid.
     *
     * @param action what the changeset was for
     * @return the changed entity, or the changeset with its errors
     */
    public Result<T> applyAction(Action action) {
        Changeset<T> acting = withAction(action);
        return isValid() ? Result.ok(acting.applyChanges()) : Result.invalid(acting);
    }

    // -- checks

    /**
     * Demands values, of the changes or of the entity; text of spaces only is none.
     *
     * @param fields their names
     * @return a copy
     */
    public Changeset<T> validateRequired(String... fields) {
        return validateRequired(Arrays.asList(fields), "can't be blank");
    }

    /**
     * Demands values, of the changes or of the entity; text of spaces only is none.
     *
     * @param fields their names
     * @param message of a field without a value
     * @return a copy
     */
    public Changeset<T> validateRequired(Collection<String> fields, String message) {
        for (String field : fields) {
            state.shape.property(field);
        }
        return with(copy -> {
            for (String field : fields) {
                copy.required.add(field);
                if (!copy.isTold(field) && isMissing(copy, field)) {
                    copy.takeBack(field);
                    copy.error(field, message, Checks.parameters("validation", "required"));
                }
            }
        });
    }

    private static boolean isMissing(State<?> state, String field) {
        Object value = state.value(field);
        return Checks.isBlank(value) || Children.isGone(value);
    }

    /**
     * Checks a change, if there is one that is not null, with a function.
     *
     * @param field its name
     * @param name the check's name, for those who show forms
     * @param check returns a message, or empty if all is well
     * @return a copy
     */
    public Changeset<T> validateChange(String field, String name, Function<Object, Optional<String>> check) {
        return checked(
                field,
                name,
                Map.of(),
                value -> check.apply(value)
                        .map(message -> new Checks.Complaint(message, Checks.parameters("validation", name))));
    }

    private Changeset<T> checked(
            String field,
            String name,
            Map<String, @Nullable Object> parameters,
            Function<Object, Optional<Checks.Complaint>> check) {
        state.shape.property(field);
        return with(copy -> {
            copy.validations.add(new State.Validation(field, name, parameters));
            Object value = copy.changes.get(field);
            if (value != null && !copy.isTold(field)) {
                check.apply(value)
                        .ifPresent(complaint -> copy.error(field, complaint.message(), complaint.parameters()));
            }
        });
    }

    private Changeset<T> simple(
            String field, String name, String message, Map<String, @Nullable Object> parameters, Predicate check) {
        return checked(field, name, parameters, value -> {
            if (check.holds(value)) {
                return Optional.empty();
            }
            Map<String, @Nullable Object> all = new LinkedHashMap<>(parameters);
            all.put("validation", name);
            return Optional.of(new Checks.Complaint(message, all));
        });
    }

    /** Tells whether a value is as it should be. */
    private interface Predicate {
        boolean holds(Object value);
    }

    /**
     * Demands that text contains a match of a pattern.
     *
     * @param field its name
     * @param pattern the pattern
     * @return a copy
     */
    public Changeset<T> validateFormat(String field, Pattern pattern) {
        return validateFormat(field, pattern, "has invalid format");
    }

    /**
     * Demands that text contains a match of a pattern.
     *
     * @param field its name
     * @param pattern the pattern
     * @param message if it does not
     * @return a copy
     */
    public Changeset<T> validateFormat(String field, Pattern pattern, String message) {
        return simple(
                field,
                "format",
                message,
                Map.of(),
                value -> pattern.matcher(value.toString()).find());
    }

    /**
     * Demands one of some values.
     *
     * @param field its name
     * @param values the values
     * @return a copy
     */
    public Changeset<T> validateInclusion(String field, Collection<?> values) {
        return validateInclusion(field, values, "is invalid");
    }

    /**
     * Demands one of some values.
     *
     * @param field its name
     * @param values the values
     * @param message if it is another
     * @return a copy
     */
    public Changeset<T> validateInclusion(String field, Collection<?> values, String message) {
        return simple(field, "inclusion", message, Checks.choice(values), values::contains);
    }

    /**
     * Demands none of some values.
     *
     * @param field its name
     * @param values the values
     * @return a copy
     */
    public Changeset<T> validateExclusion(String field, Collection<?> values) {
        return validateExclusion(field, values, "is reserved");
    }

    /**
     * Demands none of some values.
     *
     * @param field its name
     * @param values the values
     * @param message if it is one of them
     * @return a copy
     */
    public Changeset<T> validateExclusion(String field, Collection<?> values, String message) {
        return simple(field, "exclusion", message, Checks.choice(values), value -> !values.contains(value));
    }

    /**
     * Demands that a collection has some values only.
     *
     * @param field its name
     * @param values the values
     * @return a copy
     */
    public Changeset<T> validateSubset(String field, Collection<?> values) {
        return validateSubset(field, values, "has an invalid entry");
    }

    /**
     * Demands that a collection has some values only.
     *
     * @param field its name
     * @param values the values
     * @param message if it has others
     * @return a copy
     */
    public Changeset<T> validateSubset(String field, Collection<?> values, String message) {
        Set<Object> allowed = new HashSet<>(values);
        return simple(
                field,
                "subset",
                message,
                Checks.choice(values),
                value -> value instanceof Collection<?> many && allowed.containsAll(many));
    }

    /**
     * Demands a length, of text, of a collection, a map or an array.
     *
     * @param field its name
     * @param rule the length
     * @return a copy
     */
    public Changeset<T> validateLength(String field, Length rule) {
        return checked(
                field,
                "length",
                Checks.parameters("is", rule.is(), "min", rule.min(), "max", rule.max()),
                value -> Checks.length(rule, value));
    }

    /**
     * A length that is demanded. Immutable.
     *
     * @param is exactly, or null
     * @param min at least, or null
     * @param max at most, or null
     * @param counting what of text is counted
     * @param message said instead of the default, or null; {@code %{count}} is the bound
     */
    public record Length(
            @Nullable Integer is,
            @Nullable Integer min,
            @Nullable Integer max,
            Count counting,
            @Nullable String message) {

        /** The units in which text is counted. */
        public enum Count {
            /** Characters, as Unicode counts them. */
            CHARACTERS,
            /** Bytes in UTF-8. */
            BYTES
        }

        /**
         * Exactly so many.
         *
         * @param count the number
         * @return the rule
         */
        public static Length is(int count) {
            return new Length(count, null, null, Count.CHARACTERS, null);
        }

        /**
         * At least so many.
         *
         * @param count the number
         * @return the rule
         */
        public static Length atLeast(int count) {
            return new Length(null, count, null, Count.CHARACTERS, null);
        }

        /**
         * At most so many.
         *
         * @param count the number
         * @return the rule
         */
        public static Length atMost(int count) {
            return new Length(null, null, count, Count.CHARACTERS, null);
        }

        /**
         * So many, both included.
         *
         * @param least at least
         * @param most at most
         * @return the rule
         */
        public static Length between(int least, int most) {
            return new Length(null, least, most, Count.CHARACTERS, null);
        }

        /**
         * Counts bytes in UTF-8.
         *
         * @return a copy
         */
        public Length inBytes() {
            return new Length(is, min, max, Count.BYTES, message);
        }

        /**
         * Says something else.
         *
         * @param other the message
         * @return a copy
         */
        public Length saying(String other) {
            return new Length(is, min, max, counting, other);
        }
    }

    /**
     * Demands that a number compares with another.
     *
     * @param field its name
     * @param comparison how
     * @param bound with what
     * @return a copy
     */
    public Changeset<T> validateNumber(String field, Comparison comparison, Number bound) {
        return validateNumber(field, comparison, bound, "must be " + comparison.words() + " %{number}");
    }

    /**
     * Demands that a number compares with another.
     *
     * @param field its name
     * @param comparison how
     * @param bound with what
     * @param message if it does not; {@code %{number}} is the bound
     * @return a copy
     */
    public Changeset<T> validateNumber(String field, Comparison comparison, Number bound, String message) {
        Objects.requireNonNull(bound, "bound");
        return checked(
                field,
                "number",
                Checks.parameters(comparison.kind(), bound),
                value -> Checks.number(comparison, bound, message, value));
    }

    /** How a number compares with another. */
    public enum Comparison {
        /** Less. */
        LESS_THAN("less_than", "less than"),
        /** Greater. */
        GREATER_THAN("greater_than", "greater than"),
        /** Less or equal. */
        AT_MOST("less_than_or_equal_to", "less than or equal to"),
        /** Greater or equal. */
        AT_LEAST("greater_than_or_equal_to", "greater than or equal to"),
        /** Equal. */
        EQUAL_TO("equal_to", "equal to"),
        /** Different. */
        NOT_EQUAL_TO("not_equal_to", "not equal to");

        private final String kind;
        private final String words;

        Comparison(String kind, String words) {
            this.kind = kind;
            this.words = words;
        }

        String kind() {
            return kind;
        }

        String words() {
            return words;
        }

        boolean holds(int order) {
            return switch (this) {
                case LESS_THAN -> order < 0;
                case GREATER_THAN -> order > 0;
                case AT_MOST -> order <= 0;
                case AT_LEAST -> order >= 0;
                case EQUAL_TO -> order == 0;
                case NOT_EQUAL_TO -> order != 0;
            };
        }
    }

    /**
     * Demands that what came from outside says a value twice: {@code field} and {@code fieldConfirmation}.
     *
     * @param field its name
     * @return a copy
     */
    public Changeset<T> validateConfirmation(String field) {
        return validateConfirmation(field, "does not match confirmation");
    }

    /**
     * Demands that what came from outside says a value twice: {@code field} and {@code fieldConfirmation}.
     *
     * @param field its name
     * @param message if it says two values
     * @return a copy
     */
    public Changeset<T> validateConfirmation(String field, String message) {
        state.shape.property(field);
        return with(copy -> {
            copy.validations.add(new State.Validation(field, "confirmation", Map.of()));
            String confirmation = field + "Confirmation";
            boolean differs = copy.params.containsKey(confirmation)
                    && !Objects.equals(
                            Objects.toString(copy.params.get(field), null),
                            Objects.toString(copy.params.get(confirmation), null));
            if (differs) {
                copy.error(confirmation, message, Checks.parameters("validation", "confirmation"));
            }
        });
    }

    /**
     * Demands that what came from outside says yes; the field need not exist.
     *
     * @param field its name among the values from outside
     * @return a copy
     */
    public Changeset<T> validateAcceptance(String field) {
        return validateAcceptance(field, "must be accepted");
    }

    /**
     * Demands that what came from outside says yes; the field need not exist.
     *
     * @param field its name among the values from outside
     * @param message if it does not
     * @return a copy
     */
    public Changeset<T> validateAcceptance(String field, String message) {
        return with(copy -> {
            copy.validations.add(new State.Validation(field, "acceptance", Map.of()));
            boolean accepted = List.of("true", "1").contains(String.valueOf(copy.params.get(field)));
            if (copy.fromOutside && !accepted) {
                copy.error(field, message, Checks.parameters("validation", "acceptance"));
            }
        });
    }

    /**
     * Applies the annotations of Jakarta Validation on the entity. Without its API on the class path there is nothing to
     * check. A field that has an error already gets no other one.
     *
     * @return a copy
     * @throws IllegalStateException if its API is there without a provider
     */
    public Changeset<T> validate() {
        return with(copy -> {
            T applied = new Changeset<>(copy).applyChanges();
            copy.errors.addAll(AnnotationValidator.found().validate(applied).stream()
                    .filter(error -> !copy.isTold(error.field()))
                    .toList());
        });
    }

    // -- what the database demands

    /**
     * Turns the violation of a unique index into an error of the first field.
     *
     * @param fields those of the index, which is called {@code table_column_index}
     * @return a copy
     */
    public Changeset<T> uniqueConstraint(String... fields) {
        List<String> all = Arrays.asList(fields);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("fields: [] (expected: at least one)");
        }
        return constraint(new Constraint(
                Constraint.Kind.UNIQUE,
                DefaultNames.index(state.shape, all),
                Constraint.Match.EXACT,
                all.get(0),
                "has already been taken"));
    }

    /**
     * Turns the violation of a foreign key into an error of its field.
     *
     * @param field the association that stores the key, which is called {@code table_column_fkey}
     * @return a copy
     */
    public Changeset<T> foreignKeyConstraint(String field) {
        return constraint(new Constraint(
                Constraint.Kind.FOREIGN_KEY,
                DefaultNames.foreignKey(state.shape, field),
                Constraint.Match.EXACT,
                field,
                "does not exist"));
    }

    /**
     * Like {@link #foreignKeyConstraint}: in Java the field of the key is the association.
     *
     * @param association the association that stores the key
     * @return a copy
     */
    public Changeset<T> assocConstraint(String association) {
        if (!state.shape.property(association).isAssociation()) {
            throw new IllegalArgumentException("association: " + association + " (expected: an association)");
        }
        return foreignKeyConstraint(association);
    }

    /**
     * Turns the violation of others' foreign keys, when this entity is deleted, into an error of the association.
     *
     * @param association the association that the other side stores
     * @return a copy
     */
    public Changeset<T> noAssocConstraint(String association) {
        boolean many = state.shape.property(association).isToMany();
        return constraint(new Constraint(
                Constraint.Kind.FOREIGN_KEY,
                DefaultNames.foreignKeyOfOthers(state.shape, association),
                Constraint.Match.EXACT,
                association,
                many ? "are still associated with this entry" : "is still associated with this entry"));
    }

    /**
     * Turns the violation of a check into an error of a field.
     *
     * @param field the field's name
     * @param name the check's name
     * @return a copy
     */
    public Changeset<T> checkConstraint(String field, String name) {
        return constraint(new Constraint(Constraint.Kind.CHECK, name, Constraint.Match.EXACT, field, "is invalid"));
    }

    /**
     * Turns the violation of an exclusion into an error of a field.
     *
     * @param field the field's name
     * @param name the exclusion's name
     * @return a copy
     */
    public Changeset<T> exclusionConstraint(String field, String name) {
        return constraint(new Constraint(
                Constraint.Kind.EXCLUSION, name, Constraint.Match.EXACT, field, "violates an exclusion constraint"));
    }

    /**
     * Declares a constraint in all its parts.
     *
     * @param constraint the constraint
     * @return a copy
     */
    public Changeset<T> constraint(Constraint constraint) {
        return with(copy -> copy.constraints.add(constraint));
    }

    /**
     * Changes the constraint that was declared last: its name, its message, its field, or how its name is compared.
     *
     * @param change makes the other one
     * @return a copy
     */
    public Changeset<T> lastConstraint(UnaryOperator<Constraint> change) {
        if (state.constraints.isEmpty()) {
            throw new IllegalStateException("constraint: none was declared (expected: one, before this call)");
        }
        return with(copy -> copy.constraints.set(
                copy.constraints.size() - 1, change.apply(copy.constraints.get(copy.constraints.size() - 1))));
    }

    /**
     * Finds the constraint that was violated, and adds its error.
     *
     * @param kind what was violated
     * @param name the constraint's name in the database
     * @return a copy with the error; empty if no such constraint was declared
     */
    public Optional<Changeset<T>> withViolation(Constraint.Kind kind, String name) {
        for (Constraint constraint : state.constraints) {
            if (constraint.isViolatedBy(kind, name)) {
                return Optional.of(addError(
                        constraint.field(),
                        constraint.message(),
                        Checks.parameters("constraint", kind.word(), "constraintName", name)));
            }
        }
        return Optional.empty();
    }

    // -- what happens when it is written

    /**
     * Compares a field with the database when it is written, and counts it up; for entities without a version of their
     * own.
     *
     * @param field a whole number; none is followed by 1, and so is the greatest of its type, at most of four bytes
     * @return a copy
     * @throws IllegalArgumentException if it is no whole number of up to eight bytes
     */
    public Changeset<T> optimisticLock(String field) {
        return optimisticLock(field, Counting.in(state.shape.property(field)));
    }

    /**
     * Compares a field with the database when it is written, and gives it its next value.
     *
     * @param field its name
     * @param next makes the next value of the present one
     * @return a copy
     */
    public Changeset<T> optimisticLock(String field, UnaryOperator<@Nullable Object> next) {
        if (state.shape.property(field).isVersion()) {
            throw new IllegalArgumentException("lock: " + state.shape.property(field)
                    + " is the version (expected: another field; a version is compared without being asked for)");
        }
        return with(copy -> copy.lock = new State.OptimisticLock(field, next, null));
    }

    /**
     * Changes it once more inside the transaction that writes it, which may read and write by the repository. A
     * changeset with errors that it returns is not written, and rolls the transaction back.
     *
     * @param preparation makes the other one, of the same entity and for the same action
     * @return a copy
     */
    public Changeset<T> prepareChanges(UnaryOperator<Changeset<T>> preparation) {
        return with(copy -> copy.preparations.add(Objects.requireNonNull(preparation, "preparation")));
    }

    /**
     * Tells whether there is something to do in the transaction before the write, or before that of an associated one.
     *
     * @return true if {@link #prepareChanges} was called
     */
    public boolean isPrepared() {
        return !state.preparations.isEmpty() || children().anyMatch(Changeset::isPrepared);
    }

    /**
     * Runs what {@link #prepareChanges} has left to do; associated ones are left as they are.
     *
     * @return the changeset that is to be written, maybe invalid
     */
    public Changeset<T> prepared() {
        Changeset<T> prepared = this;
        for (UnaryOperator<Changeset<T>> preparation : state.preparations) {
            prepared = kept(preparation.apply(prepared));
        }
        return prepared.with(copy -> copy.preparations.clear());
    }

    /** It may be made anew, but stays one of the same entity, for the same action. */
    private Changeset<T> kept(@Nullable Changeset<T> made) {
        if (made == null || made.state.data != state.data) {
            throw new IllegalArgumentException("prepareChanges: " + (made == null ? "null" : "of " + made.data())
                    + " (expected: a changeset of the same " + type().getSimpleName() + ")");
        }
        if (made.state.action != Action.NONE && made.state.action != state.action) {
            throw new IllegalArgumentException("prepareChanges: a changeset for " + made.state.action
                    + " (expected: for " + state.action + ", as before)");
        }
        return made.withAction(state.action);
    }

    /**
     * Returns the field that is compared when it is written.
     *
     * @return its name, or empty
     */
    public Optional<String> lockField() {
        return Optional.ofNullable(state.lock).map(State.OptimisticLock::field);
    }

    /**
     * Returns the value that the compared field must have in the database: that of the form which brought one, else the
     * entity's.
     *
     * @return the value; null if none is compared, or if it has none
     */
    public @Nullable Object lockValue() {
        State.OptimisticLock lock = state.lock;
        if (lock == null || lock.expected() != null) {
            return lock == null ? null : lock.expected();
        }
        String field = lock.field();
        boolean brought = state.params.containsKey(field) && state.changes.containsKey(field);
        return brought ? state.changes.get(field) : state.shape.property(field).get(state.data);
    }

    /**
     * Gives the compared field its next value.
     *
     * @return a copy
     */
    public Changeset<T> locked() {
        State.OptimisticLock lock = state.lock;
        Object expected = lockValue();
        return lock == null
                ? this
                : with(copy -> {
                    copy.lock = new State.OptimisticLock(lock.field(), lock.next(), expected);
                    put(copy, lock.field(), lock.next().apply(expected), true);
                });
    }

    /**
     * Returns the version of the row that the author of a form has seen. It is compared with the row's when the changeset
     * is written as an update or a delete; an insert has nothing to compare it with.
     *
     * @return the version that {@code cast} has taken; empty if there was none
     */
    public Optional<Object> seenVersion() {
        return Optional.ofNullable(state.seenVersion);
    }

    /**
     * Returns what an association's new value leaves out.
     *
     * @param field the association
     * @return the entities
     */
    public List<Object> leftOut(String field) {
        State.Replacement replacement = state.replacements.get(field);
        return replacement == null ? List.of() : replacement.left();
    }

    /**
     * Returns what becomes of those that an association's new value leaves out.
     *
     * @param field the association
     * @return the rule
     */
    public OnReplace onReplace(String field) {
        State.Replacement replacement = state.replacements.get(field);
        return replacement == null ? OnReplace.RAISE : replacement.rule();
    }

    /**
     * Replaces the changesets of an association, as when errors were found while they were written.
     *
     * @param field the association
     * @param children a changeset or a list of changesets
     * @return a copy
     */
    public Changeset<T> withChildren(String field, Object children) {
        return with(copy -> copy.changes.put(field, children));
    }

    // -- errors out

    /**
     * Turns all errors, those of associations too, into a map: field to list of what {@code text} makes of each error; an
     * association's is a map of its own, or a list of maps, and stands before errors of the association itself.
     *
     * @param text makes the entry of one error, a translation for example
     * @return the errors
     */
    public Map<String, Object> traverseErrors(Function<FieldError, ?> text) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (FieldError error : state.errors) {
            @SuppressWarnings("unchecked")
            List<Object> list = (List<Object>) all.computeIfAbsent(error.field(), field -> new ArrayList<>());
            list.add(text.apply(error));
        }
        state.changes.forEach((field, value) -> {
            Object errors = Children.traversed(value, child -> child.traverseErrors(text));
            if (errors != null) {
                all.put(field, errors);
            }
        });
        return all;
    }

    /**
     * Turns all declared checks, those of associations too, into a map: field to list of checks; an association's is a map
     * of its own, or a list of maps.
     *
     * @param entry makes the entry of one check from its name and parameters
     * @return the checks
     */
    public Map<String, Object> traverseValidations(BiFunction<String, Map<String, ?>, ?> entry) {
        Map<String, Object> all = new LinkedHashMap<>();
        validations()
                .forEach((field, checks) -> all.put(
                        field,
                        checks.stream()
                                .<Object>map(check -> entry.apply(check.getKey(), check.getValue()))
                                .toList()));
        state.changes.forEach((field, value) -> {
            Object checks = Children.traversed(value, child -> child.traverseValidations(entry));
            if (checks != null) {
                all.putIfAbsent(field, checks);
            }
        });
        return all;
    }

    EntityShape shape() {
        return state.shape;
    }

    @Override
    public String toString() {
        return "Changeset of " + type().getSimpleName() + " (" + state.action + ", changes "
                + new LinkedHashSet<>(state.changes.keySet()) + ", errors " + state.errors + ")";
    }

    /** The purposes of a changeset. */
    public enum Action {
        /** Not yet known; the operation that writes it decides. */
        NONE,
        /** A new row. */
        INSERT,
        /** A changed row. */
        UPDATE,
        /** A row that goes. */
        DELETE,
        /** An associated row that loses its association. */
        REPLACE,
        /** Nothing. */
        IGNORE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
