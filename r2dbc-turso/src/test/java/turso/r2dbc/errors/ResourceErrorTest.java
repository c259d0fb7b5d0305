package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TursoConnection;

/** What the engine cannot do for want of something: space, sizes, files, threads. */
class ResourceErrorTest {

    private static final int TOO_BIG = 18;

    private static final int FULL = 13;

    private static final int CANNOT_OPEN = 14;

    private static final int IO_ERROR = 10;

    @TempDir
    Path directory;

    private Path file() {
        return this.directory.resolve("a.db");
    }

    @Test
    void fullDatabaseIs53100AndUndoesTheStatement() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.pragma("max_page_count", "20"))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
            String insert = "INSERT INTO t VALUES (2), (randomblob(200000))";

            ErrorRow.DISK_FULL.verify(failure(connection, insert), FULL, insert, "database or disk is full");

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            run(connection, "INSERT INTO t VALUES (3)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 3L);
        }
    }

    /** A full database may end the transaction, or not; what the application sees must fit what the engine did. */
    @Test
    void fullDatabaseWithinTransactionNeverCommitsHalf() {
        try (OpenDatabase database = OpenDatabase.file(
                file(), options -> options.pragma("max_page_count", "20").pragma("cache_size", "1"))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('within')");
            String insert = "INSERT INTO t VALUES (randomblob(200000))";

            ErrorRow.DISK_FULL.verify(failure(connection, insert), FULL, insert, "database or disk is full");

            await(connection.rollbackTransaction());
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            run(connection, "INSERT INTO t VALUES (2)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    /** Writing to this device always fails as a full disk would. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "Only Linux has /dev/full")
    void fullDiskIs53100() {
        try (OpenDatabase database = OpenDatabase.file(file())) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "ATTACH '/dev/full' AS device", "PRAGMA device.journal_mode = OFF");
            String create = "CREATE TABLE device.u (a)";

            ErrorRow.DISK_FULL.verify(failure(connection, create), FULL, create, "database or disk is full");

            run(connection, "INSERT INTO t VALUES (1)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    /** Reading this file at its beginning, where the address space has nothing, is an error of the device. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "Only Linux has /proc/self/mem")
    void readErrorIs58030WhenOpening() {
        Path memory = Path.of("/proc/self/mem");
        try (OpenDatabase database = OpenDatabase.file(memory, options -> options.readOnly(true))) {
            Throwable error = database.openFailure();

            ErrorRow.INPUT_OUTPUT.verify(error, IO_ERROR | 33 << 8, null, memory.toString(), "disk I/O error");
        }
    }

    @Test
    void attachingAFileOfAMissingDirectoryIs08001() {
        try (OpenDatabase database = OpenDatabase.file(file())) {
            TursoConnection connection = database.open();
            String attach = "ATTACH '" + this.directory.resolve("missing/b.db") + "' AS other";

            Throwable error = failure(connection, attach);

            ErrorRow.CANNOT_OPEN.verify(error, CANNOT_OPEN, attach, "unable to open database: " + this.directory);
            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    @Test
    void attachingADirectoryIs08001() {
        try (OpenDatabase database = OpenDatabase.file(file())) {
            TursoConnection connection = database.open();
            String attach = "ATTACH '" + this.directory + "' AS other";

            Throwable error = failure(connection, attach);

            ErrorRow.CANNOT_OPEN.verify(error, CANNOT_OPEN, attach, "unable to open database: " + this.directory);
        }
    }

    @Test
    void vacuumIntoAnExistingFileIs42P07() {
        try (OpenDatabase database = OpenDatabase.file(file())) {
            TursoConnection connection = database.open();
            Path copy = this.directory.resolve("copy.db");
            String vacuum = "VACUUM INTO '" + copy + "'";
            run(connection, "CREATE TABLE t (a)", vacuum);
            assertThat(Files.exists(copy)).isTrue();

            ErrorRow.ALREADY_EXISTS.verify(failure(connection, vacuum), 1, vacuum, "output file already exists");
        }
    }

    @Test
    void boundValueThatMakesARowTooBigIs54000() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            String select = "SELECT length(zeroblob(?))";

            Throwable error = failure(connection
                    .createStatement(select)
                    .bind(0, 1_000_000_001L)
                    .execute()
                    .concatMap(result -> result.map(row -> row.get(0)))
                    .then());

            ErrorRow.TOO_BIG.verify(error, TOO_BIG, select, "string or blob too big");
            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    @Test
    void unreadableJournalIs58030() throws IOException {
        try (OpenDatabase database = OpenDatabase.file(file(), options -> options.journalMode(JournalMode.DELETE))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");
            Path journal = Files.createDirectory(this.directory.resolve("a.db-journal"));
            String insert = "INSERT INTO t VALUES (1)";

            ErrorRow.INPUT_OUTPUT.verify(failure(connection, insert), IO_ERROR | 1 << 8, insert, "disk I/O error");

            Files.delete(journal);
            run(connection, insert);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    @Test
    void tooManyRowsToHoldBackIs53000AndUndoesTheBatch() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.maxBufferedRows(2))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)");
            String select = "SELECT a FROM t";

            Throwable error = failure(connection
                    .createBatch()
                    .add("INSERT INTO t VALUES (4)")
                    .add(select)
                    .add("INSERT INTO t VALUES (5)")
                    .execute()
                    .then());

            ErrorRow.TOO_MANY_ROWS.verify(error, 0, select, "more than 2 rows", "option maxBufferedRows");
            assertThat(column(connection, select)).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void tooManyHalfReadQueriesAre53400AndReadingOneMakesRoom() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.maxOpenCursors(2))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)");
            String select = "SELECT a FROM t";
            HalfReader first = HalfReader.of(connection, select);
            HalfReader second = HalfReader.of(connection, select);
            OpenDatabase.until(() -> database.factory().metrics().openCursors() == 2);

            ErrorRow.TOO_MANY_TASKS.verify(
                    failure(connection, select), 0, select, "limit of 2", "option maxOpenCursors");
            // What is no query needs no cursor.
            run(connection, "INSERT INTO t VALUES (4)");
            first.cancel();
            assertThat(column(connection, select)).containsExactly(1L, 2L, 3L, 4L);
            second.cancel();
        }
    }

    @Test
    void fullQueueIs53400NamingTheOptionAndEmptiesAgain() {
        int limit = 5;
        try (OpenDatabase database =
                OpenDatabase.memory(options -> options.maxThreads(1).maxQueuedTasks(limit))) {
            TursoConnection connection = database.open();
            TursoConnection other = database.open();
            Disposable busy = occupyThread(other);

            List<CompletableFuture<Void>> queued = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                queued.add(OpenDatabase.drained(connection, "SELECT 2").toFuture());
            }
            Throwable error = failure(connection, "SELECT 3");

            ErrorRow.TOO_MANY_TASKS.verify(error, 0, "SELECT 3", "limit of 5", "option maxQueuedTasks");
            // What must happen is not refused.
            CompletableFuture<Void> commit = connection.commitTransaction().toFuture();
            assertThat(queued).noneMatch(CompletableFuture::isDone);
            busy.dispose();
            queued.forEach(future -> await(Mono.fromFuture(future)));
            await(Mono.fromFuture(commit));
            for (int i = 0; i < 3 * limit; i++) {
                assertThat(value(connection, "SELECT 4")).isEqualTo(4L);
            }
        }
    }

    /** Has a query look for a second row that does not exist. {@return what stops it} */
    private static Disposable occupyThread(TursoConnection connection) {
        CompletableFuture<Long> firstRow = new CompletableFuture<>();
        Disposable running = connection
                .createStatement("WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
                        + " SELECT x FROM c WHERE x = 1 OR x < 0")
                .execute()
                .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                .subscribe(firstRow::complete);
        await(Mono.fromFuture(firstRow));
        return running;
    }
}
