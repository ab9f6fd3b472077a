package dev.facade.examples;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * What the documents name exists, and every test that they name was run by this build and passed. Lives here because
 * this module is built after those whose reports it reads.
 */
class DocsTest {

    private static final Path ROOT = Path.of("..");

    /** Built after, or together with, this test: their reports cannot be there yet. */
    private static final Set<String> LATER_MODULES = Set.of("examples", "benchmarks");

    /** Each runs every contract of the conformance suite: a case that a document names must have passed in all of them. */
    private static final List<String> COMBINATIONS =
            List.of("HibernatePostgresConformanceIT", "HibernateH2ConformanceIT", "EclipseLinkH2ConformanceIT");

    /** Types of others that the documents mention. */
    private static final Set<String> FOREIGN = Set.of(
            "EntityGraph",
            "EntityManager",
            "EntityManagerFactory",
            "IllegalArgumentException",
            "IllegalStateException",
            "LazyInitializationException",
            "List",
            "Long",
            "Map",
            "NoResultException",
            "NonUniqueResultException",
            "OptimisticLockException",
            "Optional",
            "PersistenceException",
            "Properties",
            "Stream",
            // the suffix of strict reads, and what is Ecto's
            "OrThrow",
            "Ecto",
            "EctoFacade",
            "Repo",
            "DataSource",
            // and Hibernate's
            "Any",
            "Audited",
            "InsertCoordinatorStandard",
            "MutationGroup",
            "SQLInsert",
            "Temporal",
            "TenantId",
            // and Spring's
            "DataIntegrityViolationException",
            "JpaRepository",
            "Modifying",
            "PageRequest",
            "ScrollPosition",
            "Slice",
            "Specification",
            "Transactional",
            "Valid",
            "Window");

    /** Files of others that the documents mention. */
    private static final Set<String> FOREIGN_PATHS = Set.of("META-INF/persistence.xml");

    /** What a row says instead of a test. */
    private static final List<String> REASONS = List.of("not yet", "later", "out, by design", "no meaning");

    /** The columns of a table of failures. */
    private static final List<String> LEVELS = List.of("eventual", "boundedStaleness", "session", "strong");

    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern REPO_PATH =
            Pattern.compile("[\\w.-]+(/[\\w.-]+)+/?|facade-[a-z]+|[\\w.-]+\\.(md|java)");
    private static final Pattern TYPE =
            Pattern.compile("(?<![\\w.-])([A-Z]\\w*[a-z]\\w*)(?:\\.([A-Z]\\w*[a-z]\\w*))?(?:([.#])([a-z]\\w*))?");
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|interface|record|enum)\\s+(\\w+)");
    private static final Pattern TEST_NAME = Pattern.compile("(\\w+)(?:#(\\w+))?");

    private static List<Doc> docs = List.of();
    private static final Map<String, List<Source>> SOURCES = new HashMap<>();

    private record Doc(Path file, String text) {

        List<String> codes() {
            return matches(CODE, text).map(found -> found.group(1)).toList();
        }

        List<String> links() {
            return matches(LINK, text)
                    .map(found -> found.group(1))
                    .filter(link -> !link.matches("(?i)[a-z]+:.*|#.*"))
                    .map(link -> link.replaceFirst("#.*", ""))
                    .toList();
        }

        /** The rows of all tables, without their heads; each cell under the name that its table's head gives it. */
        List<Map<String, String>> rows() {
            List<Map<String, String>> rows = new ArrayList<>();
            List<String> head = List.of();
            for (String line : text.lines().toList()) {
                if (!line.startsWith("|")) {
                    head = List.of();
                    continue;
                }
                List<String> cells = Arrays.stream(line.split("(?<!\\\\)\\|", -1))
                        .skip(1)
                        .map(String::trim)
                        .toList();
                if (head.isEmpty()) {
                    head = cells;
                } else if (!line.matches("[|\\s:-]+")) {
                    Map<String, String> row = new HashMap<>();
                    for (int i = 0; i < Math.min(head.size(), cells.size()) - 1; i++) {
                        row.put(head.get(i), cells.get(i));
                    }
                    row.put("line", line);
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    private record Source(Path file, String text) {

        boolean has(String word) {
            return Pattern.compile("\\b" + word + "\\b").matcher(text).find();
        }

        boolean hasMethod(String name) {
            return Pattern.compile("\\b" + name + "\\s*\\(").matcher(text).find();
        }

        boolean inherits(String type) {
            return Pattern.compile("\\b(class|interface)\\s+" + type + "\\b[^{]*\\b(extends|implements)\\b")
                    .matcher(text)
                    .find();
        }

        String module() {
            return ROOT.relativize(file).getName(0).toString();
        }

        /** The path below {@code src/test/java}, without its ending. */
        String path() {
            String path = ROOT.relativize(file).toString().replace('\\', '/');
            return path.substring(path.indexOf("/java/") + "/java/".length(), path.length() - ".java".length());
        }
    }

    @BeforeAll
    static void read() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "benchmarks/README.md")) {
            files.add(ROOT.resolve(name));
        }
        files.addAll(below(ROOT.resolve("docs"), ".md"));
        docs = files.stream()
                .filter(Files::exists)
                .map(file -> new Doc(file, FENCE.matcher(text(file)).replaceAll("")))
                .toList();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .toList()) {
                for (Path file : below(module.resolve("src"), ".java")) {
                    Source source = new Source(file, text(file));
                    matches(DECLARATION, source.text)
                            .map(found -> found.group(1))
                            .distinct()
                            .forEach(type -> SOURCES.computeIfAbsent(type, name -> new ArrayList<>())
                                    .add(source));
                }
            }
        }
    }

    @Test
    void theDocumentsAreThere() {
        assertThat(docs)
                .extracting(doc -> ROOT.relativize(doc.file).toString().replace('\\', '/'))
                .contains(
                        "README.md",
                        "ARCHITECTURE.md",
                        "docs/features.md",
                        "docs/ecto-parity.md",
                        "docs/traps.md",
                        "docs/consistency.md",
                        "docs/limits.md",
                        "docs/glossary.md");
        assertThat(SOURCES).hasSizeGreaterThan(50);
    }

    @Test
    void everyPathThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        for (Doc doc : docs) {
            Path folder = doc.file.resolveSibling("");
            doc.links().stream()
                    .filter(link -> !Files.exists(folder.resolve(link)))
                    .forEach(link -> missing.add(doc.file + " links to " + link));
            doc.codes().stream()
                    .filter(code -> REPO_PATH.matcher(code).matches() && !code.matches(".*/\\d+"))
                    .filter(code -> !FOREIGN_PATHS.contains(code))
                    .filter(code -> !Files.exists(folder.resolve(code)) && !Files.exists(ROOT.resolve(code)))
                    .forEach(code -> missing.add(doc.file + " names " + code));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTypeAndMemberThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        for (Doc doc : docs) {
            for (String code : doc.codes()) {
                matches(TYPE, code)
                        .filter(found -> !FOREIGN.contains(found.group(1)))
                        .filter(found -> !exists(found))
                        .forEach(found -> missing.add(doc.file + " names " + found.group() + " in " + code));
            }
        }
        assertThat(missing).isEmpty();
    }

    /** A method named with a hash is the type's own; one named with a dot may be inherited. */
    private static boolean exists(MatchResult named) {
        String type = named.group(1);
        String inner = named.group(2);
        String member = named.group(4);
        return SOURCES.getOrDefault(type, List.of()).stream()
                .filter(source -> inner == null || source.has(inner))
                .anyMatch(source -> member == null
                        || source.hasMethod(member)
                        || ".".equals(named.group(3)) && source.inherits(type) && isMethodSomewhere(member));
    }

    private static boolean isMethodSomewhere(String name) {
        return SOURCES.values().stream().flatMap(List::stream).anyMatch(source -> source.hasMethod(name));
    }

    @Test
    void everyFeatureHasOneRow() {
        Map<Character, Integer> parts =
                Map.of('A', 13, 'B', 15, 'C', 15, 'D', 16, 'E', 8, 'F', 6, 'G', 6, 'H', 18, 'J', 12, 'K', 28);
        assertThat(ids("docs/features.md"))
                .containsExactlyInAnyOrderElementsOf(parts.entrySet().stream()
                        .flatMap(part -> numbered(part.getKey(), part.getValue()))
                        .toList());
    }

    @Test
    void everyTrapHasOneRow() {
        assertThat(ids("docs/traps.md"))
                .containsExactlyInAnyOrderElementsOf(numbered('T', 85).toList());
    }

    /** Ecto's cases, by the ids of the conformance suite; a gap is a case that the suite does not follow. */
    private static final String CASES =
            "R001 R003 R005-017 R019-022 R024 R027-034 R037 R040-043 R046 R050 R052 R055-056"
                    + " R059-064 R068-070 R072-075 R077-081 R083-084 R086-103 R105 R108-111 R113-121 R123-127 R129-131 R133-139"
                    + " R142-146 R149 R151 U01-03 U05-11 U14-19 U23 U27-30 P01 P03-04 P06-07 P09-28 P30 P33 P35-36 P39 P41-43"
                    + " P45-46 T01 T06-08 T10-15 S01-03 L01-02 X01-21 G01-24 Q01-36 A01-10";

    @Test
    void everyCaseOfEctosHasOneRowWithATestOfItsName() {
        List<Map<String, String>> cases = docs.stream()
                .flatMap(doc -> doc.rows().stream())
                .filter(row -> row.containsKey("case"))
                .toList();
        assertThat(cases)
                .extracting(row -> row.getOrDefault("case", ""))
                .containsExactlyElementsOf(
                        Arrays.stream(CASES.split(" ")).flatMap(DocsTest::range).toList());
        assertThat(cases)
                .allSatisfy(row -> assertThat(tests(row))
                        .allMatch(test -> test.matches("\\w+Contract#([a-z]\\d+)*"
                                + row.getOrDefault("case", "").toLowerCase(Locale.ROOT)
                                + "([a-z]\\d+)*[A-Z].*")));
        long without = cases.stream().filter(row -> tests(row).isEmpty()).count();
        assertThat(without).isLessThanOrEqualTo(cases.size() * 15 / 100);
    }

    private static Stream<String> range(String range) {
        String[] ends = range.substring(1).split("-");
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                .mapToObj(number -> range.charAt(0) + ("%0" + ends[0].length() + "d").formatted(number));
    }

    @Test
    void nearlyEveryOperationOfEctosHasATest() {
        List<Map<String, String>> operations = docs.stream()
                .filter(doc -> doc.file.equals(ROOT.resolve("docs/ecto-parity.md")))
                .flatMap(doc -> doc.rows().stream())
                .filter(row -> row.containsKey("Ecto"))
                .toList();
        long without = operations.stream().filter(row -> tests(row).isEmpty()).count();
        assertThat(operations).hasSizeGreaterThan(200);
        assertThat(without).isLessThanOrEqualTo(operations.size() * 5 / 100);
    }

    @Test
    void aRowNamesATestOrSaysWhyThereIsNone() {
        assertThat(rowsWithTests()).hasSizeGreaterThan(200);
        assertThat(rowsWithTests().stream()
                        .filter(row -> tests(row).isEmpty())
                        .map(row -> row.getOrDefault("line", ""))
                        .filter(line -> REASONS.stream().noneMatch(line::contains)))
                .isEmpty();
    }

    @Test
    void everyTestThatIsNamedWasRunAndPassed() {
        Set<String> named =
                rowsWithTests().stream().flatMap(row -> tests(row).stream()).collect(toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(100);
        Map<String, Report> reports = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (String name : named) {
            var parts = TEST_NAME.matcher(name);
            if (!parts.matches()) {
                wrong.add(name + ": is no test (expected: Class or Class#method)");
                continue;
            }
            for (String testClass : runnersOf(parts.group(1))) {
                Report report = reports.computeIfAbsent(testClass, Report::of);
                String problem = report.problem(Optional.ofNullable(parts.group(2)));
                if (!problem.isEmpty()) {
                    wrong.add(name + ": " + problem + " in " + testClass);
                }
            }
        }
        assertThat(wrong)
                .as("the tests that the documents name; run `mvn verify` from the root")
                .isEmpty();
    }

    @Test
    void everyCombinationRunsEveryContract() {
        List<String> contracts = SOURCES.keySet().stream()
                .filter(type -> type.endsWith("Contract") && !type.equals("Contract"))
                .toList();
        assertThat(contracts).hasSizeGreaterThan(5);
        assertThat(COMBINATIONS)
                .allSatisfy(combination -> assertThat(SOURCES.getOrDefault(combination, List.of()))
                        .singleElement()
                        .satisfies(source ->
                                assertThat(contracts).allMatch(contract -> source.has("extends " + contract))));
    }

    /** A case of a contract is run where the contract is nested, anything else in its own class. */
    private static List<String> runnersOf(String testClass) {
        return testClass.endsWith("Contract") ? COMBINATIONS : List.of(testClass);
    }

    private static List<Map<String, String>> rowsWithTests() {
        return docs.stream()
                .flatMap(doc -> doc.rows().stream())
                .flatMap(DocsTest::cells)
                .filter(row -> row.containsKey("test"))
                .toList();
    }

    /** In a table of failures each cell names tests of its own. */
    private static Stream<Map<String, String>> cells(Map<String, String> row) {
        return row.containsKey("failure")
                ? LEVELS.stream()
                        .map(level -> row.getOrDefault(level, ""))
                        .map(cell -> Map.of("test", cell, "line", row.get("failure") + ": " + cell))
                : Stream.of(row);
    }

    /** The promises stand in one table, and the tests of each of its cells in another one with the same rows. */
    @Test
    void everyFailureSaysWhatEachLevelPromises() {
        List<Map<String, String>> promises = consistency("what happens");
        List<Map<String, String>> failures = consistency("failure");
        assertThat(failures).hasSizeGreaterThan(10);
        assertThat(promises)
                .extracting(row -> row.getOrDefault("what happens", ""))
                .containsExactlyElementsOf(failures.stream()
                        .map(row -> row.getOrDefault("failure", ""))
                        .toList());
        assertThat(Stream.concat(promises.stream(), failures.stream()))
                .allSatisfy(row -> assertThat(LEVELS)
                        .allSatisfy(
                                level -> assertThat(row.getOrDefault(level, "")).isNotBlank()));
    }

    private static List<Map<String, String>> consistency(String column) {
        return docs.stream()
                .filter(doc -> doc.file.equals(ROOT.resolve("docs/consistency.md")))
                .flatMap(doc -> doc.rows().stream())
                .filter(row -> row.containsKey(column))
                .toList();
    }

    private static List<String> tests(Map<String, String> row) {
        return matches(CODE, row.getOrDefault("test", ""))
                .map(found -> found.group(1))
                .toList();
    }

    private static List<String> ids(String name) {
        return docs.stream()
                .filter(doc -> doc.file.equals(ROOT.resolve(name)))
                .flatMap(doc -> doc.rows().stream())
                .filter(row -> row.containsKey("id"))
                .map(row -> row.getOrDefault("id", ""))
                .toList();
    }

    private static Stream<String> numbered(char part, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> "%c%02d".formatted(part, number));
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static List<Path> below(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the build's last run says of one test class; a problem that concerns all of it, or its methods. */
    private record Report(String problem, Set<String> passed, Set<String> others) {

        static Report of(String testClass) {
            List<Source> sources = SOURCES.getOrDefault(testClass, List.of());
            if (sources.size() != 1) {
                return unusable("is declared " + sources.size() + " times (expected: once)");
            }
            Source source = sources.get(0);
            if (LATER_MODULES.contains(source.module())) {
                return unusable("is in " + source.module() + ", which has no report yet when this test runs");
            }
            Path target = ROOT.resolve(source.module()).resolve("target");
            Path reports = target.resolve("surefire-reports");
            if (!Files.isDirectory(reports)) {
                return unusable(source.module() + " has no test reports; run `mvn verify` from the root");
            }
            Path report = reports.resolve("TEST-" + source.path().replace('/', '.') + ".xml");
            Path compiled = target.resolve("test-classes").resolve(source.path() + ".class");
            try {
                if (!Files.exists(report) || !Files.exists(compiled)) {
                    return unusable("was not run");
                }
                if (Files.getLastModifiedTime(report).compareTo(Files.getLastModifiedTime(compiled)) < 0) {
                    return unusable("was compiled after it was run last");
                }
                return read(report);
            } catch (IOException | ParserConfigurationException | SAXException failure) {
                return unusable(report + " cannot be read: " + failure);
            }
        }

        private static Report unusable(String problem) {
            return new Report(problem, Set.of(), Set.of());
        }

        private static Report read(Path file) throws IOException, ParserConfigurationException, SAXException {
            var cases = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName("testcase");
            List<Element> all = IntStream.range(0, cases.getLength())
                    .mapToObj(i -> (Element) cases.item(i))
                    .toList();
            return new Report("", methods(all, true), methods(all, false));
        }

        private static boolean isGood(Element testcase) {
            return Stream.of("failure", "error", "skipped")
                    .allMatch(result -> testcase.getElementsByTagName(result).getLength() == 0);
        }

        /** Without parameters: {@code t01ReadsGoToReplicasThatAreDatabasesOfTheirOwn(Read)[1]} is {@code t01ReadsGoToReplicasThatAreDatabasesOfTheirOwn}. */
        private static Set<String> methods(List<Element> cases, boolean good) {
            return cases.stream()
                    .filter(testcase -> isGood(testcase) == good)
                    .map(testcase -> testcase.getAttribute("name").replaceFirst("\\W.*", ""))
                    .collect(toCollection(TreeSet::new));
        }

        /** Of one method, or of the whole class if none is named; empty if all is well. */
        String problem(Optional<String> method) {
            if (!problem.isEmpty()) {
                return problem;
            }
            if (method.isEmpty()) {
                return others.isEmpty() ? "" : "did not pass: " + String.join(", ", others);
            }
            if (others.contains(method.get())) {
                return "failed or was skipped";
            }
            return passed.contains(method.get()) ? "" : "was not run";
        }
    }
}
