package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.Operations.Expected;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/** All kinds, all operations, and what came of them. Used by one thread. */
final class Matrix {

    /** The rows of the table: a group for each file of kinds. */
    static final List<Group> GROUPS = List.of(
            new Group("Keys", KeyKinds.ALL),
            new Group("Basic values", BasicKinds.ALL),
            new Group("Values that are made", MadeKinds.ALL),
            new Group("Embeddables", EmbeddableKinds.ALL),
            new Group("Associations to one", AssociationKinds.ALL),
            new Group("Associations to many", CollectionKinds.ALL),
            new Group("Inheritance", InheritanceKinds.ALL),
            new Group("Rows that are not all visible", VisibilityKinds.ALL),
            new Group("Versions", VersionKinds.ALL),
            new Group("Around", AroundKinds.ALL));

    /** The columns of the table, in the order in which they stand there. */
    static final List<Operations> OPERATIONS =
            List.of(BulkOperations.ALL, WriteOperations.ALL, ReadOperations.ALL, PreloadOperations.ALL);

    /** What came of a cell on one database. */
    record Verdict(Outcome outcome, String detail) {}

    enum Outcome {
        RIGHT("right"),
        REFUSED("refused"),
        NONE("n/a"),
        OPEN("open"),
        WRONG("wrong");

        final String word;

        Outcome(String word) {
            this.word = word;
        }
    }

    private final Map<String, Map<Db, Verdict>> verdicts = new HashMap<>();
    private final Map<String, Set<String>> open = new HashMap<>();

    /** Open cells that are as expected by now. */
    private final Set<String> closed = new TreeSet<>();

    /** All cells that are not as expected, open or not: by the operations' name. */
    private final Map<String, Set<String>> failing = new HashMap<>();

    /** Of some databases. */
    Matrix(Set<Db> databases) {
        OPERATIONS.forEach(operations -> {
            open.put(operations.name, open(operations, databases));
            failing.put(operations.name, new TreeSet<>());
        });
    }

    private static Set<String> open(Operations operations, Set<Db> databases) {
        String file = "/mappings/open-" + operations.name + ".txt";
        try (InputStream in = Matrix.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new TreeSet<>(text.lines()
                    .filter(line -> databases.stream().anyMatch(db -> line.endsWith(" on " + db)))
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String cell(Kind<?> kind, Operation operation) {
        return kind.name + ": " + operation.name();
    }

    /** Tries the operations of a kind on a stage and tells what is not as expected. */
    List<String> run(Kind<?> kind, Stage stage, String only) throws SQLException {
        List<String> problems = new ArrayList<>();
        Probe<?> probe = new Probe<>(kind, stage);
        for (Operations operations : OPERATIONS) {
            for (Operation operation : operations.all) {
                if (!operation.name().matches(only)) {
                    continue;
                }
                Optional<Expected> expected = operations.expected(kind, operation, stage.db);
                Verdict verdict = verdict(probe, operation, expected);
                String cell = cell(kind, operation) + " on " + stage.db;
                boolean isOpen = open.get(operations.name).contains(cell);
                if (verdict.outcome == Outcome.WRONG) {
                    failing.get(operations.name).add(cell);
                    if (isOpen) {
                        verdict = new Verdict(Outcome.OPEN, verdict.detail);
                    } else {
                        problems.add(cell + ": " + verdict.detail);
                    }
                } else if (isOpen) {
                    closed.add(cell);
                }
                verdicts.computeIfAbsent(cell(kind, operation), any -> new HashMap<>())
                        .put(stage.db, verdict);
            }
        }
        return problems;
    }

    private static Verdict verdict(Probe<?> probe, Operation operation, Optional<Expected> expected)
            throws SQLException {
        if (expected.isPresent() && !expected.get().isRefused()) {
            return new Verdict(Outcome.NONE, expected.get().reason());
        }
        probe.isRefusalExpected = expected.isPresent();
        try {
            operation.probe().run(probe);
        } catch (Probe.Refused refused) {
            return refusal(probe, refused.getCause(), expected);
        } catch (Exception | AssertionError failure) {
            return new Verdict(Outcome.WRONG, told(failure));
        }
        return expected.isPresent()
                ? new Verdict(
                        Outcome.WRONG,
                        "is not refused (expected: " + expected.get().words() + ")")
                : new Verdict(Outcome.RIGHT, "");
    }

    private static Verdict refusal(Probe<?> probe, Throwable thrown, Optional<Expected> expected) throws SQLException {
        String message = String.valueOf(thrown.getMessage());
        if (expected.isEmpty()) {
            return new Verdict(Outcome.WRONG, "refused: " + told(thrown));
        }
        boolean isOurs = thrown instanceof IllegalArgumentException
                || thrown instanceof UnsupportedOperationException
                || thrown instanceof IllegalStateException;
        boolean names = message.contains(probe.kind.type.getSimpleName())
                || probe.kind.others.stream().anyMatch(other -> message.contains(other.getSimpleName()));
        if (!isOurs || !names || !message.contains("(expected: ")) {
            return new Verdict(Outcome.WRONG, "not refused by name: " + told(thrown));
        }
        for (String word : expected.get().words()) {
            if (!message.contains(word)) {
                return new Verdict(Outcome.WRONG, "refused without '" + word + "': " + message);
            }
        }
        try {
            probe.checkUnwritten();
        } catch (AssertionError written) {
            return new Verdict(Outcome.WRONG, written.getMessage());
        }
        return new Verdict(Outcome.REFUSED, message);
    }

    private static String told(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            text.append("\n    caused by ").append(cause);
        }
        Stream.of(failure.getStackTrace())
                .filter(frame -> !(failure instanceof AssertionFailedError))
                .limit(8)
                .forEach(frame -> text.append("\n        at ").append(frame));
        return text.toString();
    }

    Map<Db, Verdict> verdicts(Kind<?> kind, Operation operation) {
        return verdicts.getOrDefault(cell(kind, operation), Map.of());
    }

    Set<String> closed() {
        return closed;
    }

    Set<String> open() {
        Set<String> all = new TreeSet<>();
        open.values().forEach(all::addAll);
        return all;
    }

    Set<String> failing(Operations operations) {
        return failing.get(operations.name);
    }
}
