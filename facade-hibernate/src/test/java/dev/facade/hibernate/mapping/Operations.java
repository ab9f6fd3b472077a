package dev.facade.hibernate.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Some operations and what is expected of them. A cell of which nothing is said is right. The cells that are not yet as
 * expected stand in the file {@code mappings/open-<name>.txt} of the test resources.
 */
final class Operations {

    final String name;
    final List<Operation> all;
    private final List<Expected> expected = new ArrayList<>();

    private Operations(String name, List<Operation> all) {
        this.name = name;
        this.all = all;
    }

    static Operations of(String name, Operation... all) {
        return new Operations(name, List.of(all));
    }

    /**
     * What is expected of some cells.
     *
     * @param kind its name, or {@code *}
     * @param operation its name, or {@code *}
     * @param words of the message, if it is refused
     * @param reason why it has no meaning, or empty
     */
    record Expected(String kind, String operation, Set<Db> databases, List<String> words, String reason) {

        private boolean fits(Kind<?> ofKind, Operation ofOperation, Db db) {
            return (kind.equals("*") || kind.equals(ofKind.name))
                    && (operation.equals("*") || operation.equals(ofOperation.name()))
                    && databases.contains(db);
        }

        boolean isRefused() {
            return reason.isEmpty();
        }
    }

    /** The operation is refused: the message has the words, names the entity or an attribute, and nothing was written. */
    Operations refused(String kind, String operation, String... words) {
        return refused(EnumSet.allOf(Db.class), kind, operation, words);
    }

    Operations refused(Set<Db> on, String kind, String operation, String... words) {
        expected.add(new Expected(kind, operation, on, Arrays.asList(words), ""));
        return this;
    }

    /** The operation has no meaning for the kind, for the reason. */
    Operations none(String kind, String operation, String reason) {
        return none(EnumSet.allOf(Db.class), kind, operation, reason);
    }

    Operations none(Set<Db> on, String kind, String operation, String reason) {
        expected.add(new Expected(kind, operation, on, List.of(), reason));
        return this;
    }

    /** The one of a single database counts before others, the one that names both kind and operation before the rest. */
    Optional<Expected> expected(Kind<?> kind, Operation operation, Db db) {
        List<Expected> fitting =
                expected.stream().filter(cell -> cell.fits(kind, operation, db)).toList();
        Optional<Expected> ofDatabase = fitting.stream()
                .filter(cell -> cell.databases.size() == 1 && !cell.operation.equals("*"))
                .findFirst();
        return ofDatabase.isPresent() ? ofDatabase : ofAny(fitting);
    }

    private static Optional<Expected> ofAny(List<Expected> fitting) {
        return fitting.stream()
                .filter(cell -> !cell.kind.equals("*") && !cell.operation.equals("*"))
                .findFirst()
                .or(() -> fitting.stream().findFirst());
    }

    List<Expected> expected() {
        return expected;
    }
}
