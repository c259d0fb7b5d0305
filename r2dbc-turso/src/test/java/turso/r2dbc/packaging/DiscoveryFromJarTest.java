package turso.r2dbc.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.packaging.JdkTool.Outcome;

/**
 * C-1: with nothing but the jar and its run-time dependencies, R2DBC finds the driver on the class path and on the
 * module path, and the driver finds codecs.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DiscoveryFromJarTest {

    private static final Path SOURCES = Path.of("src", "test", "modules");

    private static final String MODULE = "sample.app";

    private static final String MAIN = "sample.Sample";

    /** A class of a package that is not exported, public and with a public constructor. */
    private static final String INTERNAL = "turso.r2dbc.core.SqlParser";

    @TempDir
    private static Path directory;

    private static DriverJar driver;

    @BeforeAll
    static void makeJar() {
        driver = DriverJar.in(directory);
    }

    @Test
    void classPathFindsTheDriverThroughItsServiceFile() throws IOException, InterruptedException {
        Path classes = classesForTheClassPath("classes");

        List<String> lines = ForkedJvm.run(
                directory,
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                driver.path() + File.pathSeparator + classes,
                MAIN);

        assertThat(lines)
                .containsExactly(
                        "factory turso.r2dbc.TursoConnectionFactory", "module null", "answer Celsius[degrees=42.0]");
    }

    @Test
    void modulePathFindsTheDriverThroughItsDeclarationAndHidesWhatIsInternal()
            throws IOException, InterruptedException {
        Path classes = Files.createDirectory(directory.resolve("modules"));
        driver.compile(classes, sources(), "--module-path", driver.compilePath());

        List<String> lines = ForkedJvm.run(
                directory,
                "--enable-native-access=org.xerial.sqlitejdbc",
                "--module-path",
                driver.path() + File.pathSeparator + classes,
                "--module",
                MODULE + "/" + MAIN,
                INTERNAL);

        assertThat(lines)
                .containsExactly(
                        "factory turso.r2dbc.TursoConnectionFactory",
                        "module turso.r2dbc",
                        "answer Celsius[degrees=42.0]",
                        INTERNAL + " IllegalAccessException");
    }

    /** The hooks for Spring are in the jar, and cost nothing where Spring is not. */
    @Test
    void withoutSpringNothingOfItsHooksIsLoaded() throws IOException, InterruptedException {
        Path classes = classesForTheClassPath("plain");

        List<String> lines = ForkedJvm.run(
                directory,
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load",
                "--class-path",
                driver.path() + File.pathSeparator + classes,
                MAIN);

        assertThat(lines)
                .anyMatch(line -> line.contains("turso.r2dbc.TursoConnectionFactory "))
                .noneMatch(line -> line.contains("turso.r2dbc.spring."))
                .noneMatch(line -> line.contains("springframework"));
    }

    @Test
    void internalPackagesCannotBeNamedInAnotherModule() throws IOException {
        List<Path> sources = sources();
        sources.add(SOURCES.resolve("Intruder.java"));

        Outcome outcome = JdkTool.attempt(
                "javac",
                DriverJar.arguments(directory.resolve("intruder"), sources, "--module-path", driver.compilePath()));

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output())
                .contains("package turso.r2dbc.core is not visible")
                .contains("1 error");
    }

    /** {@return the sample program as a directory of the class path, where a service file declares its codec} */
    private static Path classesForTheClassPath(String name) throws IOException {
        Path classes = Files.createDirectory(directory.resolve(name));
        List<Path> sources = sources();
        sources.removeIf(source -> source.endsWith("module-info.java"));
        driver.compile(classes, sources, "--class-path", driver.compilePath());
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve("turso.r2dbc.api.TursoCodec"), "sample.CelsiusCodec\n");
        return classes;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES.resolve(MODULE))) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        }
    }
}
