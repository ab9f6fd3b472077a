package dev.facade;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Result;
import dev.facade.engine.entity.Echo;
import dev.facade.option.ReadOption;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Named steps that are to run in one transaction, one after the other. Immutable: each method returns a copy, and nothing
 * runs before {@link FacadeRepository#transact(Multi)}.
 *
 * <p>The first step that fails rolls everything back; later ones do not run. A step sees the results of those before it.
 *
 * <pre>{@code
 * Multi multi = Multi.create()
 *         .insert("post", new Post("Hello"))
 *         .run("comments", (inside, results) -> inside.count(Comment.class));
 * MultiOutcome outcome = repo.transact(multi);
 * }</pre>
 */
public final class Multi {

    private final List<Step> steps;

    private Multi(List<Step> steps) {
        this.steps = steps;
    }

    /** A step: what is known to be wrong with it beforehand, and what it does. */
    record Step(String name, String kind, Known known, BiFunction<FacadeRepository, Results, @Nullable Object> work) {}

    /** The facts that are known before anything runs. */
    @FunctionalInterface
    interface Known {
        @Nullable
        Object failure();
    }

    /** A step has failed. */
    record Failure(@Nullable Object value) {}

    /** A step has succeeded. */
    record Success(@Nullable Object value) {}

    /** The results of the steps so far, by name. Unmodifiable. */
    public static final class Results {

        private final Map<String, @Nullable Object> values;

        Results(Map<String, @Nullable Object> values) {
            this.values = values;
        }

        /**
         * Returns the result of a step.
         *
         * @param name the step's name
         * @param <T> the result
         * @return its result
         * @throws NoSuchElementException if no such step has run
         */
        @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // the caller knows the step
        public <T> T get(String name) {
            if (!values.containsKey(name)) {
                throw new NoSuchElementException(
                        "step: " + Echo.of(name) + " (expected: one of " + values.keySet() + ")");
            }
            return (T) values.get(name);
        }

        /**
         * Returns the result of a step, checked.
         *
         * @param name the step's name
         * @param type what it is
         * @param <T> the result
         * @return its result
         * @throws NoSuchElementException if no such step has run, or its result is null
         * @throws ClassCastException if it is something else
         */
        public <T> T get(String name, Class<T> type) {
            Object value = values.get(name);
            if (value == null) {
                throw new NoSuchElementException(
                        "step: " + Echo.of(name) + " (expected: one with a result, of " + this + ")");
            }
            return type.cast(value);
        }

        /**
         * Returns all of them.
         *
         * @return step to result, in their order
         */
        public Map<String, @Nullable Object> toMap() {
            return Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }

    /**
     * Begins with no step.
     *
     * @return the multi
     */
    public static Multi create() {
        return new Multi(List.of());
    }

    /**
     * The success of a step of {@link #run}.
     *
     * @param value its result
     * @return to be returned
     */
    public static Object ok(@Nullable Object value) {
        return new Success(value);
    }

    /**
     * The failure of a step of {@link #run}.
     *
     * @param value why
     * @return to be returned
     */
    public static Object failed(@Nullable Object value) {
        return new Failure(value);
    }

    // -- putting them together

    private Multi with(
            String name, String kind, Known known, BiFunction<FacadeRepository, Results, @Nullable Object> work) {
        return append(new Multi(List.of(new Step(Objects.requireNonNull(name, "name"), kind, known, work))));
    }

    private Multi step(String name, String kind, BiFunction<FacadeRepository, Results, @Nullable Object> work) {
        return with(name, kind, () -> null, work);
    }

    /**
     * Adds the steps of another one at the end.
     *
     * @param other its names are others
     * @return a copy
     * @throws IllegalArgumentException if a name is there already
     */
    public Multi append(Multi other) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(other.steps);
        long names = all.stream().map(Step::name).distinct().count();
        if (names < all.size()) {
            List<String> twice = new ArrayList<>(other.names());
            twice.retainAll(names());
            throw new IllegalArgumentException("step: " + twice + " are there already (expected: unique names)");
        }
        return new Multi(List.copyOf(all));
    }

    /**
     * Adds the steps of another one at the beginning.
     *
     * @param other its names are others
     * @return a copy
     * @throws IllegalArgumentException if a name is there already
     */
    public Multi prepend(Multi other) {
        return other.append(this);
    }

    /**
     * Adds steps that are made when it is their turn; their results stand beside the others.
     *
     * @param name a name for messages
     * @param steps makes them of the results so far
     * @return a copy
     */
    public Multi merge(String name, Function<Results, Multi> steps) {
        return step(name, "merge", (repo, results) -> made(name, steps, results));
    }

    // -- writing

    /**
     * Inserts.
     *
     * @param name the step's name
     * @param what an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insert(String name, Object what, WriteOption... options) {
        return write(name, Action.INSERT, what, options);
    }

    /**
     * Inserts what is made of the results so far.
     *
     * @param name the step's name
     * @param what makes an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insert(String name, Function<Results, ?> what, WriteOption... options) {
        return write(name, Action.INSERT, what, options);
    }

    /**
     * Updates.
     *
     * @param name the step's name
     * @param what an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi update(String name, Object what, WriteOption... options) {
        return write(name, Action.UPDATE, what, options);
    }

    /**
     * Updates what is made of the results so far.
     *
     * @param name the step's name
     * @param what makes an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi update(String name, Function<Results, ?> what, WriteOption... options) {
        return write(name, Action.UPDATE, what, options);
    }

    /**
     * Inserts or updates.
     *
     * @param name the step's name
     * @param what an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insertOrUpdate(String name, Object what, WriteOption... options) {
        return write(name, Action.NONE, what, options);
    }

    /**
     * Inserts or updates what is made of the results so far.
     *
     * @param name the step's name
     * @param what makes an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insertOrUpdate(String name, Function<Results, ?> what, WriteOption... options) {
        return write(name, Action.NONE, what, options);
    }

    /**
     * Deletes.
     *
     * @param name the step's name
     * @param what an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi delete(String name, Object what, WriteOption... options) {
        return write(name, Action.DELETE, what, options);
    }

    /**
     * Deletes what is made of the results so far.
     *
     * @param name the step's name
     * @param what makes an entity or a changeset
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi delete(String name, Function<Results, ?> what, WriteOption... options) {
        return write(name, Action.DELETE, what, options);
    }

    private Multi write(String name, Action action, Object what, WriteOption... options) {
        WriteOption[] given = options.clone();
        if (what instanceof Changeset<?> changeset
                && changeset.action() != Action.NONE
                && action != Action.NONE
                && changeset.action() != action) {
            throw new IllegalArgumentException("step: " + Echo.of(name) + " of a changeset for " + changeset.action()
                    + " (expected: for " + action + ")");
        }
        Known known = () -> what instanceof Changeset<?> changeset && !changeset.isValid()
                ? changeset.withAction(action == Action.NONE ? changeset.action() : action)
                : null;
        return with(
                name,
                action.toString(),
                known,
                (repo, results) -> written(repo, action, given(name, what, results), given));
    }

    @SuppressWarnings("unchecked")
    private static Object given(String name, Object what, Results results) {
        return what instanceof Function<?, ?> function
                ? made(name, (Function<Results, Object>) function, results)
                : what;
    }

    private static <R> R made(String name, Function<Results, ? extends R> function, Results results) {
        @Nullable R made = function.apply(results);
        if (made == null) {
            throw new IllegalStateException(
                    "step: the function of " + Echo.of(name) + " has returned null (expected: a value)");
        }
        return made;
    }

    private static @Nullable Object written(FacadeRepository repo, Action action, Object what, WriteOption... options) {
        if (what instanceof Changeset<?> changeset) {
            return switch (action) {
                case INSERT -> repo.insert(changeset, options);
                case UPDATE -> repo.update(changeset, options);
                case DELETE -> repo.delete(changeset, options);
                default -> repo.insertOrUpdate(changeset, options);
            };
        }
        return switch (action) {
            case INSERT -> ok(repo.insert(what, options));
            case UPDATE -> ok(repo.update(what, options));
            case DELETE -> ok(repo.delete(what, options));
            default -> ok(repo.insertOrUpdate(what, options));
        };
    }

    // -- bulk

    /**
     * Inserts many entities.
     *
     * @param name the step's name
     * @param entities new entities
     * @return a copy
     */
    public Multi insertAll(String name, Collection<?> entities) {
        List<Object> all = List.copyOf(entities);
        return insertAll(name, results -> all);
    }

    /**
     * Inserts many entities.
     *
     * @param name the step's name
     * @param entities makes them of the results so far
     * @return a copy
     */
    public Multi insertAll(String name, Function<Results, ? extends Collection<?>> entities) {
        return step(name, "insertAll", (repo, results) -> ok(repo.insertAll(made(name, entities, results))));
    }

    /**
     * Inserts many rows.
     *
     * @param name the step's name
     * @param type the entity class
     * @param rows entities of the class, maps by attribute name, or records by component name
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insertAll(String name, Class<?> type, Collection<?> rows, WriteOption... options) {
        List<Object> all = List.copyOf(rows);
        return insertAll(name, type, results -> all, options);
    }

    /**
     * Inserts many rows.
     *
     * @param name the step's name
     * @param type the entity class
     * @param rows makes them of the results so far
     * @param options of the write; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi insertAll(
            String name, Class<?> type, Function<Results, ? extends Collection<?>> rows, WriteOption... options) {
        WriteOption[] given = options.clone();
        return step(name, "insertAll", (repo, results) -> ok(repo.insertAll(type, made(name, rows, results), given)));
    }

    /**
     * Changes many entities by one statement.
     *
     * @param name the step's name
     * @param query which
     * @param changes what to change
     * @return a copy
     */
    public Multi updateAll(String name, Query<?> query, Change... changes) {
        return step(name, "updateAll", (repo, results) -> ok(repo.updateAll(query, changes)));
    }

    /**
     * Changes many entities by one statement.
     *
     * @param name the step's name
     * @param query tells which, of the results so far
     * @param changes what to change
     * @return a copy
     */
    public Multi updateAll(String name, Function<Results, Query<?>> query, Change... changes) {
        return step(name, "updateAll", (repo, results) -> ok(repo.updateAll(made(name, query, results), changes)));
    }

    /**
     * Deletes many entities by one statement.
     *
     * @param name the step's name
     * @param query which
     * @return a copy
     */
    public Multi deleteAll(String name, Query<?> query) {
        return step(name, "deleteAll", (repo, results) -> ok(repo.deleteAll(query)));
    }

    /**
     * Deletes many entities by one statement.
     *
     * @param name the step's name
     * @param query tells which, of the results so far
     * @return a copy
     */
    public Multi deleteAll(String name, Function<Results, Query<?>> query) {
        return step(name, "deleteAll", (repo, results) -> ok(repo.deleteAll(made(name, query, results))));
    }

    // -- reading, in the transaction and therefore on the master

    /**
     * Reads one row, or null.
     *
     * @param name the step's name
     * @param query the query
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi one(String name, Queryable<?> query, ReadOption... options) {
        Objects.requireNonNull(query, "query");
        return one(name, results -> query, options);
    }

    /**
     * Reads one row, or null.
     *
     * @param name the step's name
     * @param query makes the query of the results so far
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi one(String name, Function<Results, ? extends Queryable<?>> query, ReadOption... options) {
        return step(
                name,
                "one",
                (repo, results) -> ok(repo.one(Multi.<Queryable<?>>made(name, query, results), options)
                        .orElse(null)));
    }

    /**
     * Reads all rows.
     *
     * @param name the step's name
     * @param query the query
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi all(String name, Queryable<?> query, ReadOption... options) {
        Objects.requireNonNull(query, "query");
        return all(name, results -> query, options);
    }

    /**
     * Reads all rows.
     *
     * @param name the step's name
     * @param query makes the query of the results so far
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi all(String name, Function<Results, ? extends Queryable<?>> query, ReadOption... options) {
        return step(
                name, "all", (repo, results) -> ok(repo.all(Multi.<Queryable<?>>made(name, query, results), options)));
    }

    /**
     * Tells whether there is any row.
     *
     * @param name the step's name
     * @param query the query
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi exists(String name, Queryable<?> query, ReadOption... options) {
        Objects.requireNonNull(query, "query");
        return exists(name, results -> query, options);
    }

    /**
     * Tells whether there is any row.
     *
     * @param name the step's name
     * @param query makes the query of the results so far
     * @param options of the read; an operation refuses those that it does not take
     * @return a copy
     */
    public Multi exists(String name, Function<Results, ? extends Queryable<?>> query, ReadOption... options) {
        return step(
                name,
                "exists",
                (repo, results) -> ok(repo.exists(Multi.<Queryable<?>>made(name, query, results), options)));
    }

    // -- anything

    /**
     * Runs a function.
     *
     * @param name the step's name
     * @param work gets the repository and the results so far; returns {@link #ok}, {@link #failed}, or a {@link Result}
     * @return a copy
     */
    public Multi run(String name, BiFunction<FacadeRepository, Results, ?> work) {
        Objects.requireNonNull(work, "work");
        return step(name, "run", (repo, results) -> work.apply(repo, results));
    }

    /**
     * Runs what returns nothing; it fails by throwing. Its result is null.
     *
     * <p>{@code multi.perform("log", (repo, results) -> audit(repo, results.get("post")))}
     *
     * @param name the step's name
     * @param work gets the repository and the results so far
     * @return a copy
     */
    public Multi perform(String name, BiConsumer<FacadeRepository, Results> work) {
        Objects.requireNonNull(work, "work");
        return step(name, "perform", (repo, results) -> {
            work.accept(repo, results);
            return ok(null);
        });
    }

    /**
     * Puts a value among the results.
     *
     * @param name the step's name
     * @param value its result
     * @return a copy
     */
    public Multi put(String name, @Nullable Object value) {
        return step(name, "put", (repo, results) -> ok(value));
    }

    /**
     * Fails, before anything runs.
     *
     * @param name the step's name
     * @param value why
     * @return a copy
     */
    public Multi error(String name, Object value) {
        Objects.requireNonNull(value, "value");
        return with(name, "error", () -> value, (repo, results) -> failed(value));
    }

    // -- looking

    List<Step> steps() {
        return steps;
    }

    /**
     * Returns the names of the steps, in their order.
     *
     * @return an immutable list
     */
    public List<String> names() {
        return steps.stream().map(Step::name).toList();
    }

    @Override
    public String toString() {
        return "Multi "
                + steps.stream().map(step -> step.name() + ": " + step.kind()).toList();
    }
}
