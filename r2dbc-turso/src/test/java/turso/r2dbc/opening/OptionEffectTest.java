package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.api.TursoStatement;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** Options reach the engine: asked of the engine itself. */
class OptionEffectTest {

    @TempDir
    Path directory;

    private OpenDatabase file(UnaryOperator<Builder> options) {
        return OpenDatabase.file(this.directory.resolve("a.db"), options);
    }

    private @Nullable Object pragma(UnaryOperator<Builder> options, String name) {
        try (OpenDatabase database = file(options)) {
            return value(database.open(), "PRAGMA " + name);
        }
    }

    @Test
    void defaultsAreSafe() {
        try (OpenDatabase database = file(UnaryOperator.identity())) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA journal_mode")).isEqualTo("wal");
            assertThat(value(connection, "PRAGMA synchronous")).isEqualTo(2L);
            assertThat(value(connection, "PRAGMA foreign_keys")).isEqualTo(1L);
            assertThat(value(connection, "PRAGMA busy_timeout")).isEqualTo(0L);
            assertThat(value(connection, "PRAGMA query_only")).isEqualTo(0L);
            assertThat(value(connection, "PRAGMA encoding")).isEqualTo("UTF-8");
            assertThat(value(connection, "PRAGMA trusted_schema")).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(JournalMode.class)
    void journalMode(JournalMode mode) {
        assertThat(pragma(options -> options.journalMode(mode), "journal_mode"))
                .isEqualTo(mode.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void journalModeChangesAnExistingFile() {
        assertThat(pragma(options -> options, "journal_mode")).isEqualTo("wal");
        assertThat(pragma(options -> options.journalMode(JournalMode.DELETE), "journal_mode"))
                .isEqualTo("delete");
        assertThat(pragma(options -> options, "journal_mode")).isEqualTo("wal");
    }

    @Test
    void readOnlyConnectionKeepsTheJournalModeOfTheFile() throws SQLException {
        try (Connection foreign = foreign(this.directory.resolve("a.db"))) {
            run(foreign, "CREATE TABLE t (a)");
        }
        assertThat(pragma(options -> options.readOnly(true), "journal_mode")).isEqualTo("delete");
        assertThat(pragma(options -> options.readOnly(true).journalMode(JournalMode.WAL), "journal_mode"))
                .isEqualTo("delete");
    }

    @ParameterizedTest
    @CsvSource({"OFF, 0", "NORMAL, 1", "FULL, 2", "EXTRA, 3"})
    void synchronous(Synchronous synchronous, long expected) {
        assertThat(pragma(options -> options.synchronous(synchronous), "synchronous"))
                .isEqualTo(expected);
    }

    @Test
    void foreignKeysOff() {
        try (OpenDatabase database = file(options -> options.foreignKeys(false))) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA foreign_keys")).isEqualTo(0L);
            run(connection, "CREATE TABLE t (p REFERENCES missing (id))", "INSERT INTO t VALUES (1)");
        }
    }

    @Test
    void likeEscape() {
        try (OpenDatabase plain = OpenDatabase.memory();
                OpenDatabase escaping = OpenDatabase.memory(options -> options.likeEscape('\\'))) {
            String sql = "SELECT '50%' LIKE ?";
            assertThat(value(plain.open(), sql, "50\\%")).isEqualTo(0L);
            TursoConnection connection = escaping.open();
            assertThat(value(connection, sql, "50\\%")).isEqualTo(1L);
            assertThat(value(connection, sql, "5_%")).isEqualTo(1L);
            assertThat(value(connection, sql, "5\\_%")).isEqualTo(0L);
            assertThat(value(connection, "SELECT '50%' LIKE ? ESCAPE '!'", "50!%"))
                    .isEqualTo(1L);
            assertThat(value(connection, "SELECT '50\\%' LIKE '50\\%'")).isEqualTo(1L);
        }
    }

    /** For those who generate SQL, whatever the option says to all others. */
    @ParameterizedTest
    @ValueSource(chars = {'!', '\\'})
    void escapedParameterIsEscapedWithABackslash(char likeEscape) {
        String sql = "SELECT '50%' LIKE " + TursoStatement.ESCAPED_PARAMETER + "1";
        try (OpenDatabase plain = OpenDatabase.memory();
                OpenDatabase escaping = OpenDatabase.memory(options -> options.likeEscape(likeEscape))) {
            for (OpenDatabase database : List.of(plain, escaping)) {
                assertThat(value(database.open(), sql, "50\\%")).isEqualTo(1L);
                assertThat(value(database.open(), sql, "50!%")).isEqualTo(0L);
            }
        }
    }

    @Test
    void anyPragma() {
        try (OpenDatabase database = file(options -> options.pragma("cache_size", "-321")
                .pragma("TEMP_STORE", "memory")
                .pragma("recursive_triggers", "on")
                .pragma("page_size", "8192")
                .pragma("application_id", "0x1A2B")
                .pragma("user_version", "-7"))) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "PRAGMA cache_size")).isEqualTo(-321L);
            assertThat(value(connection, "PRAGMA temp_store")).isEqualTo(2L);
            assertThat(value(connection, "PRAGMA recursive_triggers")).isEqualTo(1L);
            assertThat(value(connection, "PRAGMA page_size")).isEqualTo(8192L);
            assertThat(value(connection, "PRAGMA application_id")).isEqualTo(0x1A2BL);
            assertThat(value(connection, "PRAGMA user_version")).isEqualTo(-7L);
        }
    }

    /** PRAGMAs come first, since some, like this one, have no effect any more once the file has its first table. */
    @Test
    void pragmasComeBeforeInitSql() {
        try (OpenDatabase database =
                file(options -> options.initSql("CREATE TABLE t (a)").pragma("encoding", "'UTF-16be'"))) {
            assertThat(value(database.open(), "PRAGMA encoding")).isEqualTo("UTF-16be");
        }
    }

    @Test
    void initSqlRunsEveryStatementOnEveryConnection() {
        String script = "-- comment; with a semicolon\n"
                + "CREATE TEMP TABLE log (a);;\n"
                + "CREATE TEMP TABLE u (a);\n"
                + "CREATE TEMP TRIGGER u_log AFTER INSERT ON u BEGIN\n"
                + "  INSERT INTO log VALUES (new.a);\n"
                + "  INSERT INTO log VALUES (CASE WHEN new.a > 0 THEN 'positive; really' ELSE 'no' END);\n"
                + "END;\n"
                + "PRAGMA cache_size = 77; /* last */ INSERT INTO u VALUES (1) RETURNING a;";
        try (OpenDatabase database = file(options -> options.initSql(script))) {
            for (int i = 0; i < 2; i++) {
                TursoConnection connection = database.open();
                assertThat(column(connection, "SELECT a FROM log")).containsExactly(1L, "positive; really");
                assertThat(value(connection, "PRAGMA cache_size")).isEqualTo(77L);
                run(connection, "INSERT INTO u VALUES (-1)");
                assertThat(column(connection, "SELECT a FROM log")).endsWith("no");
            }
        }
    }

    @Test
    void initSqlMayUseATransactionOfItsOwn() {
        try (OpenDatabase database =
                file(options -> options.initSql("BEGIN; CREATE TABLE t (a); INSERT INTO t VALUES (1); COMMIT"))) {
            TursoConnection connection = database.open();
            assertThat(connection.isAutoCommit()).isTrue();
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    @Test
    void initSqlThatIsOnlyACommentIsNone() {
        assertThat(pragma(options -> options.initSql(" ; -- nothing"), "foreign_keys"))
                .isEqualTo(1L);
    }

    /** A wait inside SQLite would hold a thread. */
    @Test
    void initSqlCannotMakeTheEngineWait() {
        assertThat(pragma(options -> options.initSql("PRAGMA busy_timeout = 5000"), "busy_timeout"))
                .isEqualTo(0L);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void smallStatementCache(int size) {
        try (OpenDatabase database = file(options -> options.statementCacheSize(size))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a, b)");
            for (int i = 0; i < 20; i++) {
                run(connection, "INSERT INTO t (a) VALUES (" + i % 4 + ")", "UPDATE t SET b = 1 WHERE b IS NULL");
            }
            assertThat(value(connection, "SELECT count(*) || ' ' || sum(a) FROM t WHERE b = ?", 1L))
                    .isEqualTo("20 30");
            assertThat(value(connection, "SELECT count(*) FROM t WHERE b = ?", 2L))
                    .isEqualTo(0L);
        }
    }

    @Test
    void extensionsCannotBeLoadedUnlessAllowed() {
        String load = "SELECT load_extension('/missing/extension')";
        try (OpenDatabase database = file(UnaryOperator.identity())) {
            ErrorRow.NOT_AUTHORISED.verify(failure(database.open(), load), 1, load, "not authorized");
        }
        try (OpenDatabase database = file(options -> options.loadExtensions(true))) {
            TursoConnection connection = database.open();
            ErrorRow.DATA.verify(failure(connection, load), 1, load, "/missing/extension");
            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    @Test
    void lockWaitTimeout() throws SQLException {
        Duration limit = Duration.ofMillis(30);
        try (OpenDatabase database = file(options -> options.lockWaitTimeout(limit));
                Connection foreign = foreign(this.directory.resolve("a.db"))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");
            run(foreign, "BEGIN IMMEDIATE");
            long start = System.nanoTime();

            Throwable error = failure(connection, "INSERT INTO t VALUES (1)");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, Duration.ofSeconds(4));
            ErrorRow.LOCK_TIMEOUT.verify(error, 5, "INSERT INTO t VALUES (1)", "database is locked");
        }
    }

    @Test
    void statementTimeout() {
        String endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
        try (OpenDatabase database = file(options -> options.statementTimeout(Duration.ofMillis(30)))) {
            ErrorRow.STATEMENT_TIMEOUT.verify(failure(database.open(), endless), 9, endless, "statement timeout");
        }
    }

    // ---- threads

    /** {@return the names of the threads on which rows arrive when many connections are busy at once} */
    private static Set<String> threadsOfRows(OpenDatabase database, int connections) {
        List<TursoConnection> opened = Flux.range(0, connections)
                .map(i -> database.open())
                .collectList()
                .block(OpenDatabase.PATIENCE);
        assertThat(opened).hasSize(connections);
        Set<String> names = ConcurrentHashMap.newKeySet();
        String sql = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) SELECT x FROM c";
        await(Flux.fromIterable(opened)
                .flatMap(
                        connection -> connection
                                .createStatement(sql)
                                .execute()
                                .concatMap(result -> result.map(row -> {
                                    names.add(Thread.currentThread().getName());
                                    return true;
                                })),
                        connections)
                .then());
        return names;
    }

    @Test
    void sharedThreadsAreNamedTurso() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            assertThat(threadsOfRows(database, 4)).isNotEmpty().allMatch(name -> name.matches("turso-\\d+"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void maxThreadsIsTheNumberOfThreadsOfAPoolOfItsOwn(int threads) throws InterruptedException {
        Set<Thread> before = Leftovers.workers();
        try (OpenDatabase database = OpenDatabase.memory(options -> options.maxThreads(threads))) {
            Set<String> names = threadsOfRows(database, 12);
            assertThat(names).hasSizeBetween(1, threads).allMatch(name -> name.matches("turso-\\d+-[1-3]"));
            assertThat(names)
                    .extracting(name -> name.substring(0, name.lastIndexOf('-')))
                    .containsOnly(names.iterator().next().replaceAll("-\\d+$", ""));
        }
        Leftovers.assertEnded(before);
    }

    @Test
    void schedulerIsUsedAndNotDisposedOf() {
        Scheduler scheduler = Schedulers.newBoundedElastic(2, 1000, "mine");
        try {
            Set<Thread> before = Leftovers.workers();
            try (OpenDatabase database = OpenDatabase.memory(options -> options.scheduler(scheduler))) {
                assertThat(threadsOfRows(database, 8)).isNotEmpty().allMatch(name -> name.startsWith("mine-"));
            }
            assertThat(scheduler.isDisposed()).isFalse();
            assertThat(Leftovers.workers()).isSubsetOf(before);
        } finally {
            scheduler.dispose();
        }
    }

    /** Whoever disposes of the scheduler too early must still be able to close connections. */
    @Test
    void disposedSchedulerDoesNotLeaveConnectionsOpen() {
        Scheduler scheduler = Schedulers.newSingle("mine");
        try (OpenDatabase database = file(options -> options.scheduler(scheduler))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");

            scheduler.dispose();

            await(connection.close());
            Leftovers.assertNoOpenFiles(this.directory);
        }
    }

    /** It tells nobody what it has not begun. */
    @Test
    void whatADisposedSchedulerHasTakenRunsAllTheSame() {
        Scheduler scheduler = Schedulers.newSingle("mine");
        try (OpenDatabase database = file(options -> options.scheduler(scheduler))) {
            TursoConnection busy = database.open();
            TursoConnection waiting = database.open();
            run(busy, "CREATE TABLE t (a)");
            AtomicBoolean begun = new AtomicBoolean();
            AtomicBoolean released = new AtomicBoolean();
            CompletableFuture<Boolean> query = busy.createStatement("SELECT 1")
                    .execute()
                    .flatMap(result -> result.map(row -> {
                        begun.set(true);
                        boolean goesOn;
                        do {
                            goesOn = released.get();
                        } while (!goesOn);
                        return goesOn;
                    }))
                    .single()
                    .toFuture();
            until(begun::get);
            CompletableFuture<Void> insert =
                    drained(waiting, "INSERT INTO t VALUES (1)").toFuture();

            scheduler.dispose();

            released.set(true);
            await(Mono.fromFuture(query));
            await(Mono.fromFuture(insert));
            assertThat(value(busy, "SELECT count(*) FROM t")).isEqualTo(1L);
        }
    }

    /** The system may have no thread for the timer that looks whether a scheduler is disposed. */
    @Test
    void schedulerWorksWhereThereIsNoTimer() {
        Scheduler working = Schedulers.newSingle("mine");
        List<Runnable> held = new CopyOnWriteArrayList<>();
        AtomicBoolean holds = new AtomicBoolean();
        try (OpenDatabase database = file(options -> options.scheduler(new ScheduleHook(
                working, task -> holds.get() && held.add(task) ? Disposables.disposed() : working.schedule(task))))) {
            TursoConnection connection = database.open();
            holds.set(true);
            Schedulers.onScheduleHook("no timer", task -> {
                throw new IllegalStateException("expected by the test");
            });
            CompletableFuture<Void> query;
            try {
                query = drained(connection, "SELECT 1").toFuture();
            } finally {
                Schedulers.resetOnScheduleHook("no timer");
                holds.set(false);
            }
            held.forEach(working::schedule);
            await(Mono.fromFuture(query));
        } finally {
            working.dispose();
        }
    }

    /** A hook, or a scheduler that somebody has written, may fail in its own way, and the system may have no thread for it. */
    @ParameterizedTest
    @MethodSource("failures")
    void failingSchedulerLeavesNobodyWithoutAnAnswer(Throwable failure) {
        Scheduler working = Schedulers.newSingle("mine");
        AtomicBoolean fails = new AtomicBoolean();
        try (OpenDatabase database = file(options -> options.scheduler(new ScheduleHook(working, task -> {
            if (fails.get()) {
                throw Exceptions.propagate(failure);
            }
            return working.schedule(task);
        })))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");

            fails.set(true);

            run(connection, "INSERT INTO t VALUES (1)");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
            fails.set(false);
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);

            TursoConnection next = database.open();
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES (2)");
            CompletableFuture<Void> insert =
                    drained(next, "INSERT INTO t VALUES (3)").toFuture();
            until(() -> database.factory().metrics().lockWaiters() == 1);
            fails.set(true);
            await(connection.commitTransaction());
            await(Mono.fromFuture(insert));
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(3L);
        } finally {
            working.dispose();
        }
    }

    static Stream<Throwable> failures() {
        return Stream.of(new IllegalStateException("failed"), new OutOfMemoryError("expected by the test"));
    }

    @Test
    void whatASchedulerHasTakenBeforeItFailedRunsOnce() {
        Scheduler working = Schedulers.newBoundedElastic(2, 1000, "mine");
        int statements = 5_000;
        try (OpenDatabase database =
                file(options -> options.synchronous(Synchronous.OFF).scheduler(new ScheduleHook(working, task -> {
                    working.schedule(task, 1, TimeUnit.MILLISECONDS);
                    throw new IllegalStateException("failed");
                })))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");

            await(Flux.range(0, statements)
                    .parallel(2)
                    .runOn(Schedulers.parallel())
                    .flatMap(i -> connection
                            .createStatement("INSERT INTO t VALUES (1)")
                            .execute()
                            .flatMap(TursoResult::getRowsUpdated))
                    .sequential()
                    .then());

            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo((long) statements);
        } finally {
            working.dispose();
        }
    }

    /** A scheduler that does something else where another one would take work. */
    private record ScheduleHook(Scheduler scheduler, Function<Runnable, Disposable> hook) implements Scheduler {

        @Override
        public Disposable schedule(Runnable task) {
            return this.hook.apply(task);
        }

        @Override
        public Worker createWorker() {
            return this.scheduler.createWorker();
        }
    }
}
