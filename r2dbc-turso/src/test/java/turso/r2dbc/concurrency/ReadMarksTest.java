package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** The locks that are held while transactions follow one another are in nobody's way, and change nothing they read. */
class ReadMarksTest {

    /** More than it takes for the lock to be held, if they come quickly. */
    private static final int MANY = 1_000;

    private static final String TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        this.file = this.directory.resolve("a.db");
    }

    private OpenDatabase database(UnaryOperator<Builder> options) {
        // Without waiting for the disk commits follow one another quickly.
        OpenDatabase database = OpenDatabase.file(this.file, more -> options.apply(more.synchronous(Synchronous.OFF)));
        run(database.open(), "CREATE TABLE IF NOT EXISTS t (a)", "INSERT INTO t VALUES (1)");
        return database;
    }

    private OpenDatabase database() {
        return database(UnaryOperator.identity());
    }

    private static Mono<Void> queries(TursoConnection connection, int number) {
        return Flux.range(0, number)
                .concatMap(i -> OpenDatabase.drained(connection, "SELECT a FROM t LIMIT 1"))
                .then();
    }

    private static Mono<Void> commits(TursoConnection connection, int number) {
        return Flux.range(0, number)
                .concatMap(i -> OpenDatabase.drained(connection, "UPDATE t SET a = a + 1 WHERE rowid = 1"))
                .then();
    }

    /** One for each connection that has read something. (Of the database itself SQLite keeps handles for later.) */
    private long handles() {
        assumeTrue(Leftovers.canBeCounted(), "This system does not tell which files a process has open");
        return Leftovers.openFiles(this.directory).stream()
                .filter(name -> name.endsWith("a.db-wal"))
                .count();
    }

    /** Queries until there is a connection that nobody has opened. @return how many handles there were before */
    private long queryUntilHeld(TursoConnection connection) {
        await(queries(connection, 1));
        long handles = handles();
        until(() -> {
            await(queries(connection, MANY));
            return handles() > handles;
        });
        await(queries(connection, MANY));
        return handles;
    }

    private static int busy(java.sql.Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(TRUNCATE)) {
            return result.getInt(1);
        }
    }

    /** The lock is real: it is in the way of one who does not wait, and only while it is held. */
    @Test
    void isHeldForAMomentAfterTheLastQuery() throws SQLException {
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            AtomicBoolean wasHeld = new AtomicBoolean();
            until(() -> {
                // With all of the log copied, a lock would not be in the way.
                run(connection, "INSERT INTO t VALUES (2)");
                await(queries(connection, MANY));
                wasHeld.set(isBusy(foreign));
                return wasHeld.get();
            });

            until(() -> !isBusy(foreign));

            assertThat(this.directory.resolve("a.db-wal")).isEmptyFile();
        }
    }

    private static boolean isBusy(java.sql.Connection foreign) {
        try {
            return busy(foreign) != 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void checkpointOfAConnectionIsNotRefused() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            queryUntilHeld(connection);
            for (int i = 0; i < 20; i++) {
                run(connection, "INSERT INTO t VALUES (2)");
                await(queries(connection, MANY));
                assertThat(value(connection, TRUNCATE)).isEqualTo(0L);
            }
        }
    }

    @Test
    void checkpointRightAfterManyCommitsIsNotRefused() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            for (int i = 0; i < 20; i++) {
                await(commits(connection, MANY));
                assertThat(value(connection, TRUNCATE)).isEqualTo(0L);
            }
        }
    }

    /** This needs the file for itself alone. */
    @Test
    void journalModeCanBeChangedAtOnce() {
        try (OpenDatabase database = database()) {
            await(database.open().close());
        }
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.lockWaitTimeout(Duration.ZERO))) {
            TursoConnection only = database.open();
            queryUntilHeld(only);
            assertThat(value(only, "PRAGMA journal_mode = DELETE")).isEqualTo("delete");
        }
    }

    /** Others wait for a while, and get their turn although queries never pause. */
    @Test
    void checkpointOfAnotherProcessSucceedsWhileQueriesGoOn() throws SQLException {
        checkpointOfAnotherProcessSucceeds(connection -> queries(connection, MANY));
    }

    @Test
    void checkpointOfAnotherProcessSucceedsWhileCommitsGoOn() throws SQLException {
        checkpointOfAnotherProcessSucceeds(connection -> commits(connection, MANY));
    }

    private void checkpointOfAnotherProcessSucceeds(Function<TursoConnection, Mono<Void>> load) throws SQLException {
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            run(foreign, "PRAGMA busy_timeout = 10000");
            TursoConnection connection = database.open();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> loaded =
                    load.apply(connection).repeat(() -> !done.get()).then().toFuture();
            try {
                for (int i = 0; i < 10; i++) {
                    run(foreign, "INSERT INTO t VALUES (2)");
                    assertThat(busy(foreign)).isZero();
                }
            } finally {
                done.set(true);
                await(Mono.fromFuture(loaded));
            }
        }
    }

    /**
     * SQLite tries to get one and the same lock again and again, although nobody needs what it is held for any more. Once it
     * has waited for a while it does so ten times in a second.
     */
    @Test
    void checkpointThatWaitsAlreadyIsNotKeptWaitingWhenQueriesBegin() throws SQLException {
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            run(foreign, "PRAGMA busy_timeout = 10000");
            TursoConnection connection = database.open();
            run(connection, "BEGIN", "SELECT a FROM t");
            run(foreign, "INSERT INTO t VALUES (2)");
            waitingCheckpointSucceeds(connection, foreign);
        }
    }

    /** The same where the lock was held before, and only this process has written, so that nothing tells of the other one. */
    @Test
    void checkpointThatWaitsAlreadyIsNotKeptWaitingWhenQueriesGoOnAfterAPause() throws SQLException {
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            // It has to read the schema once, and would move the lock by that.
            run(foreign, "PRAGMA busy_timeout = 10000", "SELECT a FROM t");
            TursoConnection connection = database.open();
            TursoConnection writer = database.open();
            queryUntilHeld(connection);
            run(connection, "BEGIN", "SELECT a FROM t");
            // Nobody else is to hold the lock, so that it is moved later.
            await(Mono.delay(Duration.ofMillis(100)));
            run(writer, "INSERT INTO t VALUES (2)");
            waitingCheckpointSucceeds(connection, foreign);
        }
    }

    /** @param reader has a transaction open that has read, and does not see the last commit */
    private static void waitingCheckpointSucceeds(TursoConnection reader, java.sql.Connection foreign) {
        CompletableFuture<Boolean> busy = CompletableFuture.supplyAsync(() -> isBusy(foreign));
        await(Mono.delay(Duration.ofMillis(400)));
        assertThat(busy).isNotDone();

        run(reader, "COMMIT");
        await(queries(reader, MANY / 4)
                .then(Mono.delay(Duration.ofMillis(5)))
                .repeat(() -> !busy.isDone())
                .then());

        assertThat(busy).isCompletedWithValue(false);
    }

    @Test
    void queriesReadWhatAnotherProcessHasJustCommitted() throws SQLException {
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            TursoConnection connection = database.open();
            queryUntilHeld(connection);
            for (long i = 2; i < 200; i++) {
                run(foreign, "INSERT INTO t VALUES (" + i + ")");
                assertThat(value(connection, "SELECT max(a) FROM t")).isEqualTo(i);
                await(queries(connection, 100));
            }
        }
    }

    @Test
    void connectionIsClosedWhenNobodyReads() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            long handles = queryUntilHeld(connection);

            until(() -> handles() == handles);
        }
    }

    @Test
    void closingRightAfterManyQueriesLeavesNothing() {
        for (int i = 0; i < 50; i++) {
            try (OpenDatabase database = database()) {
                await(queries(database.open(), 100 + 20 * i));
            }
            assertThat(this.directory).isDirectoryContaining("glob:**/a.db");
            assertThat(Files.exists(this.directory.resolve("a.db-wal"))).isFalse();
            Leftovers.assertNoOpenFiles(this.directory);
        }
    }

    /** The opening of a connection is in the way no more than the connection. */
    @Test
    void checkpointBesideAnOpeningIsNotRefused() {
        for (int i = 0; i < 300; i++) {
            try (OpenDatabase database = database()) {
                TursoConnection connection = database.open();
                run(connection, "INSERT INTO t VALUES (2)");
                await(queries(connection, 120 + i % 40));
                assertThat(value(connection, TRUNCATE)).isEqualTo(0L);
            }
        }
    }

    @Test
    void checkpointOfAnAttachedDatabaseIsNotRefused() {
        try (OpenDatabase database = database();
                OpenDatabase other = OpenDatabase.file(this.directory.resolve("b.db"))) {
            TursoConnection reader = database.open();
            TursoConnection connection = other.open();
            run(connection, "ATTACH '" + this.file + "' AS a");
            queryUntilHeld(reader);
            for (int i = 0; i < 20; i++) {
                run(reader, "INSERT INTO t VALUES (2)");
                await(queries(reader, MANY));
                assertThat(value(connection, "PRAGMA a.wal_checkpoint(TRUNCATE)"))
                        .isEqualTo(0L);
            }
        }
    }

    /** SQLite makes checkpoints when another process commits, which do not wait for anybody. */
    @Test
    void logStartsAnewAlthoughOnlyAnotherProcessWrites() throws SQLException, IOException {
        int commits = 3_000;
        int bytes = 20_000;
        try (OpenDatabase database = database();
                java.sql.Connection foreign = foreign(this.file)) {
            run(foreign, "PRAGMA wal_autocheckpoint = 20", "PRAGMA synchronous = OFF", "PRAGMA busy_timeout = 10000");
            run(foreign, "CREATE TABLE u (b)", "INSERT INTO u VALUES (zeroblob(" + bytes + "))");
            TursoConnection connection = database.open();
            queryUntilHeld(connection);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reading =
                    queries(connection, MANY).repeat(() -> !done.get()).then().toFuture();
            try {
                for (int i = 0; i < commits; i++) {
                    run(foreign, "UPDATE u SET b = randomblob(" + bytes + ")");
                }
            } finally {
                done.set(true);
                await(Mono.fromFuture(reading));
            }
            assertThat(Files.size(this.directory.resolve("a.db-wal"))).isLessThan((long) commits * bytes / 2);
        }
    }

    /** Where readers and the writer exclude each other, nothing reads that nobody has asked for. */
    @Test
    void commitsAreNotRefusedOnceThereIsNoLog() {
        try (OpenDatabase database = database()) {
            await(database.open().close());
        }
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.synchronous(Synchronous.OFF))) {
            TursoConnection only = database.open();
            queryUntilHeld(only);
            assertThat(value(only, "PRAGMA journal_mode = DELETE")).isEqualTo("delete");
            // Longer than the pause after a lock was in the way. With RETURNING, a commit cannot be tried again.
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofMillis(2_500).toNanos()) {
                run(only, "UPDATE t SET a = a + 1 WHERE rowid = 1 RETURNING a");
            }
        }
    }

    @Test
    void readOnlyFactoryHasNoConnectionThatCouldWrite() {
        OpenDatabase writable = database();
        try (OpenDatabase only = OpenDatabase.file(this.file, options -> options.readOnly(true))) {
            TursoConnection reader = only.open();
            await(queries(reader, 1));
            writable.close();
            long handles = handles();
            await(queries(reader, 50 * MANY));
            assertThat(handles()).isEqualTo(handles);
        }
    }

    /** Whoever sets this PRAGMA wants to see to the log himself. */
    @Test
    void thereIsNoneWhereCheckpointsAreLeftToSqlite() {
        try (OpenDatabase database = database(options -> options.pragma("wal_autocheckpoint", "1000"))) {
            TursoConnection connection = database.open();
            await(queries(connection, 1));
            long handles = handles();
            await(queries(connection, 50 * MANY));
            assertThat(handles()).isEqualTo(handles);
        }
    }
}
