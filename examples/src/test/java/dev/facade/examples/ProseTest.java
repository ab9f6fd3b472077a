package dev.facade.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The prose of Javadoc: a comment begins with its noun, not with a clause that has none. */
class ProseTest {

    private static final Path ROOT = Path.of("..");

    private static final Pattern HEADLESS =
            Pattern.compile("(What|Who|Whom|Whose|Of|Those|Whether|Where|Else|Whoever|Whichever|Whatever)\\b.*");

    /** A comment, annotations, and the line that it belongs to. */
    private static final Pattern COMMENT =
            Pattern.compile("/\\*\\*(.*?)\\*/\\s*((?:@[\\w.]+(?:\\([^)]*\\))?\\s*)*)([^\\n{;]*)", Pattern.DOTALL);

    private static final Pattern MARGIN = Pattern.compile("^[ \\t]*\\*[ ]?", Pattern.MULTILINE);

    /** A comment and what it belongs to. */
    private record Comment(Path file, String text, String declaration) {

        private boolean isPrivate() {
            return declaration.stripLeading().startsWith("private");
        }

        private boolean isHeadless() {
            return HEADLESS.matcher(text).matches();
        }
    }

    @Test
    void noCommentBeginsWithoutANoun() {
        List<Comment> comments = sources().stream()
                .flatMap(file -> comments(file, text(file)))
                .filter(comment -> !comment.isPrivate())
                .toList();
        assertThat(comments).hasSizeGreaterThan(2000);
        assertThat(comments).noneMatch(Comment::isHeadless);
    }

    @Test
    void aCommentWithoutANounIsFound() {
        Path file = Path.of("Planted.java");
        assertThat(comments(file, "/** What it costs. */\n@Deprecated\nint cost();"))
                .allMatch(Comment::isHeadless);
        assertThat(comments(file, "/**\n * Whether it\n * costs.\n */\nboolean costs();"))
                .allMatch(Comment::isHeadless);
        assertThat(comments(file, "/** The cost. What it is. */\nint cost();")).noneMatch(Comment::isHeadless);
        assertThat(comments(file, "/** Who pays. */\nprivate int payer;")).allMatch(Comment::isPrivate);
    }

    private static Stream<Comment> comments(Path file, String source) {
        List<Comment> comments = new ArrayList<>();
        for (MatchResult found : COMMENT.matcher(source).results().toList()) {
            String text = MARGIN.matcher(found.group(1)).replaceAll("");
            comments.add(new Comment(file, String.join(" ", text.strip().split("\\s+")), found.group(3)));
        }
        return comments.stream();
    }

    private static List<Path> sources() {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> files = new ArrayList<>();
            for (Path module : modules.map(folder -> folder.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> below = Files.walk(module)) {
                    below.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                }
            }
            return files;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
