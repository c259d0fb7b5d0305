package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplicationAotProcessor;
import turso.r2dbc.spring.TursoBindMarkersProvider;
import turso.r2dbc.spring.TursoDialectProvider;

/** Ahead-of-time processing, as the build plugins of Spring Boot do it, and the application that comes of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AotTest {

    private static final long LONGEST_RUN_SECONDS = 90;

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private static final Path DIRECTORY = SpringTest.temporaryDirectory();

    private static final Path SOURCES = DIRECTORY.resolve("sources");

    private static final Path RESOURCES = DIRECTORY.resolve("resources");

    private static final Path CLASSES = DIRECTORY.resolve("classes");

    /** In a process of its own, since Spring hands out no class that it has generated for another context before. */
    @BeforeAll
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    static void process() throws IOException, InterruptedException {
        run(
                "-classpath",
                CLASS_PATH,
                SpringApplicationAotProcessor.class.getName(),
                AotProgram.class.getName(),
                SOURCES.toString(),
                RESOURCES.toString(),
                CLASSES.toString(),
                "test",
                "aot",
                url());
    }

    private static String url() {
        return "--spring.r2dbc.url=" + SpringTest.url(DIRECTORY.resolve("aot.db"), "");
    }

    /** A native image has no constructor that is not named, and would start without the dialect. */
    @Test
    void hintsNameWhatSpringMakesByReflection() throws IOException {
        StringBuilder hints = new StringBuilder();
        // One file, or one for each kind of hint, as the version has it.
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hints.append(Files.readString(file));
            }
        }

        assertThat(hints)
                .contains(TursoBindMarkersProvider.class.getName())
                .contains(TursoDialectProvider.class.getName());
    }

    @Test
    void applicationStartsFromWhatWasGenerated() throws Exception {
        compile();

        List<String> output = run(
                // Without generated classes this is an error.
                "-Dspring.aot.enabled=true",
                "-classpath",
                CLASSES + File.pathSeparator + RESOURCES + File.pathSeparator + CLASS_PATH,
                AotProgram.class.getName(),
                url());

        assertThat(output)
                .containsExactly("[Person[id=1, name=50% off, age=30, active=true, mood=HAPPY]]", "2 persons");
    }

    private void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> generated = Files.walk(SOURCES)) {
            List<Path> java = generated.filter(Files::isRegularFile).toList();
            List<String> options = List.of(
                    "-nowarn",
                    "-proc:none",
                    "-classpath",
                    CLASSES + File.pathSeparator + CLASS_PATH,
                    "-d",
                    CLASSES.toString());
            boolean compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }

    private static List<String> run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
        Path errors = Files.createTempFile(DIRECTORY, "errors", ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(arguments));
        Process program = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            boolean ended = program.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
            assertThat(ended && program.exitValue() == 0)
                    .as(Files.readString(output) + Files.readString(errors))
                    .isTrue();
            return Files.readAllLines(output);
        } finally {
            program.destroyForcibly();
        }
    }
}
