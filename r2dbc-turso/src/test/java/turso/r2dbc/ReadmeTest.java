package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import turso.r2dbc.packaging.DriverJar;
import turso.r2dbc.packaging.ForkedJvm;
import turso.r2dbc.packaging.Readme;
import turso.r2dbc.packaging.Readme.Row;

/** What the README says is so. (Its tables of options, types and errors have tests of their own.) */
class ReadmeTest {

    private static final Readme README = Readme.read();

    private static final int LONGEST_PROGRAM_LINES = 15;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void programRunsAsItStands(@TempDir Path directory) throws IOException, InterruptedException {
        String program = README.block("java");
        assertThat(program.lines()).hasSizeLessThanOrEqualTo(LONGEST_PROGRAM_LINES);
        Path source = Files.writeString(directory.resolve("Hello.java"), program);
        DriverJar driver = DriverJar.in(directory);
        driver.compile(directory, List.of(source), "--class-path", driver.path());

        List<String> lines = ForkedJvm.run(
                directory,
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                driver.path() + File.pathSeparator + directory,
                "Hello");

        assertThat(lines).containsExactly("Hello, world");
        assertThat(directory.resolve("hello.db")).isRegularFile();
    }

    @Test
    void dependencyIsThisVersion() throws IOException {
        Pattern coordinates = Pattern.compile(
                "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>\\s*<version>(.*?)</version>");
        var project = coordinates.matcher(Files.readString(Path.of("pom.xml")));
        var dependency = coordinates.matcher(README.block("xml"));

        assertThat(project.find() && dependency.find()).isTrue();
        assertThat(dependency.group(1)).isEqualTo(project.group(1));
        assertThat(dependency.group(2) + "-parent").isEqualTo(project.group(2));
        assertThat(dependency.group(3)).isEqualTo(project.group(3));
    }

    static Stream<Row> urlTable() {
        return README.table("URL").stream();
    }

    @ParameterizedTest
    @MethodSource("urlTable")
    void urlMeansWhatItsRowSays(Row row) {
        String url = row.code(0).orElseThrow();
        String database = row.cell(1);
        if (database.startsWith("not in this version")) {
            assertRemote(url);
            row.codes(1).forEach(protocol -> assertRemote("r2dbc:turso:" + protocol + "://db.example.com"));
        } else if (database.startsWith("on Windows, file ")) {
            String path =
                    (String) ConnectionFactoryOptions.parse(url).getRequiredValue(ConnectionFactoryOptions.DATABASE);
            assertThat(FilePaths.fromUrl("", path, true)).isEqualTo(row.code(1).orElseThrow());
        } else if (database.startsWith("memory, private")) {
            assertThat(location(url))
                    .isInstanceOfSatisfying(
                            DatabaseLocation.Memory.class,
                            memory -> assertThat(memory.isPrivate()).isTrue());
        } else if (database.startsWith("memory ")) {
            assertThat(location(url))
                    .isEqualTo(new DatabaseLocation.Memory(row.code(1).orElseThrow(), false));
        } else {
            assertThat(database).startsWith("file ");
            assertThat(location(url))
                    .isEqualTo(new DatabaseLocation.File(Path.of(row.code(1).orElseThrow())));
        }
    }

    @Test
    void everyOtherUrlIsAcceptedToo() {
        List<String> others = new ArrayList<>(README.urls());
        urlTable().forEach(row -> others.removeAll(row.codes(0)));
        assertThat(others)
                .isNotEmpty()
                .allSatisfy(url -> assertThat(location(url)).isNotNull());
    }

    private static void assertRemote(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionFactories.get(url))
                .withMessageContaining("not in this version");
    }

    /** Through the SPI, as a program gets it, and with the driver's own eyes. */
    private static DatabaseLocation location(String url) {
        ConnectionFactory factory = ConnectionFactories.get(url);
        if (factory instanceof ConnectionPool pool) {
            assertThat(pool.unwrap()).isInstanceOf(TursoConnectionFactory.class);
            pool.dispose();
            return location(url.replace(":pool:", ":"));
        }
        assertThat(factory).isInstanceOf(TursoConnectionFactory.class);
        return TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse(url))
                .location();
    }

    @Test
    void commandsNameWhatThereIs() throws IOException {
        Path repository = Readme.REPOSITORY;
        String parent = Files.readString(repository.resolve("pom.xml"));
        String continuousIntegration = Files.readString(repository.resolve(".ci/run"));

        Pattern.compile("-pl (\\S+)")
                .matcher(README.text())
                .results()
                .forEach(
                        module -> assertThat(repository.resolve(module.group(1)).resolve("pom.xml"))
                                .isRegularFile());
        var oldest = Pattern.compile("oldest\\s+supported, ([\\d.]+\\d), and with ([\\d.]+\\d)\\.")
                .matcher(README.text());
        assertThat(oldest.find()).isTrue();
        assertThat(continuousIntegration).contains("oldest_sqlite_jdbc=" + oldest.group(1) + "\n");
        assertThat(parent).contains("<sqlite-jdbc.version>" + oldest.group(2) + "</sqlite-jdbc.version>");
        assertThat(README.text()).contains("-Dsqlite-jdbc.version=" + oldest.group(1));
    }
}
