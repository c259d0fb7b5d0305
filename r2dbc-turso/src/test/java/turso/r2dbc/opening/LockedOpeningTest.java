package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** Opening a file that another process has locked. */
class LockedOpeningTest {

    private static final int BUSY = 5;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createTable() throws SQLException {
        this.file = this.directory.resolve("a.db");
        try (Connection foreign = foreign(this.file)) {
            run(foreign, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"})
    void opensWhenTheLockIsReleased(String lock) throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(this.file);
                Connection foreign = foreign(this.file)) {
            run(foreign, lock);
            CompletableFuture<TursoConnection> opening =
                    database.factory().create().toFuture();
            await(Mono.delay(Duration.ofMillis(100)));
            assertThat(opening).isNotDone();

            // With a rollback journal a commit needs the file for itself, which the driver looks at now and then.
            run(foreign, "PRAGMA busy_timeout = 5000", "COMMIT");

            TursoConnection connection = get(Mono.fromFuture(opening));
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            assertThat(column(connection, "PRAGMA journal_mode")).containsExactly("wal");
            await(connection.close());
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }

    /** With one thread, whatever waits in it would keep the second database from being opened. */
    @Test
    void waitsWithoutHoldingAThread() throws SQLException {
        Scheduler single = Schedulers.newSingle("only");
        try (OpenDatabase locked = OpenDatabase.file(this.file, options -> options.scheduler(single));
                OpenDatabase free =
                        OpenDatabase.file(this.directory.resolve("b.db"), options -> options.scheduler(single));
                Connection foreign = foreign(this.file)) {
            run(foreign, "BEGIN EXCLUSIVE");
            CompletableFuture<TursoConnection> opening =
                    locked.factory().create().toFuture();

            for (int i = 0; i < 20; i++) {
                await(free.open().close());
            }

            assertThat(opening).isNotDone();
            run(foreign, "COMMIT");
            await(get(Mono.fromFuture(opening)).close());
        } finally {
            single.dispose();
        }
    }

    @Test
    void failsWith55P03AfterLockWaitTimeout() throws SQLException {
        Duration limit = Duration.ofMillis(60);
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.lockWaitTimeout(limit));
                Connection foreign = foreign(this.file)) {
            run(foreign, "BEGIN EXCLUSIVE");
            long start = System.nanoTime();

            Throwable error = database.openFailure();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(limit);
            ErrorRow.LOCK_TIMEOUT.verify(
                    error,
                    BUSY,
                    null,
                    "Cannot open the database file " + this.file,
                    "option lockWaitTimeout",
                    "database is locked");
            run(foreign, "COMMIT");
            assertThat(column(database.open(), "SELECT a FROM t")).containsExactly(1L);
        }
        // Not before: a process must not close a file that one of its connections has locked.
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @Test
    void lockWaitTimeoutBeyondMeasureIsNoError() {
        try (OpenDatabase database =
                OpenDatabase.file(this.file, options -> options.lockWaitTimeout(Duration.ofDays(100_000)))) {
            TursoConnection connection = database.open();
            run(connection, "INSERT INTO t VALUES (2)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    @Test
    void initSqlThatNeedsALockWaitsForIt() throws SQLException {
        try (OpenDatabase prepared = OpenDatabase.file(this.file);
                OpenDatabase database =
                        OpenDatabase.file(this.file, options -> options.initSql("INSERT INTO t VALUES ('init')"));
                Connection foreign = foreign(this.file)) {
            TursoConnection observer = prepared.open();
            run(foreign, "BEGIN IMMEDIATE", "INSERT INTO t VALUES ('foreign')");
            CompletableFuture<TursoConnection> opening =
                    database.factory().create().toFuture();
            await(Mono.delay(Duration.ofMillis(50)));
            assertThat(opening).isNotDone();

            run(foreign, "COMMIT");

            await(get(Mono.fromFuture(opening)).close());
            assertThat(column(observer, "SELECT a FROM t")).containsExactly(1L, "foreign", "init");
        }
    }

    @Test
    void cancelledWhileWaitingLeavesNothing() throws SQLException {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            try (Connection foreign = foreign(this.file)) {
                run(foreign, "BEGIN EXCLUSIVE");
                Disposable opening = database.factory().create().subscribe();
                await(Mono.delay(Duration.ofMillis(20)));

                opening.dispose();
            }
            Leftovers.awaitNoOpenFiles(this.directory);
        }
    }

    @Test
    void manyOpenAtOnceAlthoughEachNeedsTheLockForALittle() {
        Path fresh = this.directory.resolve("fresh.db");
        try (OpenDatabase database = OpenDatabase.file(
                fresh,
                options -> options.initSql("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)")
                        .lockWaitTimeout(OpenDatabase.PATIENCE))) {
            long opened = reactor.core.publisher.Flux.range(0, 40)
                    .flatMap(i -> database.factory().create().delayUntil(TursoConnection::close), 40)
                    .count()
                    .block(OpenDatabase.PATIENCE);

            assertThat(opened).isEqualTo(40);
            assertThat(column(database.open(), "SELECT count(*) FROM t")).containsExactly(41L);
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }
}
