package dev.facade.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java side of each guide, of the page on consistency and of the users' Javadoc compiles. */
class GuideTest {

    private static final Path GUIDES = Path.of("..", "docs", "guide");
    private static final Path CONSISTENCY = Path.of("..", "docs", "consistency.md");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)^```");

    /** What the snippets may name without saying where it comes from. */
    private static final String PREAMBLE = """
            import static dev.facade.query.Expression.*;
            import static dev.facade.query.Query.from;
            import dev.facade.*;
            import dev.facade.changeset.*;
            import dev.facade.cluster.*;
            import dev.facade.consistency.*;
            import dev.facade.error.*;
            import dev.facade.event.*;
            import dev.facade.hibernate.*;
            import dev.facade.operation.*;
            import dev.facade.option.*;
            import dev.facade.query.*;
            import dev.facade.routing.*;
            import dev.facade.spi.*;
            import dev.facade.time.Ticker;
            import jakarta.persistence.Entity;
            import jakarta.persistence.EntityManagerFactory;
            import jakarta.persistence.GeneratedValue;
            import jakarta.persistence.Id;
            import jakarta.persistence.ManyToOne;
            import jakarta.persistence.OneToMany;
            import jakarta.persistence.Version;
            import java.math.BigDecimal;
            import java.sql.Connection;
            import java.sql.SQLException;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.AtomicLong;
            import java.util.stream.*;
            class Guide {
                @Entity static class Author { @Id @GeneratedValue Long id; String name; String country; }
                @Entity static class Comment { @Id @GeneratedValue Long id; String text; @ManyToOne Post post; }
                @Entity static class Post {
                    @Id @GeneratedValue Long id; @Version Integer version; String title; String slug; int likes;
                    Instant publishedAt; @ManyToOne Author author; @OneToMany(mappedBy = "post") List<Comment> comments;
                    Post() {} Post(String title) { this.title = title; }
                }
                FacadeRepository repo; Map<String, Object> form = Map.of(); long id; Post post; List<Post> posts;
                EntityManagerFactory masterFactory; EntityManagerFactory berlinFactory; byte[] secret = new byte[32];
            """;

    /** The rooms that users enter. */
    private static final List<Path> FRONT = Stream.of(
                    "../facade-core/src/main/java/dev/facade", "../facade-hibernate/src/main/java/dev/facade/hibernate")
            .map(Path::of)
            .toList();

    private static final Pattern EXAMPLE = Pattern.compile("(?s)<pre>\\{@code\\s*\\n(.*?)\\}</pre>");
    private static final Pattern HEAD = Pattern.compile("(?ms)^/\\*\\*(.*?)\\*/\\n(?:@[^\\n]*\\n)*public ");

    @TempDir
    Path classes;

    @TestFactory
    Stream<DynamicTest> everySnippetCompiles() {
        List<String> snippets = snippets();
        assertThat(snippets).hasSizeGreaterThan(20);
        return snippets.stream()
                .map(snippet -> DynamicTest.dynamicTest(
                        snippet.lines().findFirst().orElse(""),
                        () -> assertThat(errors(snippet)).as(snippet).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> everyTypeForUsersHasAnExampleThatCompiles() {
        List<Path> types = front();
        assertThat(types).hasSizeGreaterThan(80);
        return types.stream()
                .map(type -> DynamicTest.dynamicTest(type.getFileName().toString(), () -> {
                    List<String> examples = examples(type);
                    assertThat(examples)
                            .as("examples in the Javadoc of %s", type)
                            .isNotEmpty();
                    examples.forEach(
                            example -> assertThat(errors(example)).as(example).isEmpty());
                }));
    }

    /** Types that {@link java.util.ServiceLoader} finds; nobody calls them. */
    private static final List<String> FOUND = List.of(
            "ProviderExtension.java", "HibernateExtension.java", "JakartaAnnotations.java", "MariaDbSockets.java");

    /** The public types of the front wing. */
    private static List<Path> front() {
        List<Path> types = new ArrayList<>();
        for (Path room : FRONT) {
            try (Stream<Path> files = Files.walk(room)) {
                files.filter(file -> !file.toString().contains("engine"))
                        .filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> HEAD.matcher(text(file)).find())
                        .filter(file -> !FOUND.contains(file.getFileName().toString()))
                        .sorted()
                        .forEach(types::add);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return types;
    }

    private static List<String> examples(Path type) {
        Matcher head = HEAD.matcher(text(type));
        assertThat(head.find()).isTrue();
        String comment = head.group(1).replaceAll("(?m)^ \\* ?", "");
        return EXAMPLE.matcher(comment).results().map(found -> found.group(1)).toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void aSnippetThatIsWrongIsNoticed() {
        assertThat(errors("repo.al(Post.class);")).isNotEmpty();
        assertThat(errors("repo.all(Post.class);")).isEmpty();
    }

    private List<String> errors(String snippet) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        compiler.getTask(new StringWriter(), null, found, options, null, List.of(new Text(source(snippet))))
                .call();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                .toList();
    }

    /** A snippet of declarations becomes members, any other one the body of a method. */
    private static String source(String snippet) {
        boolean declares =
                snippet.lines().anyMatch(line -> line.matches("(final |abstract )?(class|record|interface) .*"));
        String body = declares ? snippet : "void snippet() throws Exception {\n" + snippet + "\n}";
        return PREAMBLE + body + "\n}";
    }

    private static List<String> snippets() {
        List<String> snippets = new ArrayList<>();
        try (Stream<Path> guides = Files.list(GUIDES)) {
            for (Path guide :
                    Stream.concat(guides.sorted(), Stream.of(CONSISTENCY)).toList()) {
                Matcher matcher = JAVA.matcher(Files.readString(guide));
                while (matcher.find()) {
                    snippets.add(matcher.group(1));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return snippets;
    }

    private static final class Text extends SimpleJavaFileObject {

        private final String text;

        Text(String text) {
            super(URI.create("string:///Guide.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text.lines().collect(joining("\n"));
        }
    }
}
