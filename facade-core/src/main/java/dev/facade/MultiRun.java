package dev.facade;

import dev.facade.changeset.Result;
import dev.facade.engine.entity.Echo;
import dev.facade.error.TransactionRolledBackException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the steps of a {@link Multi}, each once. Used by one thread. */
final class MultiRun {

    private final FacadeRepository repository;
    private final Map<String, @Nullable Object> results = new LinkedHashMap<>();
    private String current = "";

    MultiRun(FacadeRepository repository) {
        this.repository = repository;
    }

    /** Leaves the transaction, and rolls it back. */
    private static final class StepFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable Object value;

        StepFailed(String step, @Nullable Object value) {
            super("step " + Echo.of(step) + " failed with " + Echo.of(value), null, false, false);
            this.value = value;
        }
    }

    MultiOutcome run(Multi multi) {
        for (Multi.Step step : multi.steps()) {
            Object failure = step.known().failure();
            if (failure != null) {
                return new MultiOutcome.Failed(step.name(), failure, new Multi.Results(Map.of()));
            }
        }
        if (multi.steps().isEmpty()) {
            return new MultiOutcome.Done(new Multi.Results(Map.of()));
        }
        try {
            repository.transaction(() -> runAll(multi));
            return new MultiOutcome.Done(new Multi.Results(results));
        } catch (StepFailed failed) {
            return new MultiOutcome.Failed(current, failed.value, new Multi.Results(results));
        }
    }

    private @Nullable Object run(Multi.Step step) {
        try {
            return step.work().apply(repository, new Multi.Results(new LinkedHashMap<>(results)));
        } catch (TransactionRolledBackException byHand) {
            throw new IllegalStateException(
                    "multi: step " + current + " has rolled back by itself (expected: it returns Multi.failed(value))",
                    byHand);
        }
    }

    private void runAll(Multi multi) {
        for (Multi.Step step : multi.steps()) {
            current = step.name();
            Object outcome = run(step);
            if (outcome instanceof Multi nested && step.kind().equals("merge")) {
                merge(nested);
            } else {
                put(step.name(), valueOf(step, outcome));
            }
        }
    }

    private void merge(Multi nested) {
        for (Multi.Step step : nested.steps()) {
            Object failure = step.known().failure();
            if (failure != null) {
                current = step.name();
                throw new StepFailed(step.name(), failure);
            }
        }
        runAll(nested);
    }

    private void put(String name, @Nullable Object value) {
        if (results.containsKey(name)) {
            throw new IllegalArgumentException("step: " + Echo.of(name) + " is there already (expected: unique names)");
        }
        results.put(name, value);
    }

    private static @Nullable Object valueOf(Multi.Step step, @Nullable Object outcome) {
        if (outcome instanceof Multi.Success success) {
            return success.value();
        }
        if (outcome instanceof Result.Ok<?> ok) {
            return ok.value();
        }
        if (outcome instanceof Multi.Failure failure) {
            throw new StepFailed(step.name(), failure.value());
        }
        if (outcome instanceof Result.Invalid<?> invalid) {
            throw new StepFailed(step.name(), invalid.invalid());
        }
        throw new IllegalStateException("step: " + step.name() + " has returned " + outcome
                + " (expected: Multi.ok, Multi.failed or a Result)");
    }
}
