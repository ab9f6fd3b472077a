package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.Matrix.Outcome;
import dev.facade.hibernate.mapping.Matrix.Verdict;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The page docs/mappings.md. */
final class MappingsPage {

    private static final String WORDS = """
            - *right*: rows and entities are the same as with `persist`, `merge` or `find`.
            - *refused*: the message names the attribute or entity, the mapping, and what to use instead; nothing is written. \
            The messages stand below each table.
            - *n/a*: the operation has no meaning for the mapping; the reasons stand below each table.
            - *open*: known to be neither yet.

            """;

    private MappingsPage() {}

    static String of(Matrix matrix, Set<Db> databases, String head) {
        StringBuilder page = new StringBuilder(head).append(WORDS);
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        StringBuilder tables = new StringBuilder();
        Matrix.GROUPS.stream().filter(group -> !group.kinds().isEmpty()).forEach(group -> {
            tables.append("## ").append(group.name()).append("\n\n");
            for (Operations operations : Matrix.OPERATIONS) {
                if (!operations.all.isEmpty()) {
                    tables.append(table(matrix, group, operations, databases, counts));
                }
            }
        });
        int right = counts.getOrDefault(Outcome.RIGHT, 0);
        int meant = counts.values().stream().mapToInt(Integer::intValue).sum() - counts.getOrDefault(Outcome.NONE, 0);
        page.append("Of ").append(meant).append(" cells that have a meaning, ");
        page.append(counts.entrySet().stream()
                .filter(count -> count.getKey() != Outcome.NONE)
                .map(count -> count.getValue() + " are " + count.getKey().word)
                .collect(Collectors.joining(", ")));
        page.append(
                String.format(java.util.Locale.ROOT, ": %.1f %% right.%n%n", meant == 0 ? 0 : 100.0 * right / meant));
        List<String> absent = Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream())
                .filter(kind -> kind.databases.stream().noneMatch(databases::contains))
                .map(kind -> kind.name)
                .toList();
        if (!absent.isEmpty()) {
            page.append("Kinds that are not tried here: ")
                    .append(String.join(", ", absent))
                    .append(".\n\n");
        }
        return (page.toString() + tables).stripTrailing() + "\n";
    }

    private static String table(
            Matrix matrix, Group group, Operations operations, Set<Db> databases, Map<Outcome, Integer> counts) {
        StringBuilder table = new StringBuilder("| mapping | ");
        table.append(operations.all.stream().map(Operation::name).collect(Collectors.joining(" | ")));
        table.append(" |\n|").append(" --- |".repeat(operations.all.size() + 1)).append('\n');
        Map<String, Set<String>> notes = new LinkedHashMap<>();
        for (Kind<?> kind : group.kinds()) {
            if (kind.databases.stream().noneMatch(databases::contains)) {
                continue;
            }
            table.append("| ").append(kind.name);
            for (Operation operation : operations.all) {
                Map<Db, Verdict> verdicts = matrix.verdicts(kind, operation);
                Outcome worst = verdicts.values().stream()
                        .map(Verdict::outcome)
                        .max(Enum::compareTo)
                        .orElse(Outcome.WRONG);
                counts.merge(worst, 1, Integer::sum);
                table.append(" | ").append(text(verdicts));
                verdicts.values().stream()
                        .filter(verdict -> verdict.outcome() == Outcome.REFUSED || verdict.outcome() == Outcome.NONE)
                        .forEach(verdict -> notes.computeIfAbsent(note(verdict), any -> new TreeSet<>())
                                .add(kind.name + " / " + operation.name()));
            }
            table.append(" |\n");
        }
        table.append('\n');
        notes.forEach((note, cells) -> table.append("- ")
                .append(cells.size() > 4 ? cells.size() + " cells" : String.join(", ", cells))
                .append(": ")
                .append(note)
                .append('\n'));
        return table.append(notes.isEmpty() ? "" : "\n").toString();
    }

    private static String note(Verdict verdict) {
        String detail = verdict.detail()
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .replaceAll("(\\w)@[0-9a-f]+\\b", "$1"); // an identity, another one in each run
        return verdict.outcome() == Outcome.NONE
                ? detail
                : "*" + detail.replace("*", "\\*").replaceAll("dev\\.facade\\.hibernate\\.mapping\\.(\\w+\\$)?", "")
                        + "*";
    }

    /** One word where the databases agree. */
    private static String text(Map<Db, Verdict> verdicts) {
        List<Outcome> outcomes =
                verdicts.values().stream().map(Verdict::outcome).distinct().toList();
        if (outcomes.size() == 1) {
            return outcomes.get(0).word;
        }
        Map<Db, Verdict> sorted = new EnumMap<>(Db.class);
        sorted.putAll(verdicts);
        return sorted.entrySet().stream()
                .map(entry -> entry.getValue().outcome().word + " on " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
