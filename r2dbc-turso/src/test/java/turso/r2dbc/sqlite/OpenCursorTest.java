package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** Statements beside the open cursors of their own connection. */
class OpenCursorTest {

    private static final String ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    @TempDir
    Path directory;

    /** A query whose rows are asked for one by one. */
    private static final class Cursor {

        private final List<@Nullable Object> rows = new ArrayList<>();

        private final Sinks.Many<Object> arrivals = Sinks.many().replay().all();

        private final BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // Rows are asked for by next().
            }

            @Override
            protected void hookOnNext(Object row) {
                Cursor.this.arrivals.tryEmitNext(row);
            }

            @Override
            protected void hookOnError(Throwable error) {
                Cursor.this.arrivals.tryEmitError(error);
            }

            @Override
            protected void hookOnComplete() {
                Cursor.this.arrivals.tryEmitComplete();
            }
        };

        Cursor(TursoConnection connection, String sql) {
            connection
                    .createStatement(sql)
                    .execute()
                    .concatMap(result -> result.map(row -> (Object) String.valueOf(row.get(0))), 1)
                    .subscribe(this.subscriber);
        }

        /** {@return the next row} */
        Object next() {
            this.subscriber.request(1);
            int count = this.rows.size() + 1;
            Object row = this.arrivals.asFlux().take(count).last().block(OpenDatabase.PATIENCE);
            this.rows.add(row);
            return String.valueOf(row);
        }

        /** {@return all rows that have not been taken} */
        List<Object> rest() {
            this.subscriber.request(Long.MAX_VALUE);
            List<Object> all = this.arrivals.asFlux().collectList().block(OpenDatabase.PATIENCE);
            return all == null ? List.of() : all.subList(this.rows.size(), all.size());
        }

        /** {@return the error that ends it} */
        Throwable error() {
            this.subscriber.request(Long.MAX_VALUE);
            return failure(this.arrivals.asFlux().then());
        }

        void cancel() {
            this.subscriber.cancel();
        }
    }

    private static TursoConnection open(OpenDatabase database) {
        TursoConnection connection = database.open();
        run(
                connection,
                "CREATE TABLE IF NOT EXISTS t (a)",
                "DELETE FROM t",
                "INSERT INTO t VALUES (1), (2), (3), (4), (5)",
                "CREATE TABLE IF NOT EXISTS u (a)");
        return connection;
    }

    // ---- interrupts

    /** P-2: an interrupt would fail the paused cursor, and everything after it. */
    @Test
    void cancellingAStatementLeavesThePausedCursorAlone() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");

            for (int i = 0; i < 3; i++) {
                Mono<Void> endless = drained(connection, ENDLESS + " SELECT count(*) FROM c");
                assertThat(failure(endless.timeout(java.time.Duration.ofMillis(30))))
                        .isInstanceOf(java.util.concurrent.TimeoutException.class);
                assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(5L);
            }

            assertThat(cursor.rest()).containsExactly("2", "3", "4", "5");
        }
    }

    /** P-2: the cursor is paused, so that there is nothing to interrupt; it is reset. */
    @Test
    void cancellingAPausedCursorSpoilsNothing() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            for (int i = 0; i < 200; i++) {
                Cursor cursor = new Cursor(connection, "SELECT a FROM t");
                cursor.next();
                cursor.cancel();
                // Needs the table to itself.
                run(connection, "DROP TABLE u", "CREATE TABLE u (a)");
            }
        }
    }

    /** P-4, P-5: running, waiting for demand, or not begun: cancelling ends it, and nothing else. */
    @Test
    void cancelAtAnyMomentLeavesTheConnectionUsable() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            for (int i = 0; i < 300; i++) {
                AtomicInteger rows = new AtomicInteger();
                Disposable running = connection
                        .createStatement(ENDLESS + " SELECT x FROM c")
                        .execute()
                        .concatMap(result -> result.map(row -> rows.incrementAndGet()))
                        .subscribe();
                if (i % 3 == 0) {
                    OpenDatabase.until(() -> rows.get() > 0);
                }
                running.dispose();
                assertThat(value(connection, "SELECT 7")).isEqualTo(7L);
            }
        }
    }

    // ---- locks of the own connection

    /** P-10: SQLite says SQLITE_LOCKED; the driver reads what is left of the cursor, and drops the table. */
    @Test
    void tableOfAnOpenCursorCanBeDroppedAndItsRowsStillArrive() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");

            run(connection, "DROP TABLE t");

            assertThat(column(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 't'"))
                    .containsExactly(0L);
            assertThat(cursor.next()).isEqualTo("2");
            assertThat(cursor.rest()).containsExactly("3", "4", "5");
        }
    }

    /** P-10 */
    @Test
    void tableOfAnOpenCursorWithTooManyRowsIsKeptAndNoRowIsLost() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.maxBufferedRows(2))) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");

            assertThat(failure(connection, "DROP TABLE t"))
                    .hasMessageContaining("option maxBufferedRows")
                    .hasMessageContaining("SELECT a FROM t");

            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(5L);
            assertThat(cursor.next()).isEqualTo("2");
            assertThat(cursor.rest()).containsExactly("3", "4", "5");
            run(connection, "DROP TABLE t");
        }
    }

    @Test
    void tooManyRowsOfSeveralCursorsAreAllStillDelivered() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.maxBufferedRows(6))) {
            TursoConnection connection = open(database);
            Cursor first = new Cursor(connection, "SELECT a FROM t");
            Cursor second = new Cursor(connection, "SELECT -a FROM t");
            Cursor third = new Cursor(connection, "SELECT a + 10 FROM t");
            assertThat(first.next()).isEqualTo("1");
            assertThat(second.next()).isEqualTo("-1");
            assertThat(third.next()).isEqualTo("11");

            assertThat(failure(connection, "DROP TABLE t")).hasMessageContaining("option maxBufferedRows");

            assertThat(third.rest()).containsExactly("12", "13", "14", "15");
            assertThat(second.rest()).containsExactly("-2", "-3", "-4", "-5");
            assertThat(first.rest()).containsExactly("2", "3", "4", "5");
        }
    }

    /** The error is the cursor's, and comes behind the rows before it; the other statement has nothing to do with it. */
    @Test
    void errorInTheRestOfACursorBelongsToTheCursor() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            run(connection, "UPDATE t SET a = -9223372036854775808 WHERE a = 4");
            String select = "SELECT abs(a) FROM t";
            Cursor cursor = new Cursor(connection, select);
            assertThat(cursor.next()).isEqualTo("1");

            run(connection, "DROP TABLE t");

            assertThat(cursor.next()).isEqualTo("2");
            assertThat(cursor.next()).isEqualTo("3");
            ErrorRow.DATA.verify(cursor.error(), 1, select, "integer overflow");
            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    /** The paused cursor keeps an old snapshot, which SQLite would not let the connection write to. */
    @Test
    void writeBesideAnOldSnapshotGoesThrough() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");
            run(foreign, "INSERT INTO t VALUES ('foreign')");

            run(connection, "INSERT INTO t VALUES ('own')");

            assertThat(cursor.rest()).containsExactly("2", "3", "4", "5");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(7L);
        }
    }

    @Test
    void writeBesideAnOldSnapshotWithTooManyRowsLosesNone() throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file, options -> options.maxBufferedRows(1));
                Connection foreign = foreign(file)) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");
            run(foreign, "INSERT INTO t VALUES ('foreign')");

            assertThat(failure(connection, "INSERT INTO t VALUES ('own')"))
                    .hasMessageContaining("option maxBufferedRows");

            assertThat(cursor.rest()).containsExactly("2", "3", "4", "5");
            run(connection, "INSERT INTO t VALUES ('own')");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(7L);
        }
    }

    // ---- RETURNING

    /** P-10: the statement has run to its end before its first row is handed over. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO u VALUES (1), (2), (3) RETURNING a",
                "UPDATE t SET a = a + 10 RETURNING a",
                "DELETE FROM t RETURNING a"
            })
    void halfReadReturningHindersNobody(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, sql);
            cursor.next();

            run(connection, "INSERT INTO u VALUES (9)", "CREATE TABLE v (a)", "DROP TABLE t", "DROP TABLE u");

            assertThat(cursor.rest()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void unreadReturningHasRunWhole() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);

            await(Mono.from(connection
                    .createStatement("DELETE FROM t WHERE a < 4 RETURNING a")
                    .execute()));

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(4L, 5L);
        }
    }

    // ---- the same text twice

    @Test
    void oneTextOpenTwiceGivesEachItsOwnRows() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            String sql = "SELECT a FROM t";
            Cursor first = new Cursor(connection, sql);
            assertThat(first.next()).isEqualTo("1");
            Cursor second = new Cursor(connection, sql);
            assertThat(second.next()).isEqualTo("1");
            assertThat(first.next()).isEqualTo("2");
            assertThat(second.next()).isEqualTo("2");
            Cursor third = new Cursor(connection, sql);
            assertThat(third.rest()).containsExactly("1", "2", "3", "4", "5");
            second.cancel();
            assertThat(first.rest()).containsExactly("3", "4", "5");
            assertThat(column(connection, sql)).hasSize(5);
        }
    }

    @Test
    void queryForEachRowOfTheSameQuery() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            Flux<Long> rows = Flux.defer(() -> connection
                    .createStatement("SELECT a FROM t")
                    .execute()
                    .concatMap(result -> result.map(row -> row.get(0, Long.class))));

            assertThat(rows.concatMap(outer -> rows.map(inner -> outer * 10 + inner))
                            .collectList()
                            .block(OpenDatabase.PATIENCE))
                    .hasSize(25)
                    .startsWith(11L, 12L)
                    .endsWith(54L, 55L);
            assertThat(rows.flatMap(outer -> rows.map(inner -> outer * 10 + inner), 5)
                            .count()
                            .block(OpenDatabase.PATIENCE))
                    .isEqualTo(25);
        }
    }

    // ---- writes and ends of transactions beside cursors

    @Test
    void cursorToleratesWritesCommitAndRollbackOfItsConnection() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");
            run(connection, "INSERT INTO u VALUES (1)");
            assertThat(cursor.next()).isEqualTo("2");
            run(connection, "BEGIN", "INSERT INTO u VALUES (2)", "COMMIT");
            assertThat(cursor.next()).isEqualTo("3");
            run(connection, "BEGIN", "INSERT INTO u VALUES (3)", "ROLLBACK");
            assertThat(cursor.rest()).containsExactly("4", "5");
            assertThat(column(connection, "SELECT a FROM u")).containsExactly(1L, 2L);
        }
    }

    /** A rollback that undoes a change of the schema ends the cursors in the engine. */
    @Test
    void cursorAfterRollbackOfDdlFailsWith40001OrHasItsRows() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            run(connection, "BEGIN", "CREATE TABLE v (a)");
            Cursor cursor = new Cursor(connection, "SELECT a FROM t");
            assertThat(cursor.next()).isEqualTo("1");

            run(connection, "ROLLBACK");

            ErrorRow.LOST_TRANSACTION.verify(cursor.error(), 516, "SELECT a FROM t", "abort");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(5L);
            assertThat(connection.isAutoCommit()).isTrue();
        }
    }

    /** A statement that is not reset keeps the write-ahead log from being cut back. */
    @ParameterizedTest
    @ValueSource(strings = {"completed", "cancelled", "failed", "failed in its mapping function", "never consumed"})
    void queryHoldsNoLockOnceItIsOver(String how) throws SQLException {
        Path file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(file);
                Connection foreign = foreign(file)) {
            TursoConnection connection = open(database);
            for (int i = 0; i < 20; i++) {
                endQuery(connection, how);
                run(connection, "INSERT INTO u VALUES (" + i + ")");
                endQuery(connection, how);
                // Cancelling is not waited for by anybody but the next statement.
                assertThat(value(connection, "SELECT count(*) FROM u")).isEqualTo(i + 1L);

                try (var statement = foreign.createStatement();
                        var busy = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                    assertThat(busy.getInt(1)).isZero();
                }
            }
        }
    }

    private static void endQuery(TursoConnection connection, String how) {
        String sql = how.equals("failed")
                ? "SELECT CASE a WHEN 3 THEN abs(-9223372036854775808) ELSE a END FROM t"
                : "SELECT a FROM t";
        Flux<TursoResult> execution = connection.createStatement(sql).execute();
        switch (how) {
            case "completed" ->
                await(execution
                        .concatMap(result -> result.map(row -> row.get(0)))
                        .then());
            case "cancelled" ->
                await(execution
                        .concatMap(result -> result.map(row -> row.get(0)))
                        .next());
            case "never consumed" -> await(execution.then());
            default ->
                failure(execution
                        .concatMap(result -> result.map(row -> {
                            if (how.equals("failed in its mapping function")) {
                                throw new IllegalStateException("expected by the test");
                            }
                            return row.get(0);
                        }))
                        .then());
        }
    }

    /** A row that has not been asked for, but for the next one, is not computed. */
    @Test
    void rowsAreComputedAsTheyAreAskedFor() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            run(connection, "UPDATE t SET a = -9223372036854775808 WHERE a = 4");
            Cursor cursor = new Cursor(connection, "SELECT abs(a) FROM t");
            assertThat(cursor.next()).isEqualTo("1");
            assertThat(cursor.next()).isEqualTo("2");
            // Corrects the row in time.
            run(connection, "UPDATE t SET a = 40 WHERE a < 0");
            assertThat(cursor.rest()).containsExactly("3", "40", "5");
        }
    }
}
