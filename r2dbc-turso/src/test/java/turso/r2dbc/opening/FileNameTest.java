package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** The file opened is the file named, whatever its name means to URIs, to JDBC URLs and to SQLite. */
class FileNameTest {

    @TempDir
    Path directory;

    static Stream<String> names() {
        return Stream.of(
                "a?mode=memory.db",
                "a?cache=shared&vfs=none.db",
                "50%.db",
                "%41.db",
                "a%20b.db",
                "a#fragment.db",
                "a b.db",
                " leading.db",
                "a;b=c.db",
                "a&b.db",
                "a+b.db",
                ":memory:",
                ":resource:a.db",
                "file:a.db",
                "it's.db",
                "\"quoted\".db",
                "back\\slash.db",
                "new\nline.db",
                "brackets[1]{2}.db",
                "-wal",
                "no extension",
                "n".repeat(240),
                "gr\u00fc\u00dfe.db",
                "\u6f22\u5b57.db",
                "\ud83d\ude00.db");
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have such names")
    void fileHasExactlyThisName(String name) throws IOException {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"));
        assumeThat(names.newEncoder().canEncode(name))
                .as("the JVM can name such a file: its locale is of UTF-8, as in .ci/run")
                .isTrue();
        Path file = this.directory.resolve(name);

        try (OpenDatabase database = OpenDatabase.file(file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }

        assertThat(list()).containsExactly(name);
        assertThat(Files.size(file)).isPositive();
        try (OpenDatabase database = OpenDatabase.file(file, options -> options.readOnly(true))) {
            assertThat(column(database.open(), "SELECT a FROM t")).containsExactly(1L);
        }
    }

    private java.util.List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(this.directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows asks for a privilege to make symbolic links")
    void linkAndFileAreOneDatabaseWithOneLane() throws IOException {
        Path file = this.directory.resolve("a.db");
        Path link = this.directory.resolve("link.db");
        try (OpenDatabase database = OpenDatabase.file(file)) {
            TursoConnection writer = database.open();
            run(writer, "CREATE TABLE t (a)");
            Files.createSymbolicLink(link, file);
            try (OpenDatabase linked =
                    OpenDatabase.file(link, options -> options.lockWaitTimeout(java.time.Duration.ofMillis(20)))) {
                TursoConnection other = linked.open();
                OpenDatabase.await(writer.beginTransaction());
                run(writer, "INSERT INTO t VALUES (1)");

                assertThat(OpenDatabase.failure(other, "INSERT INTO t VALUES (2)"))
                        .hasMessageContaining("a connection of this process");

                OpenDatabase.await(writer.commitTransaction());
                run(other, "INSERT INTO t VALUES (2)");
                assertThat(column(writer, "SELECT a FROM t")).containsExactly(1L, 2L);
            }
        }
        assertThat(list()).containsExactlyInAnyOrder("a.db", "link.db");
    }
}
