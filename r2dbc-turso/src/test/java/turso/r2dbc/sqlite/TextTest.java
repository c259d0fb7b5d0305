package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Text as bytes: what SQLite keeps, in whatever encoding, is what comes back. */
class TextTest {

    private static final String[] TEXTS = {
        "",
        "plain",
        "a\u0000b",
        "\u0000",
        "ä ß é",
        "漢字",
        "😀 \uD83D\uDE80",
        "\u200Bzero width",
        "\uFEFFbyte order mark",
        "x".repeat(100_000) + "ü"
    };

    @TempDir
    Path directory;

    private static void assertRoundTrip(TursoConnection connection) {
        run(connection, "CREATE TABLE IF NOT EXISTS t (a TEXT)", "DELETE FROM t");
        for (String text : TEXTS) {
            column(connection, "INSERT INTO t VALUES (?) RETURNING a", text);
        }
        assertThat(column(connection, "SELECT a FROM t ORDER BY rowid")).containsExactly((Object[]) TEXTS);
        for (String text : TEXTS) {
            assertThat(value(connection, "SELECT count(*) FROM t WHERE a = ?", text))
                    .isEqualTo(1L);
            assertThat(read(connection, "SELECT a FROM t WHERE a = ?", byte[].class, text))
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(read(connection, "SELECT a FROM t WHERE a = ?", String.class, text))
                    .isEqualTo(text);
        }
    }

    private static <T> @Nullable T read(TursoConnection connection, String sql, Class<T> type, Object value) {
        return connection
                .createStatement(sql)
                .bind(0, value)
                .execute()
                .concatMap(result -> result.map(row -> java.util.Optional.ofNullable(row.get(0, type))))
                .blockLast(OpenDatabase.PATIENCE)
                .orElse(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16le", "UTF-16be"})
    void everyTextComesBackInEveryEncoding(String encoding) {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database =
                OpenDatabase.file(file, options -> options.pragma("encoding", "'" + encoding + "'"))) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA encoding")).isEqualTo(encoding);
            assertThat(connection.getMetadata().getDatabaseVersion()).matches("\\d+\\.\\d+\\.\\d+");
            assertRoundTrip(connection);
        }
        // The file keeps its encoding, whatever the next connection would like.
        try (OpenDatabase database = OpenDatabase.file(file, options -> options.pragma("encoding", "'UTF-8'"))) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA encoding")).isEqualTo(encoding);
            assertThat(column(connection, "SELECT a FROM t ORDER BY rowid")).containsExactly((Object[]) TEXTS);
            assertThat(connection.getMetadata().getDatabaseVersion()).matches("\\d+\\.\\d+\\.\\d+");
            assertRoundTrip(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16le", "UTF-16be"})
    void memoryDatabaseInUtf16(String encoding) {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.pragma("encoding", "'" + encoding + "'"))) {
            TursoConnection first = database.open();
            assertRoundTrip(first);
            assertThat(value(first, "PRAGMA encoding")).isEqualTo(encoding);
            TursoConnection second = database.open();
            assertThat(column(second, "SELECT a FROM t ORDER BY rowid")).containsExactly((Object[]) TEXTS);
            assertRoundTrip(second);
        }
    }

    /** An empty file has no encoding yet; the first to write decides, for connections opened before too. */
    @Test
    void connectionOpenedBeforeTheFileGotItsEncoding() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection early = database.open();
            assertThat(value(early, "SELECT 'ä'")).isEqualTo("ä");

            run(foreign, "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('ä漢')");

            assertThat(value(early, "SELECT a FROM t")).isEqualTo("ä漢");
            assertThat(value(early, "SELECT 'ß'")).isEqualTo("ß");
            assertThat(read(early, "SELECT a FROM t WHERE a = ?", byte[].class, "ä漢"))
                    .isEqualTo("ä漢".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void namesOfColumnsMayBeAnything() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            List<String> names = connection
                    .createStatement("SELECT 1 AS \"ä漢😀\", 2 AS \"a b\", 3 AS \"\"\"quoted\"\"\"")
                    .execute()
                    .concatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                            .map(column -> column.getName())
                            .toList()))
                    .blockLast(OpenDatabase.PATIENCE);
            assertThat(names).containsExactly("ä漢😀", "a b", "\"quoted\"");
        }
    }

    /** SQLite keeps whatever it is given as text; what is no UTF-8 is read with replacement characters, bytes as they are. */
    @ParameterizedTest
    @ValueSource(strings = {"FF", "C328", "E28241", "F0288CBC", "61FF62", "EDA080", "C0AF"})
    void invalidUtf8IsReadWithReplacementsAndKeptAsBytes(String hex) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            byte[] bytes = java.util.HexFormat.of().parseHex(hex);
            String select = "SELECT CAST(x'" + hex + "' AS TEXT)";

            assertThat((String) value(connection, select))
                    .contains("\uFFFD")
                    .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
            assertThat(connection
                            .createStatement(select)
                            .execute()
                            .concatMap(result -> result.map(row -> row.get(0, byte[].class)))
                            .blockLast(OpenDatabase.PATIENCE))
                    .isEqualTo(bytes);
            assertThat(value(connection, "SELECT hex(CAST(x'" + hex + "' AS TEXT))"))
                    .isEqualTo(hex);
        }
    }

    @Test
    void textAndBlobAreToldApart() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            assertThat(column(connection, "SELECT 'a' UNION ALL SELECT x'61' UNION ALL SELECT '' UNION ALL SELECT x''"))
                    .containsExactly("a", ByteBuffer.wrap(new byte[] {0x61}), "", ByteBuffer.allocate(0));
            assertThat(value(connection, "SELECT typeof(?)", "a")).isEqualTo("text");
            assertThat(value(connection, "SELECT typeof(?)", (Object) new byte[] {0x61}))
                    .isEqualTo("blob");
            assertThat(value(connection, "SELECT typeof(?)", "")).isEqualTo("text");
            assertThat(value(connection, "SELECT typeof(?)", (Object) new byte[0]))
                    .isEqualTo("blob");
        }
    }
}
