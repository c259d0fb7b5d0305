package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** SQL that sqlite-jdbc would run in part, or be spoilt by. */
class StatementTextTest {

    /** P-1: sqlite-jdbc runs the first and drops the others. */
    @Test
    void everyStatementOfATextIsRun() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();

            run(connection, "CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);; -- end");

            assertThat(column(connection, "SELECT a FROM t; SELECT -a FROM t")).containsExactly(1L, 2L, -1L, -2L);
        }
    }

    /** P-1 */
    @Test
    void errorInALaterStatementOfATextIsNotLost() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();

            ErrorRow.NO_SUCH_TABLE.verify(
                    failure(connection, "SELECT 1; SELECT * FROM missing"),
                    1,
                    "SELECT * FROM missing",
                    "no such table: missing");
        }
    }

    /** P-9: it would spoil sqlite-jdbc's connection so that it cannot even be closed. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ";", " ; ; ", "-- nothing", "/* nothing */", "\n\t", "-- a\n;/* b */;"})
    void emptySqlNeverReachesSqliteJdbc(String nothing) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            for (int i = 0; i < 3; i++) {
                assertThat(failure(connection, nothing))
                        .isInstanceOf(R2dbcBadGrammarException.class)
                        .hasMessageContaining("no SQL statement");
                assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
            }
            await(connection.close());
        }
    }

    /** SQLite ends a text at its first NUL, silently; what stands behind it must not be lost so. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1\u0000", "SELECT 1 \u0000; DELETE FROM t", "\u0000SELECT 1", "SELECT 'a\u0000b'"})
    void nulInSqlIsRefused(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();

            assertThatThrownBy(() -> connection.createStatement(sql))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NUL");
        }
    }

    /** sqlite-jdbc limits a statement to a million bytes. */
    @Test
    void longTextIsRunAndTooLongTextIs54000() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "SELECT length('" + "x".repeat(990_000) + "')"))
                    .isEqualTo(990_000L);
            String tooLong = "SELECT length('" + "x".repeat(1_000_000) + "')";

            ErrorRow.TOO_BIG.verify(failure(connection, tooLong), 18, tooLong, "statement too long");

            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    /** P-9: the engine's counter still holds the previous statement's count after DDL. */
    @Test
    void countOfDdlIsZeroAndNotThePreviousOne() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");

            List<Long> counts = connection
                    .createStatement("INSERT INTO t VALUES (1), (2), (3); CREATE INDEX t_a ON t (a); DELETE FROM t;"
                            + " DROP INDEX t_a; UPDATE t SET a = 1")
                    .execute()
                    .concatMap(result -> result.getRowsUpdated())
                    .collectList()
                    .block(OpenDatabase.PATIENCE);

            assertThat(counts).containsExactly(3L, 0L, 3L, 0L, 0L);
        }
    }

    /** JDBC says -1. */
    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES (1), (2), (3) RETURNING a", "INSERT INTO t VALUES (1), (2), (3)"})
    void countOfReturningIsTheNumberOfRows(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");

            assertThat(connection
                            .createStatement(sql)
                            .execute()
                            .concatMap(result -> result.getRowsUpdated())
                            .blockLast(OpenDatabase.PATIENCE))
                    .isEqualTo(3);
        }
    }

    static List<Arguments> kindsOfValues() {
        return List.of(
                Arguments.of((byte) 1, "integer"), // JDBC binds it as text
                Arguments.of((short) 1, "integer"),
                Arguments.of(1, "integer"),
                Arguments.of(1L, "integer"),
                Arguments.of(true, "integer"),
                Arguments.of(1.5f, "real"),
                Arguments.of(1.5d, "real"),
                Arguments.of(new BigDecimal("1.5"), "real"), // JDBC binds it as text, so that 1.5 < '1' in SQL
                Arguments.of(new BigInteger("15"), "integer"),
                Arguments.of("1", "text"),
                Arguments.of('c', "text"),
                Arguments.of(UUID.randomUUID(), "text"),
                Arguments.of(LocalDate.EPOCH, "text"),
                Arguments.of(Instant.EPOCH, "text"),
                Arguments.of(new byte[] {1}, "blob"),
                Arguments.of(ByteBuffer.allocate(1), "blob"));
    }

    /** P-9 */
    @ParameterizedTest
    @MethodSource("kindsOfValues")
    void valuesAreBoundInTheirOwnStorageClass(Object value, String storageClass) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            assertThat(value(database.open(), "SELECT typeof(?)", value)).isEqualTo(storageClass);
        }
    }

    @Test
    void statementsFromManyThreadsAllRun() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY)");

            await(Flux.range(0, 2_000)
                    .flatMap(
                            i -> OpenDatabase.drained(connection, "INSERT INTO t VALUES (" + i + ")")
                                    .subscribeOn(Schedulers.parallel()),
                            64)
                    .then());

            assertThat(value(connection, "SELECT count(*) || ' ' || sum(a) FROM t"))
                    .isEqualTo("2000 1999000");
        }
    }

    /** P-8: JDBC's generated keys are a column named last_insert_rowid(), whatever is asked for. */
    @Test
    void generatedValuesAreThoseOfTheRowAndNotTheRowid() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower('ABC')), n INTEGER DEFAULT 7, a)");

            List<String> rows = connection
                    .createStatement("INSERT INTO t (a) VALUES (1)")
                    .returnGeneratedValues("n", "id")
                    .execute()
                    .concatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                                    .map(column -> column.getName())
                                    .toList()
                            + " " + row.get("id") + " " + row.get(0)))
                    .collectList()
                    .block(OpenDatabase.PATIENCE);

            assertThat(rows).containsExactly("[n, id] abc 7");
        }
    }
}
