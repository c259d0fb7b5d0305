package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTransactionDefinition;

/** Locks that are not free in time, and snapshots that have grown old. */
class LockErrorTest {

    private static final int BUSY = 5;

    private static final int BUSY_SNAPSHOT = 517;

    private static final String INSERT = "INSERT INTO t VALUES (2)";

    private static final Duration SHORT_WAIT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createTable() throws SQLException {
        this.file = this.directory.resolve("a.db");
        try (Connection foreign = foreign(this.file)) {
            run(foreign, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        }
    }

    private OpenDatabase database() {
        return OpenDatabase.file(this.file, options -> options.lockWaitTimeout(SHORT_WAIT));
    }

    @Test
    void writeLockOfAnotherProcessIs55P03AfterLockWaitTimeout() throws SQLException {
        try (OpenDatabase database = database();
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            run(foreign, "BEGIN IMMEDIATE");
            long start = System.nanoTime();

            Throwable error = failure(connection, INSERT);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT_WAIT);
            ErrorRow.LOCK_TIMEOUT.verify(error, BUSY, INSERT, "database is locked", "lockWaitTimeout");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            run(foreign, "COMMIT");
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    @Test
    void writeLockOfAnotherConnectionIs55P03NamingItsStatement() {
        try (OpenDatabase database = database()) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES ('held')");

            Throwable error = failure(connection, INSERT);

            ErrorRow.LOCK_TIMEOUT.verify(
                    error, BUSY, INSERT, "lockWaitTimeout", "a connection of this process", "INSERT INTO t VALUES");
            await(holder.rollbackTransaction());
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    /** Reactor would log it as dropped, in every application that gives up sooner than the driver. */
    @Test
    void lockThatNobodyWaitsForAnyMoreIsNobodysError() {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try (OpenDatabase database =
                OpenDatabase.file(this.file, options -> options.lockWaitTimeout(Duration.ofMillis(500)))) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES ('held')");

            Disposable waiting =
                    connection.createStatement(INSERT).execute().subscribe(none -> {}, inTimeAfterAll -> {});
            until(() -> database.factory().metrics().lockWaiters() == 1 || waiting.isDisposed());
            waiting.dispose();

            // This one waits for as long as that one would have waited, and longer.
            ErrorRow.LOCK_TIMEOUT.verify(failure(connection, INSERT), BUSY, INSERT, "lockWaitTimeout");
            assertThat(dropped).isEmpty();
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    @Test
    void lockWaitTimeoutOfZeroFailsAtOnce() throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.lockWaitTimeout(Duration.ZERO));
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            run(foreign, "BEGIN IMMEDIATE");

            ErrorRow.LOCK_TIMEOUT.verify(failure(connection, INSERT), BUSY, INSERT, "database is locked");
        }
    }

    @Test
    void lockTimeoutOfBeginLeavesTransactionToBeginAgain() throws SQLException {
        try (OpenDatabase database = database();
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            run(foreign, "BEGIN IMMEDIATE");
            await(connection.beginTransaction());

            ErrorRow.LOCK_TIMEOUT.verify(failure(connection, INSERT), BUSY, "BEGIN IMMEDIATE", "database is locked");

            run(foreign, "COMMIT");
            run(connection, INSERT);
            await(connection.rollbackTransaction());
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    @Test
    void exclusiveLockOfRollbackJournalStopsReadersToo() throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(
                        this.file,
                        options -> options.lockWaitTimeout(SHORT_WAIT).journalMode(JournalMode.DELETE));
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            run(foreign, "BEGIN EXCLUSIVE");
            String select = "SELECT a FROM t";

            ErrorRow.LOCK_TIMEOUT.verify(failure(connection, select), BUSY, select, "database is locked");

            run(foreign, "COMMIT");
            assertThat(column(connection, select)).containsExactly(1L);
        }
    }

    /** P-6: no waiting cures it, and the transaction is still there to be rolled back. */
    @Test
    void writeOfAnOldSnapshotIs40001AtOnce() throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(this.file);
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
            run(foreign, "INSERT INTO t VALUES ('foreign')");

            Throwable error = failure(connection, INSERT);

            ErrorRow.LOST_TRANSACTION.verify(error, BUSY_SNAPSHOT, INSERT, "database is locked");
            assertThat(connection.isAutoCommit()).isFalse();
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
            await(connection.rollbackTransaction());
            run(connection, INSERT);
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(3L);
        }
    }

    @Test
    void cancelledWhileWaitingLeavesNoLock() throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(this.file);
                Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            run(foreign, "BEGIN IMMEDIATE");

            // P-5: a wait inside SQLite's busy handler would not see the cancellation.
            Throwable error = failure(OpenDatabase.drained(connection, INSERT).timeout(SHORT_WAIT));

            assertThat(error).isInstanceOf(java.util.concurrent.TimeoutException.class);
            run(foreign, "COMMIT", "INSERT INTO t VALUES ('free')");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, "free");
        }
    }
}
