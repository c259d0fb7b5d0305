package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Both limits, however they are set and whatever runs into them; the connection is usable afterwards. */
class TimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(40);

    private static final String ENDLESS =
            "INSERT INTO t WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

    private static final String INSERT = "INSERT INTO t VALUES (2)";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createTable() {
        this.file = this.directory.resolve("a.db");
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            run(database.open(), "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        }
    }

    /** How a limit is set. */
    enum Setting {
        OPTION,
        METHOD,
        TRANSACTION
    }

    /** Who has the lock. */
    enum Holder {
        THIS_PROCESS,
        ANOTHER_PROCESS
    }

    private static TransactionDefinition waiting(Duration limit) {
        return new TransactionDefinition() {
            @Override
            public <T> @Nullable T getAttribute(Option<T> option) {
                return option.equals(TransactionDefinition.LOCK_WAIT_TIMEOUT) ? option.cast(limit) : null;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "OPTION, THIS_PROCESS",
        "OPTION, ANOTHER_PROCESS",
        "METHOD, THIS_PROCESS",
        "METHOD, ANOTHER_PROCESS",
        "TRANSACTION, THIS_PROCESS",
        "TRANSACTION, ANOTHER_PROCESS"
    })
    void lockIsWaitedForNoLonger(Setting setting, Holder by) throws SQLException {
        Duration option = setting == Setting.OPTION ? SHORT : OpenDatabase.PATIENCE;
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.lockWaitTimeout(option));
                Connection foreign = OpenDatabase.foreign(this.file)) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            if (by == Holder.THIS_PROCESS) {
                run(holder, "BEGIN IMMEDIATE");
            } else {
                OpenDatabase.run(foreign, "BEGIN IMMEDIATE");
            }
            if (setting == Setting.METHOD) {
                await(connection.setLockWaitTimeout(SHORT));
            }
            if (setting == Setting.TRANSACTION) {
                await(connection.beginTransaction(waiting(SHORT)));
            }

            for (int i = 0; i < 2; i++) {
                verify(failure(connection, INSERT), "55P03");
            }

            if (by == Holder.THIS_PROCESS) {
                run(holder, "ROLLBACK");
            } else {
                OpenDatabase.run(foreign, "ROLLBACK");
            }
            run(connection, INSERT);
            await(connection.rollbackTransaction());
            assertThat(column(connection, "SELECT count(*) FROM t"))
                    .containsExactly(setting == Setting.TRANSACTION ? 1L : 2L);
        }
    }

    /** Waits that have ended leave nothing behind that would end a later one early, or let it go on. */
    @Test
    void everyWaitHasALimitOfItsOwn() {
        Duration limit = Duration.ofSeconds(1);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            await(connection.setLockWaitTimeout(Duration.ofDays(100_000)));
            waitAndInsert(database, holder, connection);
            await(connection.setLockWaitTimeout(limit));
            run(holder, "BEGIN IMMEDIATE");

            verify(failure(connection, INSERT), "55P03");

            run(holder, "ROLLBACK");
            waitAndInsert(database, holder, connection);
            run(holder, "BEGIN IMMEDIATE");
            long start = System.nanoTime();
            verify(failure(connection, INSERT), "55P03");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(limit);
            run(holder, "ROLLBACK");
        }
    }

    /** Long enough for a timer of this wait to go off within the next one. */
    private static void waitAndInsert(OpenDatabase database, TursoConnection holder, TursoConnection connection) {
        run(holder, "BEGIN IMMEDIATE");
        CompletableFuture<Void> insert = drained(connection, INSERT).toFuture();
        until(() -> database.factory().metrics().lockWaiters() == 1);
        await(Mono.delay(Duration.ofMillis(100)).then(holder.rollbackTransaction()));
        await(Mono.fromFuture(insert));
    }

    /** The system may have had no thread for the timer. */
    @Test
    void waitHasItsLimitAlsoIfThereWasNoTimerForTheOneBefore() {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.lockWaitTimeout(SHORT))) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            run(holder, "BEGIN IMMEDIATE");
            Schedulers.onScheduleHook("no timer", task -> {
                throw new IllegalStateException("expected by the test");
            });
            try {
                assertThat(failure(connection, INSERT)).hasMessageContaining("expected by the test");
            } finally {
                Schedulers.resetOnScheduleHook("no timer");
            }

            verify(failure(connection, INSERT), "55P03");

            run(holder, "ROLLBACK");
            run(connection, INSERT);
        }
    }

    /** Reactor's queue would keep all of the session for as long as it might have waited. */
    @Test
    void closedConnectionLeavesNoTimer() {
        List<WeakReference<Runnable>> timers = new CopyOnWriteArrayList<>();
        try (OpenDatabase database =
                OpenDatabase.file(this.file, options -> options.lockWaitTimeout(Duration.ofDays(1)))) {
            TursoConnection holder = database.open();
            TursoConnection connection = database.open();
            Schedulers.onScheduleHook("timers", task -> {
                Runnable timer = task::run;
                timers.add(new WeakReference<>(timer));
                return timer;
            });
            try {
                waitAndInsert(database, holder, connection);
            } finally {
                Schedulers.resetOnScheduleHook("timers");
            }
            await(connection.close());
            assertThat(timers).isNotEmpty();
            until(() -> {
                System.gc();
                return timers.stream().allMatch(it -> it.refersTo(null));
            });
        }
    }

    private static void verify(Throwable error, String state) {
        assertThat(error).isInstanceOf(R2dbcTimeoutException.class);
        assertThat(((R2dbcException) error).getSqlState()).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource(
            value = Setting.class,
            names = {"OPTION", "METHOD"})
    void statementRunsNoLonger(Setting setting) {
        try (OpenDatabase database = OpenDatabase.file(
                this.file, options -> setting == Setting.OPTION ? options.statementTimeout(SHORT) : options)) {
            TursoConnection connection = database.open();
            limit(connection, setting);

            verify(failure(connection, ENDLESS), "57014");

            await(connection.setStatementTimeout(Duration.ZERO));
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t ORDER BY a")).containsExactly(1L, 2L);
        }
    }

    /** The wait for the lock is part of a statement's time. */
    @ParameterizedTest
    @EnumSource(
            value = Setting.class,
            names = {"OPTION", "METHOD"})
    void statementTimeoutEndsAWaitForTheLock(Setting setting) {
        try (OpenDatabase database = OpenDatabase.file(
                this.file, options -> setting == Setting.OPTION ? options.statementTimeout(SHORT) : options)) {
            TursoConnection holder = database.open();
            await(holder.setStatementTimeout(Duration.ZERO));
            TursoConnection connection = database.open();
            limit(connection, setting);
            run(holder, "BEGIN IMMEDIATE");

            verify(failure(connection, INSERT), "57014");

            run(holder, "ROLLBACK");
            await(connection.setStatementTimeout(Duration.ZERO));
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t ORDER BY a")).containsExactly(1L, 2L);
        }
    }

    /** Ways in which the time is over while the engine does what it cannot be stopped in. */
    enum Uninterruptible {
        INSERT {
            @Override
            Flux<Long> run(TursoConnection connection) {
                return counts(connection.createStatement(LARGE).execute());
            }
        },
        INSERT_RETURNING {
            @Override
            Flux<Long> run(TursoConnection connection) {
                return Flux.from(connection
                                .createStatement(LARGE)
                                .returnGeneratedValues("rowid")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)));
            }
        },
        COMMIT {
            @Override
            void prepare(TursoConnection connection) {
                // Keeps the pages from being written before the commit.
                OpenDatabase.run(connection, "PRAGMA cache_size = -1000000", "BEGIN", LARGE);
            }

            @Override
            Flux<Long> run(TursoConnection connection) {
                return Flux.from(connection.commitTransaction()).cast(Long.class);
            }
        },
        COMMIT_OF_A_SCRIPT {
            @Override
            void prepare(TursoConnection connection) {
                COMMIT.prepare(connection);
            }

            @Override
            Flux<Long> run(TursoConnection connection) {
                return counts(connection.createStatement("COMMIT").execute());
            }
        };

        static final String LARGE = "INSERT INTO t VALUES (zeroblob(50000000))";

        void prepare(TursoConnection connection) {}

        abstract Flux<Long> run(TursoConnection connection);

        private static Flux<Long> counts(Publisher<? extends Result> results) {
            return Flux.from(results).concatMap(Result::getRowsUpdated);
        }
    }

    /** SQLite asks for interrupts only now and then, and never in a commit: what has taken effect is not called a failure. */
    @ParameterizedTest
    @EnumSource
    void failureMeansThatNothingWasDone(Uninterruptible way) {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.synchronous(Synchronous.OFF))) {
            TursoConnection connection = database.open();
            way.prepare(connection);
            await(connection.setStatementTimeout(Duration.ofMillis(1)));

            boolean succeeded = Boolean.TRUE.equals(way.run(connection)
                    .then(Mono.just(true))
                    .onErrorReturn(R2dbcTimeoutException.class, false)
                    .block(OpenDatabase.PATIENCE));

            await(connection.setStatementTimeout(Duration.ZERO));
            await(connection.rollbackTransaction());
            assertThat(column(connection, "SELECT count(*) FROM t")).containsExactly(succeeded ? 2L : 1L);
        }
    }

    /**
     * Beside an open cursor a statement is stopped by a progress handler, which SQLite asks every so many operations, and
     * then also of a statement that has just come to its end.
     */
    @Test
    void failureBesideACursorMeansThatNothingWasDone() {
        String slow = "INSERT INTO t VALUES (length(hex(zeroblob(2000000))))";
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.synchronous(Synchronous.OFF))) {
            TursoConnection connection = database.open();
            run(connection, "INSERT INTO t VALUES (2)");
            Flux<Object> rows = Flux.from(
                            connection.createStatement("SELECT a FROM t").execute())
                    .flatMap(result -> result.map(row -> row.get(0, Object.class)));
            StepVerifier.create(rows, 1)
                    .expectNext(1L)
                    .then(() -> {
                        long expected = 2;
                        for (int i = 0; i < 250; i++) {
                            await(connection.setStatementTimeout(Duration.ofMillis(1)));
                            boolean succeeded = Boolean.TRUE.equals(
                                    Mono.from(connection.createStatement(slow).execute())
                                            .flatMap(result -> Mono.from(result.getRowsUpdated()))
                                            .thenReturn(true)
                                            .onErrorReturn(R2dbcTimeoutException.class, false)
                                            .block(OpenDatabase.PATIENCE));
                            await(connection.setStatementTimeout(Duration.ZERO));
                            expected += succeeded ? 1 : 0;
                            assertThat(value(connection, "SELECT count(*) FROM t"))
                                    .isEqualTo(expected);
                        }
                    })
                    .thenCancel()
                    .verify();
        }
    }

    private static void limit(TursoConnection connection, Setting setting) {
        if (setting == Setting.METHOD) {
            await(connection.setStatementTimeout(SHORT));
        }
    }
}
