package dev.facade.hibernate.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.hibernate.mapping.Stage.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of mapping with each operation, on some databases, and the page that tells what came of it.
 *
 * <p>{@code -Dmappings.kind=<regex>} and {@code -Dmappings.operation=<regex>} run a part of it. With {@code
 * -Dmappings.write} the page is written anew, with {@code -Dmappings.open} the lists of open cells.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MappingTable {

    private static final String KIND = System.getProperty("mappings.kind", ".*");
    private static final String OPERATION = System.getProperty("mappings.operation", ".*");
    private static final boolean WHOLE = KIND.equals(".*") && OPERATION.equals(".*");

    private final Set<Db> databases;
    private final Path file;
    private final String head;
    private final Matrix matrix;
    private final Map<String, Stage> stages = new LinkedHashMap<>();

    /**
     * Begins a table.
     *
     * @param head the beginning of the page
     */
    MappingTable(Set<Db> databases, String file, String head) {
        this.databases = databases;
        this.file = Path.of("../docs/" + file);
        this.head = head;
        this.matrix = new Matrix(databases);
    }

    /** An empty database. */
    abstract Site site(Db db, String name) throws SQLException;

    /** Stops the databases. */
    abstract void stop();

    @AfterAll
    void close() throws SQLException {
        for (Stage stage : stages.values()) {
            stage.close();
        }
        stop();
    }

    Stream<Arguments> kinds() {
        return Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream()
                        .filter(kind -> kind.name.matches(KIND))
                        .flatMap(kind -> kind.databases.stream()
                                .filter(databases::contains)
                                .map(db -> Arguments.of(group, kind, db))));
    }

    @Order(1)
    @ParameterizedTest(name = "{0}: {1} on {2}")
    @MethodSource("kinds")
    void isRightOrRefusedByName(Group group, Kind<?> kind, Db db) throws SQLException {
        assertThat(matrix.run(kind, stage(group, kind, db), OPERATION)).isEmpty();
    }

    /** Kinds with the same settings share one. */
    private Stage stage(Group group, Kind<?> kind, Db db) throws SQLException {
        String key = group.name() + db + kind.settings;
        Stage known = stages.get(key);
        if (known == null) {
            List<Kind<?>> same = group.kinds().stream()
                    .filter(other -> other.settings.equals(kind.settings) && other.databases.contains(db))
                    .toList();
            known = new Stage(db, site(db, "mapping" + stages.size()), same);
            stages.put(key, known);
        }
        return known;
    }

    @Order(2)
    @Test
    void namesAreUnique() {
        List<String> kinds = Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream())
                .map(kind -> kind.name)
                .toList();
        assertThat(kinds).doesNotHaveDuplicates();
        assertThat(Matrix.OPERATIONS.stream().flatMap(some -> some.all.stream()).map(Operation::name))
                .doesNotHaveDuplicates();
        Matrix.OPERATIONS.forEach(operations -> operations
                .expected()
                .forEach(expected -> assertThat(kinds)
                        .as("expectation of %s", expected)
                        .matches(names -> expected.kind().equals("*") || names.contains(expected.kind()))));
    }

    @Order(3)
    @Test
    void anOpenCellIsNotRightYet() throws IOException {
        if (System.getProperty("mappings.open") != null) {
            writeOpen();
        } else if (WHOLE) {
            assertThat(matrix.closed())
                    .as("open cells that are as expected by now")
                    .isEmpty();
            Set<String> unknown = new TreeSet<>(matrix.open());
            Matrix.OPERATIONS.forEach(operations -> unknown.removeAll(matrix.failing(operations)));
            assertThat(unknown).as("open cells that are none").isEmpty();
        }
    }

    private void writeOpen() throws IOException {
        for (Operations operations : Matrix.OPERATIONS) {
            Path list = Path.of("src/test/resources/mappings/open-" + operations.name + ".txt");
            Set<String> lines = new TreeSet<>(Files.readAllLines(list));
            lines.removeAll(matrix.closed());
            lines.addAll(matrix.failing(operations));
            lines.removeIf(String::isBlank);
            Files.writeString(list, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        }
    }

    @Order(4)
    @Test
    void thePageTellsWhatCameOfIt() throws IOException {
        if (!WHOLE) {
            return;
        }
        String page = MappingsPage.of(matrix, databases, head);
        if (System.getProperty("mappings.write") != null) {
            Files.writeString(file, page);
        }
        assertThat(Files.readString(file))
                .as(file + " (write it anew: mvn -pl facade-hibernate -am test -Dtest="
                        + getClass().getSimpleName() + " -Dsurefire.failIfNoSpecifiedTests=false -Dmappings.write)")
                .isEqualTo(page);
    }
}
