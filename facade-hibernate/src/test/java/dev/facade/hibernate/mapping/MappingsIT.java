package dev.facade.hibernate.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.hibernate.mapping.Stage.Site;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of mapping with each operation, on each database: docs/mappings.md.
 *
 * <p>{@code -Dmappings.kind=<regex>} and {@code -Dmappings.operation=<regex>} run a part of it. With {@code
 * -Dmappings.write} the page is written anew, with {@code -Dmappings.open} the lists of open cells.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MappingsIT {

    private static final Path PAGE = Path.of("../docs/mappings.md");
    private static final String KIND = System.getProperty("mappings.kind", ".*");
    private static final String OPERATION = System.getProperty("mappings.operation", ".*");
    private static final boolean WHOLE = KIND.equals(".*") && OPERATION.equals(".*");

    private static final Matrix MATRIX = new Matrix();
    private static final Map<String, Stage> STAGES = new LinkedHashMap<>();
    private static final List<H2Node> H2 = new ArrayList<>();
    private static PostgresCluster postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresCluster.builder().start();
    }

    @AfterAll
    static void stop() throws SQLException {
        for (Stage stage : STAGES.values()) {
            stage.close();
        }
        H2.forEach(H2Node::close);
        postgres.close();
    }

    static Stream<Arguments> kinds() {
        return Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream()
                        .filter(kind -> kind.name.matches(KIND))
                        .flatMap(kind -> kind.databases.stream()
                                .filter(db -> db != Db.MARIADB)
                                .map(db -> Arguments.of(group, kind, db))));
    }

    @Order(1)
    @ParameterizedTest(name = "{0}: {1} on {2}")
    @MethodSource("kinds")
    void isRightOrRefusedByName(Group group, Kind<?> kind, Db db) throws SQLException {
        assertThat(MATRIX.run(kind, stage(group, kind, db), OPERATION)).isEmpty();
    }

    /** Kinds with the same settings share one. */
    private static Stage stage(Group group, Kind<?> kind, Db db) throws SQLException {
        String key = group.name() + db + kind.settings;
        Stage known = STAGES.get(key);
        if (known == null) {
            List<Kind<?>> same = group.kinds().stream()
                    .filter(other -> other.settings.equals(kind.settings) && other.databases.contains(db))
                    .toList();
            known = new Stage(db, site(db), same);
            STAGES.put(key, known);
        }
        return known;
    }

    private static Site site(Db db) throws SQLException {
        String name = "mapping" + STAGES.size();
        if (db == Db.H2) {
            H2Node node = H2Node.named(name);
            H2.add(node);
            return new Site(node.url(), node.user(), node.password());
        }
        try (Connection connection = postgres.master().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        String url = postgres.master().url().replaceFirst("(//[^/]+/)[^?]*", "$1" + name);
        return new Site(url, postgres.master().user(), postgres.master().password());
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
            assertThat(MATRIX.closed())
                    .as("open cells that are as expected by now")
                    .isEmpty();
            Set<String> unknown = new TreeSet<>(MATRIX.open());
            Matrix.OPERATIONS.forEach(operations -> unknown.removeAll(MATRIX.failing(operations)));
            assertThat(unknown).as("open cells that are none").isEmpty();
        }
    }

    private static void writeOpen() throws IOException {
        for (Operations operations : Matrix.OPERATIONS) {
            Path file = Path.of("src/test/resources/mappings/open-" + operations.name + ".txt");
            Set<String> lines = new TreeSet<>(Files.readAllLines(file));
            lines.removeAll(MATRIX.closed());
            lines.addAll(MATRIX.failing(operations));
            lines.removeIf(String::isBlank);
            Files.writeString(file, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        }
    }

    @Order(4)
    @Test
    void thePageTellsWhatCameOfIt() throws IOException {
        if (!WHOLE) {
            return;
        }
        String page = MappingsPage.of(MATRIX);
        if (System.getProperty("mappings.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/mappings.md (write it anew: mvn -pl facade-hibernate -am test -Dtest=MappingsIT"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dmappings.write)")
                .isEqualTo(page);
    }
}
