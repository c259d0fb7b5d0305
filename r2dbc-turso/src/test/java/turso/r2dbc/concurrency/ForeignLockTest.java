package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;

import io.r2dbc.spi.R2dbcTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Another process has the lock. Here one thread serves everybody, so that a wait in it would stop all. */
class ForeignLockTest {

    private static final String SELECT = "SELECT a FROM t ORDER BY a";

    private static final String INSERT = "INSERT INTO t VALUES (2)";

    private static final int READS = 50;

    @TempDir
    Path directory;

    private Path file;

    private Connection foreign;

    @BeforeEach
    void createTable() throws SQLException {
        this.file = this.directory.resolve("a.db");
        this.foreign = foreign(this.file);
        run(this.foreign, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
    }

    @AfterEach
    void closeForeign() throws SQLException {
        this.foreign.close();
    }

    private OpenDatabase database(JournalMode mode) {
        return OpenDatabase.file(
                this.file, options -> options.maxThreads(1).journalMode(mode).lockWaitTimeout(OpenDatabase.PATIENCE));
    }

    @Test
    void othersAreServedWhileWritersWait() throws SQLException {
        try (OpenDatabase database = database(JournalMode.WAL)) {
            TursoConnection first = database.open();
            TursoConnection second = database.open();
            TursoConnection reader = database.open();
            run(this.foreign, "BEGIN IMMEDIATE");

            CompletableFuture<Void> retried = drained(first, INSERT).toFuture();
            CompletableFuture<Void> queued = drained(second, INSERT).toFuture();
            for (int i = 0; i < READS; i++) {
                assertThat(column(reader, SELECT)).containsExactly(1L);
            }
            assertThat(retried).isNotDone();
            assertThat(queued).isNotDone();
            run(this.foreign, "COMMIT");

            await(Mono.fromFuture(retried));
            await(Mono.fromFuture(queued));
            assertThat(column(reader, SELECT)).containsExactly(1L, 2L, 2L);
        }
    }

    @Test
    void waitCanBeCancelledAndTheConnectionGoesOn() throws SQLException {
        try (OpenDatabase database = database(JournalMode.WAL)) {
            TursoConnection connection = database.open();
            TursoConnection other = database.open();
            TursoConnection reader = database.open();
            run(this.foreign, "BEGIN IMMEDIATE");

            CompletableFuture<Void> cancelled = drained(connection, INSERT).toFuture();
            CompletableFuture<Void> queued =
                    drained(other, "INSERT INTO t VALUES (3)").toFuture();
            // It has met the lock when this has gone through the one thread.
            assertThat(column(reader, SELECT)).containsExactly(1L);
            cancelled.cancel(true);
            assertThat(column(connection, SELECT)).containsExactly(1L);
            assertThat(queued).isNotDone();
            run(this.foreign, "COMMIT");

            await(Mono.fromFuture(queued));
            assertThat(column(connection, SELECT)).containsExactly(1L, 3L);
        }
    }

    @Test
    void cancelledWaitOfATransactionsFirstWriteLeavesItToBeRolledBack() throws SQLException {
        try (OpenDatabase database = database(JournalMode.WAL)) {
            TursoConnection connection = database.open();
            run(this.foreign, "BEGIN IMMEDIATE");
            await(connection.beginTransaction());

            CompletableFuture<Void> cancelled = drained(connection, INSERT).toFuture();
            cancelled.cancel(true);
            await(connection.rollbackTransaction());

            assertThat(column(connection, SELECT)).containsExactly(1L);
            run(this.foreign, "COMMIT");
            run(connection, INSERT);
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L);
        }
    }

    /** With a rollback journal a commit needs all readers gone. */
    @Test
    void commitWaitsForAForeignReaderEvenIfItsSubscriberHasGone() throws SQLException {
        run(this.foreign, "PRAGMA journal_mode = DELETE");
        try (OpenDatabase database = database(JournalMode.DELETE)) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction());
            run(connection, INSERT);
            run(this.foreign, "BEGIN", "SELECT * FROM t");

            connection.commitTransaction().subscribe().dispose();
            CompletableFuture<Void> behind =
                    drained(connection, "INSERT INTO t VALUES (3)").toFuture();
            assertThat(behind).isNotDone();
            run(this.foreign, "COMMIT");

            await(Mono.fromFuture(behind));
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L, 3L);
            assertThat(connection.isAutoCommit()).isTrue();
        }
    }

    @Test
    void commitThatWaitsInVainLeavesTheTransactionOpen() throws SQLException {
        run(this.foreign, "PRAGMA journal_mode = DELETE");
        try (OpenDatabase database = database(JournalMode.DELETE)) {
            TursoConnection connection = database.open();
            await(connection.setLockWaitTimeout(Duration.ofMillis(30)));
            await(connection.beginTransaction());
            run(connection, INSERT);
            run(this.foreign, "BEGIN", "SELECT * FROM t");

            assertThat(failure(connection.commitTransaction())).isInstanceOf(R2dbcTimeoutException.class);

            assertThat(connection.isAutoCommit()).isFalse();
            run(this.foreign, "COMMIT");
            await(connection.commitTransaction());
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L);
        }
    }
}
