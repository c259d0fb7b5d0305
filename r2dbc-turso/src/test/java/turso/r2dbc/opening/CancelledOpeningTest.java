package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Opening is lazy, happens anew at each subscription, and can be given up at every point. */
class CancelledOpeningTest {

    private static final String ENDLESS =
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

    private static final int BUSY = 5;

    private static final int LOCKED = 6;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        this.file = this.directory.resolve("a.db");
    }

    @Test
    void nothingHappensBeforeDemand() {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.maxThreads(1))) {
            var threads = Leftovers.ownWorkers();
            Mono<TursoConnection> opening = database.factory().create();
            assertThat(this.file).doesNotExist();

            StepVerifier.create(opening, 0)
                    .expectSubscription()
                    .then(() -> {
                        assertThat(this.file).doesNotExist();
                        assertThat(Leftovers.ownWorkers()).isSubsetOf(threads);
                    })
                    .thenCancel()
                    .verify(OpenDatabase.PATIENCE);

            assertThat(this.file).doesNotExist();
            assertThat(Leftovers.ownWorkers()).isSubsetOf(threads);
        }
    }

    @Test
    void eachSubscriptionOpensAConnection() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            Mono<TursoConnection> opening = database.factory().create();

            TursoConnection first = get(opening);
            TursoConnection second = get(opening);

            assertThat(first).isNotSameAs(second);
            await(first.close());
            run(second, "CREATE TABLE t (a)");
            await(second.close());
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @Test
    void cancelledBeforeDemandOpensNothing() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            database.factory().create().subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                    cancel();
                    request(1);
                }
            });
            await(database.open().close());
            Leftovers.assertNoOpenFiles(this.directory);
        }
    }

    @Test
    void cancelStopsAScriptThatWouldRunForEver() throws SQLException {
        try (OpenDatabase database =
                OpenDatabase.file(this.file, options -> options.maxThreads(1).initSql(ENDLESS))) {
            Disposable opening = database.factory().create().subscribe();
            OpenDatabase.until(() -> Files.exists(this.file));

            opening.dispose();

            Leftovers.awaitNoOpenFiles(this.directory);
            try (Connection foreign = foreign(this.file)) {
                run(foreign, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT");
            }
        }
    }

    /** Whenever the cancellation comes, either the connection arrives or nothing of it stays open. */
    @ParameterizedTest
    @ValueSource(strings = {"", "CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1); SELECT count(*) FROM t"})
    void cancelledAtAnyMomentLeavesNothing(String script) {
        int rounds = 200;
        try (OpenDatabase database =
                OpenDatabase.file(this.file, options -> script.isEmpty() ? options : options.initSql(script))) {
            await(database.open().close());
            Flux.range(0, rounds)
                    .flatMap(
                            i -> {
                                long micros = ThreadLocalRandom.current().nextLong(0, 4000);
                                return database.factory()
                                        .create()
                                        .flatMap(TursoConnection::close)
                                        .takeUntilOther(Mono.delay(Duration.ofNanos(micros * 1000)));
                            },
                            8)
                    .blockLast(OpenDatabase.PATIENCE);

            // Openings that were cancelled may not have come to their end yet, nor to their beginning.
            OpenDatabase.until(() -> Leftovers.hasNoOpenFiles(this.directory) && isUnused());
        }
    }

    private boolean isUnused() {
        try (Connection foreign = foreign(this.file)) {
            run(foreign, "PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE", "COMMIT");
            return true;
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).as(e.getMessage()).isIn(BUSY, LOCKED);
            return false;
        }
    }

    @Test
    void cancelRacingWithTheAnswerLosesNoConnection() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection keeper = database.open();
            run(keeper, "CREATE TABLE t (a)");
            for (int i = 0; i < 500; i++) {
                Disposable opening = database.factory()
                        .create()
                        .subscribe(connection -> connection.close().subscribe());
                if (i % 2 == 0) {
                    Thread.onSpinWait();
                }
                opening.dispose();
            }
            // A connection that stayed open with a statement in the middle would keep this from working.
            run(keeper, "INSERT INTO t VALUES (1)", "DROP TABLE t", "CREATE TABLE t (a)");
            assertThat(column(keeper, "SELECT count(*) FROM t")).containsExactly(0L);
        }
    }

    @Test
    void connectionsOutliveTheFactory() throws InterruptedException {
        var threads = Leftovers.workers();
        OpenDatabase database = OpenDatabase.file(this.file, options -> options.maxThreads(2));
        TursoConnection connection = get(database.factory().create());

        await(database.factory().close());
        await(database.factory().close());

        run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        await(connection.close());
        await(connection.close());
        Leftovers.assertNoOpenFiles(this.directory);
        Leftovers.assertEnded(threads);
    }

    @Test
    void closingInTheMiddleOfARowReleasesTheFile() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)");

            StepVerifier.create(
                            connection
                                    .createStatement("SELECT a FROM t")
                                    .execute()
                                    .concatMap(result -> result.map(row -> row.get(0, Long.class)), 1),
                            1)
                    .expectNext(1L)
                    .then(() -> await(connection.close()))
                    .then(() -> Leftovers.assertNoOpenFiles(this.directory))
                    .thenRequest(1)
                    .expectError(IllegalStateException.class)
                    .verify(OpenDatabase.PATIENCE);
        }
    }
}
