package dev.facade.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's "Getting started" shows the files of a project that {@code .ci/run} builds and runs. */
class GettingStartedTest {

    private static final Path PROJECT = Path.of("getting-started");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## Getting started\n(.*?)^## ");
    private static final Pattern FILE =
            Pattern.compile("(?ms)\\(examples/getting-started/(\\S+)\\):\n\n```\\w+\n(.*?)^```");

    @Test
    void eachFileStandsThereAsItIs() throws IOException {
        Map<String, String> shown = shown();
        String dependencies = shown.remove("pom.xml");
        assertThat(Files.readString(PROJECT.resolve("pom.xml")).lines().map(String::strip))
                .containsSequence(dependencies.lines().map(String::strip).toList());
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> sources = Files.walk(PROJECT.resolve("src"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                files.put(PROJECT.relativize(source).toString().replace('\\', '/'), Files.readString(source));
            }
        }
        assertThat(shown).isEqualTo(files);
    }

    /** By the path that stands before each. */
    private static Map<String, String> shown() throws IOException {
        Matcher section = SECTION.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(section.find()).isTrue();
        Map<String, String> shown = new TreeMap<>();
        Matcher file = FILE.matcher(section.group(1));
        while (file.find()) {
            shown.put(file.group(1), file.group(2));
        }
        assertThat(shown).containsKey("pom.xml").hasSizeGreaterThan(3);
        return shown;
    }
}
