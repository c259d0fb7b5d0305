package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.errors.HalfReader;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** The write-ahead log is copied into the file beside the writers, and does not grow for ever. */
class CheckpointTest {

    private static final long LIMIT = 1 << 20;

    private static final String INSERT = "INSERT INTO t VALUES (randomblob(4000))";

    private static final String LARGE_INSERT = "INSERT INTO t VALUES (zeroblob(40000))";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        this.file = this.directory.resolve("a.db");
    }

    private OpenDatabase database() {
        return database(UnaryOperator.identity());
    }

    private OpenDatabase database(UnaryOperator<Builder> options) {
        OpenDatabase database = OpenDatabase.file(
                this.file, more -> options.apply(more.walLimit(LIMIT).synchronous(Synchronous.OFF)));
        run(database.open(), "CREATE TABLE IF NOT EXISTS t (a)");
        return database;
    }

    private static long log(OpenDatabase database) {
        return database.factory().metrics().walBytes();
    }

    private static void insert(TursoConnection connection, int rows) {
        await(Flux.range(0, rows).concatMap(i -> drained(connection, INSERT)).then());
    }

    /** Each commit cuts a log that can start anew back to its limit. */
    private static void awaitCutBack(OpenDatabase database, TursoConnection connection) {
        until(() -> {
            insert(connection, 1);
            return log(database) <= LIMIT;
        });
    }

    @Test
    void logStopsGrowing() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            insert(connection, 5_000);
            // 20 MB were written.
            awaitCutBack(database, connection);
            assertThat(value(connection, "SELECT count(*) >= 5000 FROM t")).isEqualTo(1L);
        }
    }

    /**
     * A commit that waits for the disk takes longer while the file grows. The limit is far from the part of it at which the
     * log may begin anew, as both sides of the race are as fast as the machine lets them be.
     */
    @ParameterizedTest
    @ValueSource(strings = {"4096", "16384"})
    void logIsUsedAgainLongBeforeItsLimit(String pageSize) {
        long limit = 512 << 20;
        try (OpenDatabase database = database(options -> options.walLimit(limit).pragma("page_size", pageSize))) {
            TursoConnection connection = database.open();
            // Without a pause in which a checkpoint could copy all of it, so that SQLite begins the log anew by itself.
            await(Flux.range(1, 20_000)
                    .concatMap(i -> drained(connection, LARGE_INSERT).thenReturn(i))
                    .takeUntil(i -> i % 10 == 0 && LogCommits.beginnings(this.file) > 0)
                    .then());
            assertThat(log(database)).isLessThan(limit);
        }
    }

    @Test
    void oneLargeTransactionIsCutBackAfterIt() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction());
            insert(connection, 2_000);
            await(connection.commitTransaction());
            assertThat(log(database)).isGreaterThan(LIMIT);

            awaitCutBack(database, connection);
        }
    }

    @Test
    void readersThatNeverPauseDoNotKeepTheLogGrowing() {
        try (OpenDatabase database = database()) {
            AtomicBoolean done = new AtomicBoolean();
            Mono<Void> readers = Flux.range(0, 4)
                    .map(i -> database.open())
                    .collectList()
                    .flatMapMany(Flux::fromIterable)
                    .flatMap(connection -> drained(connection, "SELECT a FROM t LIMIT 100")
                            .repeat(() -> !done.get())
                            .then())
                    .then();
            var reading = readers.toFuture();
            TursoConnection writer = database.open();
            insert(writer, 3_000);

            awaitCutBack(database, writer);

            done.set(true);
            await(Mono.fromFuture(reading));
        }
    }

    @Test
    void logIsCutBackOnceALongReaderHasDone() {
        try (OpenDatabase database = database()) {
            TursoConnection writer = database.open();
            insert(writer, 10);
            TursoConnection reader = database.open();
            await(reader.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
            assertThat(value(reader, "SELECT count(*) FROM t")).isEqualTo(10L);

            insert(writer, 3_000);
            assertThat(log(database)).isGreaterThan(LIMIT);
            // The reader keeps neither writers nor other readers from their work meanwhile.
            assertThat(value(writer, "SELECT count(*) FROM t")).isEqualTo(3_010L);
            assertThat(value(reader, "SELECT count(*) FROM t")).isEqualTo(10L);
            await(reader.rollbackTransaction());

            awaitCutBack(database, writer);
        }
    }

    /** A query outside a transaction need not keep its snapshot to keep its rows. */
    @Test
    void halfReadQueryDoesNotKeepTheLogGrowing() {
        try (OpenDatabase database = database()) {
            TursoConnection writer = database.open();
            insert(writer, 10);
            HalfReader reader = HalfReader.of(database.open(), "SELECT rowid FROM t");

            insert(writer, 3_000);
            awaitCutBack(database, writer);

            assertThat(reader.rest()).hasSize(10);
        }
    }

    @Test
    void lastUserLeavesAWholeFileAndNoHandle() {
        try (OpenDatabase database = database()) {
            insert(database.open(), 3_000);
        }
        assertThat(Files.exists(this.directory.resolve("a.db-wal"))).isFalse();
        Leftovers.awaitNoOpenFiles(this.directory);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            assertThat(value(database.open(), "SELECT count(*) FROM t")).isEqualTo(3_000L);
            assertThat(value(database.open(), "PRAGMA integrity_check")).isEqualTo("ok");
        }
    }

    /** One that may only read cannot remove the log; nor does SQLite when two are closed at the same time. */
    @Test
    void lastConnectionThatMayOnlyReadLeavesNoLog() {
        Path log = this.directory.resolve("a.db-wal");
        try (OpenDatabase reading = OpenDatabase.file(this.file, options -> options.readOnly(true))) {
            try (OpenDatabase writing = database()) {
                assertThat(value(reading.open(), "SELECT count(*) FROM t")).isEqualTo(0L);
                insert(writing.open(), 1);
            }
            assertThat(log).exists();
        }

        assertThat(log).doesNotExist();
    }

    /** Closing comes in the middle of checkpoints, again and again. */
    @Test
    void closingDuringCheckpointsHarmsNothing() {
        int rows = 0;
        for (int round = 0; round < 10; round++) {
            int count = 1_100 + 32 * round;
            try (OpenDatabase database = OpenDatabase.file(
                    this.file, options -> options.walLimit(1 << 16).synchronous(Synchronous.OFF))) {
                run(database.open(), "CREATE TABLE IF NOT EXISTS t (a)");
                insert(database.open(), count);
            }
            rows += count;
            assertThat(Files.exists(this.directory.resolve("a.db-wal"))).isFalse();
        }
        Leftovers.awaitNoOpenFiles(this.directory);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            assertThat(value(database.open(), "SELECT count(*) FROM t")).isEqualTo((long) rows);
        }
    }

    /** No connection of the driver's own stays in the way of what needs the file alone. */
    @Test
    void journalModeCanBeChangedAfterManyWrites() {
        try (OpenDatabase database = database()) {
            TursoConnection only = database.open();
            insert(only, 2_000);
            OpenDatabase.run(only, "INSERT INTO t VALUES (1)");
            await(database.open().close());
        }
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.synchronous(Synchronous.OFF))) {
            TursoConnection only = database.open();
            insert(only, 2_000);
            assertThat(value(only, "PRAGMA journal_mode = DELETE")).isEqualTo("delete");
        }
    }

    /** The checkpointer waits for who has the lane, who waits for the file to be without other connections. */
    @Test
    void journalModeCanBeChangedWhileACheckpointWaitsForItsTurn() {
        try (OpenDatabase database = OpenDatabase.file(
                this.file, options -> options.walLimit(LIMIT).lockWaitTimeout(Duration.ofSeconds(15)))) {
            TursoConnection changing = database.open();
            TursoConnection other = database.open();
            run(changing, "CREATE TABLE t (a)");
            await(changing.beginTransaction());
            insert(changing, 500);
            await(changing.commitTransaction());
            await(other.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
            assertThat(value(other, "SELECT count(*) FROM t")).isEqualTo(500L);

            // Soon there is a checkpoint, which the other one's snapshot keeps from being done before its turn.
            insert(changing, 300);
            CompletableFuture<Object> mode =
                    CompletableFuture.supplyAsync(() -> value(changing, "PRAGMA journal_mode = DELETE"));
            until(() -> database.factory().metrics().lockWaiters() == 1);
            await(other.rollbackTransaction());
            await(other.close());

            assertThat(get(Mono.fromFuture(mode))).isEqualTo("delete");
        }
    }

    @ParameterizedTest
    @CsvSource({"wal_autocheckpoint, 77", "journal_size_limit, 4711"})
    void pragmasOfTheUserAreKept(String pragma, String number) {
        try (OpenDatabase database = database(options -> options.pragma(pragma, number))) {
            assertThat(value(database.open(), "PRAGMA " + pragma)).isEqualTo(Long.valueOf(number));
        }
    }

    @Test
    void withThePragmaOfTheUserCommitsMakeCheckpoints() {
        try (OpenDatabase database = database(options -> options.pragma("wal_autocheckpoint", "100"))) {
            TursoConnection connection = database.open();
            insert(connection, 3_000);
            // SQLite starts anew after every 100 pages.
            assertThat(log(database)).isLessThan(LIMIT);
        }
    }

    /** The net below the driver's own checkpoints: four limits, in pages. */
    @Test
    void sqlitesOwnCheckpointStaysFarAboveTheLimit() {
        try (OpenDatabase database = database(options -> options.walLimit(64 << 20))) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA wal_autocheckpoint")).isEqualTo(65_536L);
            assertThat(value(connection, "PRAGMA journal_size_limit")).isEqualTo(64L << 20);
        }
    }
}
