package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** One text run again and again: after errors, after changes of the schema, with a cache of any size. */
class CachedStatementTest {

    @TempDir
    Path directory;

    private static Mono<Void> bound(TursoConnection connection, String sql, Object value) {
        return connection
                .createStatement(sql)
                .bind(0, value)
                .execute()
                .concatMap(result -> result.map(row -> true))
                .then();
    }

    /** sqlite-jdbc finalises the statement after such an error; running it again must not touch its pointer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 128})
    void statementClosedBySqliteJdbcAfterAGenericErrorWorksAgain(int cacheSize) {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.statementCacheSize(cacheSize))) {
            TursoConnection connection = database.open();
            String sql = "SELECT abs(?)";
            for (int i = 1; i <= 500; i++) {
                assertThat(value(connection, sql, (long) -i)).isEqualTo((long) i);
                ErrorRow.DATA.verify(failure(bound(connection, sql, Long.MIN_VALUE)), 1, sql, "integer overflow");
                assertThat(value(connection, sql, (long) i)).isEqualTo((long) i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT json(?)",
                "INSERT INTO t VALUES (json(?))",
                "INSERT INTO t SELECT value FROM json_each(?)",
                "UPDATE t SET a = json(?)",
                "DELETE FROM t WHERE a = json(?)",
                "INSERT INTO t VALUES (json(?)) RETURNING a"
            })
    void everyKindOfStatementWorksAfterItsError(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES ('[0]')");
            for (int i = 0; i < 50; i++) {
                ErrorRow.DATA.verify(failure(bound(connection, sql, "{")), 1, sql, "malformed JSON");
                await(bound(connection, sql, "[1]"));
            }
            assertThat(value(connection, "SELECT count(*) FROM t WHERE a = '{'"))
                    .isEqualTo(0L);
        }
    }

    @Test
    void constraintsDoNotSpoilTheStatement() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a UNIQUE)");
            String sql = "INSERT INTO t VALUES (?)";
            for (long i = 0; i < 200; i++) {
                await(bound(connection, sql, i));
                ErrorRow.UNIQUE.verify(failure(bound(connection, sql, i)), 2067, sql, "UNIQUE constraint failed: t.a");
            }
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(200L);
        }
    }

    @Test
    void manyMoreTextsThanTheCacheHolds() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.statementCacheSize(4))) {
            TursoConnection connection = database.open();
            for (int round = 0; round < 3; round++) {
                for (long i = 0; i < 300; i++) {
                    assertThat(value(connection, "SELECT ? + " + i, 1000L)).isEqualTo(1000 + i);
                }
            }
        }
    }

    // ---- the schema changes

    @Test
    void starFollowsTheTable() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
            assertThat(names(connection)).containsExactly("a");
            run(connection, "ALTER TABLE t ADD COLUMN b");
            assertThat(names(connection)).containsExactly("a", "b");
            run(connection, "ALTER TABLE t RENAME COLUMN a TO c");
            assertThat(names(connection)).containsExactly("c", "b");
            run(connection, "ALTER TABLE t DROP COLUMN b");
            assertThat(names(connection)).containsExactly("c");
            run(connection, "DROP TABLE t", "CREATE TABLE t (x, y, z)", "INSERT INTO t VALUES (1, 2, 3)");
            assertThat(names(connection)).containsExactly("x", "y", "z");
        }
    }

    @Test
    void starFollowsWhatAnotherProcessDoes() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
            assertThat(names(connection)).containsExactly("a");
            run(foreign, "ALTER TABLE t ADD COLUMN b");
            assertThat(names(connection)).containsExactly("a", "b");
            run(foreign, "ALTER TABLE t RENAME COLUMN a TO c");
            assertThat(names(connection)).containsExactly("c", "b");
        }
    }

    private static List<String> names(TursoConnection connection) {
        return connection
                .createStatement("SELECT * FROM t")
                .execute()
                .concatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                        .map(column -> column.getName())
                        .toList()))
                .blockLast(OpenDatabase.PATIENCE);
    }

    /** SQLite prepares against the schema it remembers, and only notices at the next read that it is an old one. */
    @Test
    void staleSchemaIsCured() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(0L);

            run(foreign, "CREATE TABLE later (x)", "INSERT INTO later VALUES (7)");
            assertThat(column(connection, "SELECT x FROM later")).containsExactly(7L);

            run(foreign, "CREATE TABLE written (x)");
            run(connection, "INSERT INTO written VALUES (8)");

            run(foreign, "ALTER TABLE t ADD COLUMN b");
            run(connection, "INSERT INTO t (a, b) VALUES (1, 2)");
            assertThat(column(connection, "SELECT b FROM t")).containsExactly(2L);

            run(foreign, "DROP TABLE later");
            ErrorRow.NO_SUCH_TABLE.verify(
                    failure(connection, "SELECT x FROM later"), 1, "SELECT x FROM later", "no such table: later");
        }
    }

    @Test
    void staleSchemaIsCuredWithinATransaction() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");
            run(foreign, "CREATE TABLE later (x)", "INSERT INTO later VALUES (7)");
            await(connection.beginTransaction());

            assertThat(column(connection, "SELECT x FROM later")).containsExactly(7L);

            await(connection.commitTransaction());
        }
    }

    @Test
    void statementOfADroppedTableFailsAndWorksWhenTheTableIsBack() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            TursoConnection other = database.open();
            String select = "SELECT a FROM t";
            for (long i = 0; i < 20; i++) {
                run(other, "CREATE TABLE t (a)", "INSERT INTO t VALUES (" + i + ")");
                assertThat(column(connection, select)).containsExactly(i);
                run(other, "DROP TABLE t");
                ErrorRow.NO_SUCH_TABLE.verify(failure(connection, select), 1, select, "no such table: t");
            }
        }
    }
}
