package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.errors.OpenDatabase;

/** SQLite's native library cannot be unpacked, as on a system without a place for temporary files. */
class MissingLibraryTest {

    @TempDir
    Path directory;

    /** In a process of its own, since the library is loaded once. */
    @Test
    void openingFailsInsteadOfHanging() throws IOException, InterruptedException {
        Path database = this.directory.resolve("a.db");
        Path report = this.directory.resolve("report");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.sqlite.tmpdir=" + this.directory.resolve("missing"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MissingLibraryTest.class.getName(),
                        database.toString(),
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor(25, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(report))
                .hasSize(2)
                .allMatch(line -> line.startsWith("08001 14 Cannot open the database file " + database)
                        && line.contains("native library"));
    }

    /** Opens the file named first, twice, and writes what comes of it to the one named second. */
    public static void main(String[] arguments) throws IOException {
        TursoConnectionFactory factory = TursoConnectionFactory.from(
                TursoConnectionConfiguration.builder().file(arguments[0]).build());
        List<String> report = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Throwable error = OpenDatabase.failure(factory.create());
            report.add(
                    error instanceof R2dbcException e
                            ? e.getSqlState() + " " + e.getErrorCode() + " " + e.getMessage()
                            : error.toString());
        }
        Files.write(Path.of(arguments[1]), report);
    }
}
