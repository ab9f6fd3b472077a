package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facade.FacadeRepository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checker of histories is able to see: with one line of the facade spoilt, it finds that a session reads the past. A
 * mutation is a piece of a source file, which must stand in it, and what it is replaced by.
 */
class MutationProof {

    private static final List<Path> SOURCES =
            List.of(Path.of("../facade-core/src/main/java/dev/facade"), Path.of("src/main/java/dev/facade"));
    private static final int SECONDS = Integer.getInteger("facade.mutation.seconds", 60);

    Histories.Engine engine() {
        return Histories.Engine.POSTGRES;
    }

    /** A class, what stands in it, and what it is replaced by. */
    record Mutation(String name, String file, String original, String spoilt, Histories.Kind kind) {

        Mutation(String name, String file, String original, String spoilt) {
            this(name, file, original, spoilt, Histories.Kind.REGISTERS);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Mutation> mutations() {
        return Stream.of(
                new Mutation(
                        "a need is recorded before the commit",
                        "engine/transaction/Sessions.java",
                        "            session.wrote(needed, ticker.nanos());\n",
                        "            session.wrote(needed, ticker.nanos() - 100_000_000L);\n"),
                new Mutation(
                        "a stale sample vouches for a young connection",
                        "consistency/SessionFreshness.java",
                        "                        && sample.isBegunAfter(openedNanos)\n",
                        ""),
                new Mutation(
                        "what is not known of a replica counts as no lag",
                        "engine/position/MasterLog.java",
                        "            if (position.covers(sample.position())) {",
                        "            if (sample != null) {"),
                new Mutation(
                        "one replica that has caught up speaks for all",
                        "consistency/SessionFreshness.java",
                        "        Sample sample = monitor.last(replica);\n        return known == null ||",
                        "        seen.add(replica);\n        if (seen.stream().anyMatch(this::hasCaughtUp)) {\n"
                                + "            known = null;\n        }\n"
                                + "        Sample sample = monitor.last(replica);\n        return known == null ||"),
                new Mutation(
                        "a bulk write moves no position",
                        "engine/transaction/Sessions.java",
                        "    public void writing(Tables tables, @Nullable FacadeTransaction host) {\n",
                        "    public void writing(Tables tables, @Nullable FacadeTransaction host) {\n        if (tables.isKnown()) {\n            return;\n        }\n"),
                new Mutation(
                        "a need is of tables alone, whatever their rows refer to",
                        "engine/transaction/Sessions.java",
                        "        return touched.withReferred(seen.without(exempt)).without(exempt);\n",
                        "        return seen.without(exempt);\n",
                        Histories.Kind.DANGLING),
                new Mutation(
                        "a lookup that fails is taken for a row that is not there",
                        "hibernate/HibernateExtension.java",
                        "            return entityManager.find(entity, id, options);\n",
                        "            return lock == LockModeType.NONE\n"
                                + "                    ? entityManager.find(entity, id, hints)\n"
                                + "                    : entityManager.find(entity, id, lock, hints);\n",
                        Histories.Kind.EMPTY));
    }

    /** Helpers that a spoilt line needs. */
    private static String helped(String source) {
        return source.replace(
                "    private final Monitor monitor;\n    private final TrackedSession session;",
                "    private static final java.util.Set<Replica> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();\n\n"
                        + "    private boolean hasCaughtUp(Replica replica) {\n"
                        + "        Sample sample = monitor.last(replica);\n"
                        + "        return known != null && sample != null && sample.position().covers(known);\n    }\n\n"
                        + "    private final Monitor monitor;\n    private final TrackedSession session;");
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void aSpoiltLineIsFound(Mutation mutation, @TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(
                engine() == Histories.Engine.POSTGRES || mutation.kind() != Histories.Kind.EMPTY,
                "a transaction that can only roll back after any failure is PostgreSQL's");
        String source = Files.readString(SOURCES.stream()
                .map(folderOf -> folderOf.resolve(mutation.file()))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow());
        assertThat(source).contains(mutation.original());
        Path spoilt = folder.resolve(Path.of(mutation.file()).getFileName());
        Files.writeString(spoilt, helped(source).replace(mutation.original(), mutation.spoilt()));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        int compiled = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
                .run(
                        null,
                        null,
                        null,
                        "-nowarn",
                        "-proc:none",
                        "-cp",
                        classPath(),
                        "-d",
                        classes.toString(),
                        spoilt.toString());
        assertThat(compiled).isZero();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + File.pathSeparator + classPath(),
                Histories.class.getName(),
                engine().name(),
                mutation.kind().name(),
                Integer.toString(SECONDS),
                Long.toString(System.nanoTime()));
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(run.waitFor(SECONDS + 60L, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(folder.resolve("out"));
        System.out.println(engine() + ", " + mutation + ": "
                + said.lines().filter(line -> line.startsWith("seed")).toList());
        assertThat(run.exitValue()).as(said).isEqualTo(Histories.FOUND);
    }

    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String modules = System.getProperty("jdk.module.path");
        assertThat(FacadeRepository.class.getProtectionDomain().getCodeSource()).isNotNull();
        return modules == null ? path : path + File.pathSeparator + modules;
    }
}
