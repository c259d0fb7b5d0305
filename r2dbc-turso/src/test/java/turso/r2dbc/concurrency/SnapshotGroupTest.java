package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.File;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.errors.HalfReader;
import turso.r2dbc.errors.OpenDatabase;

/** Many queries in flight on one connection may share a snapshot, and nobody may notice. */
class SnapshotGroupTest {

    private static final int IN_FLIGHT = 64;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        this.file = this.directory.resolve("a.db");
    }

    /** The kinds of database: in all but the first, readers and the writer exclude each other. */
    enum Kind {
        WRITE_AHEAD_LOG,
        ROLLBACK_JOURNAL,
        MEMORY
    }

    private OpenDatabase database(Kind kind) {
        return database(kind, UnaryOperator.identity());
    }

    private OpenDatabase database(Kind kind, UnaryOperator<Builder> options) {
        OpenDatabase database = switch (kind) {
            case WRITE_AHEAD_LOG -> file(JournalMode.WAL, options);
            case ROLLBACK_JOURNAL -> file(JournalMode.DELETE, options);
            case MEMORY -> OpenDatabase.memory(options);
        };
        run(database.open(), "CREATE TABLE t (a INTEGER PRIMARY KEY, n)", "INSERT INTO t VALUES (1, 0)");
        return database;
    }

    private OpenDatabase file(JournalMode mode, UnaryOperator<Builder> options) {
        return OpenDatabase.file(
                this.file,
                more -> options.apply(more.synchronous(Synchronous.OFF).journalMode(mode)));
    }

    private static Flux<Long> read(TursoConnection connection) {
        return connection
                .createStatement("SELECT n FROM t WHERE a = 1")
                .execute()
                .flatMap(result -> result.map(row -> row.get(0, Long.class)));
    }

    /** Whatever was acknowledged before a query was subscribed to, the query sees. */
    @ParameterizedTest
    @EnumSource
    void everyQuerySeesWhatWasAcknowledgedBeforeIt(Kind kind) {
        everyQuerySeesWhatWasAcknowledgedBeforeIt(kind, IN_FLIGHT);
    }

    @ParameterizedTest
    @EnumSource
    void everyQueryAfterAnotherSeesWhatWasAcknowledgedBeforeIt(Kind kind) {
        everyQuerySeesWhatWasAcknowledgedBeforeIt(kind, 1);
    }

    private void everyQuerySeesWhatWasAcknowledgedBeforeIt(Kind kind, int inFlight) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            AtomicLong acknowledged = new AtomicLong();
            Mono<Void> writing = drained(writer, "UPDATE t SET n = n + 1 WHERE a = 1")
                    .doOnSuccess(done -> acknowledged.incrementAndGet())
                    .repeat(2_000)
                    .then();

            Mono<Long> stale = Flux.range(0, 20_000)
                    .flatMap(
                            i -> Flux.defer(() -> {
                                long before = acknowledged.get();
                                return read(reader).map(seen -> seen - before);
                            }),
                            inFlight)
                    .filter(difference -> difference < 0)
                    .count();

            assertThat(get(Mono.zip(stale, writing.thenReturn(true))).getT1()).isZero();
        }
    }

    /** Nobody reads while somebody is told that a query has ended, even if he asks for the next one then. */
    @ParameterizedTest
    @EnumSource
    void whoIsToldOfTheEndOfAQueryMayWaitForAnotherConnectionToWrite(Kind kind) {
        try (OpenDatabase database = database(kind, options -> options.lockWaitTimeout(Duration.ZERO))) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            List<Long> seen = get(Flux.range(0, 200)
                    .concatMap(i -> read(reader).collectList().doOnSuccess(rows -> waitForUpdate(writer)))
                    .concatMapIterable(rows -> rows)
                    .collectList());
            assertThat(seen).containsExactlyElementsOf(upTo(200));
        }
    }

    /** A query that fails is no other than one that succeeds. */
    @Test
    void whoIsToldOfAFailureMayWaitForAnotherConnectionToWrite() {
        try (OpenDatabase database = database(Kind.MEMORY, options -> options.lockWaitTimeout(Duration.ZERO))) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            AtomicLong failures = new AtomicLong();
            await(Flux.range(0, 200)
                    .concatMap(i -> read(reader)
                            .then(drained(reader, "SELECT abs(-9223372036854775807 - n - 1) FROM t WHERE a = 1"))
                            .onErrorResume(R2dbcException.class, error -> {
                                failures.incrementAndGet();
                                waitForUpdate(writer);
                                return drained(writer, "UPDATE t SET n = 0");
                            }))
                    .then());
            assertThat(failures).hasValue(200);
        }
    }

    /** He may be told at any moment of the write that he waits for. */
    @Test
    void whoIsToldMayWaitForAWriteThatHasBegun() {
        try (OpenDatabase database = database(Kind.MEMORY)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            AtomicReference<CompletableFuture<Void>> update = new AtomicReference<>(new CompletableFuture<>());
            update.get().complete(null);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reading = read(reader)
                    .then()
                    .doOnSuccess(end -> waitFor(update.get()))
                    .repeat(() -> !done.get())
                    .then()
                    .toFuture();
            Random random = new Random(20261127);
            for (int i = 0; i < 20_000; i++) {
                CompletableFuture<Void> next = new CompletableFuture<>();
                update.set(next);
                drained(writer, "UPDATE t SET n = n + 1 WHERE a = 1")
                        .subscribe(nothing -> {}, next::completeExceptionally, () -> next.complete(null));
                await(Mono.fromFuture(next));
                // What happens at one moment depends on how far the other one has come since.
                LockSupport.parkNanos(random.nextInt(20_000));
            }
            done.set(true);
            await(Mono.fromFuture(reading));
        }
    }

    /** Who does not wait at all may find somebody reading, but never himself. */
    @Test
    void nobodyIsRefusedBecauseOfHimself() {
        try (OpenDatabase database = database(Kind.MEMORY, options -> options.lockWaitTimeout(Duration.ZERO))) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reading = read(reader)
                    .then()
                    .onErrorComplete()
                    .repeat(() -> !done.get())
                    .then()
                    .toFuture();
            List<String> refused = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                await(drained(writer, "UPDATE t SET n = n + 1 WHERE a = 1")
                        .onErrorResume(R2dbcTimeoutException.class, error -> {
                            refused.add(error.getMessage());
                            return Mono.empty();
                        }));
            }
            done.set(true);
            await(Mono.fromFuture(reading));
            assertThat(refused).noneMatch(message -> message.contains("last statement: UPDATE"));
        }
    }

    /** A snapshot that was taken away stays away, also if something ends that has not begun. */
    @Test
    void queryCancelledBeforeItsTurnChangesNothing() {
        try (OpenDatabase database = database(Kind.MEMORY)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            List<HalfReader> half = new ArrayList<>();
            run(writer, "INSERT INTO t (n) VALUES (1), (2), (3)");
            for (int i = 0; i < 20; i++) {
                await(read(reader).thenMany(read(reader)).then().doOnSuccess(end -> {
                    waitForUpdate(writer);
                    read(reader).subscribe().dispose();
                    read(reader).then().subscribe();
                }));
                half.add(HalfReader.of(reader, "SELECT n FROM t"));
                run(writer, "UPDATE t SET n = n + 1");
            }
            half.forEach(HalfReader::cancel);
        }
    }

    /** Nor if it ends within a row of another query, which reads on, and is asked for no more rows. */
    @Test
    void queryCancelledWithinARowOfAnotherDoesNotHideThatOneFromWriters() {
        try (OpenDatabase database = database(Kind.MEMORY)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            run(writer, "INSERT INTO t (n) VALUES (1), (2), (3)");
            HalfReader half = HalfReader.of(read(reader)
                    .thenMany(readAll(reader))
                    .doOnNext(n -> read(reader).subscribe().dispose()));

            run(writer, "UPDATE t SET n = n + 1");

            assertThat(half.rest()).containsExactly(0L, 1L, 2L, 3L);
        }
    }

    /** Nor is anybody waited for who waits for the engine, which the one that reads on has for itself by then. */
    @Test
    void queryCancelledWithinARowOfALongOneKeepsNobodyWaitingForEver() {
        int rows = 600;
        try (OpenDatabase database = database(Kind.MEMORY)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            for (int i = 1; i < rows; i++) {
                run(writer, "INSERT INTO t (n) VALUES (1)");
            }
            AtomicReference<CompletableFuture<Void>> update = new AtomicReference<>();
            AtomicLong left = new AtomicLong(rows);

            await(read(reader)
                    .thenMany(readAll(reader))
                    .doOnNext(n -> {
                        if (left.decrementAndGet() == 1) {
                            read(reader).subscribe().dispose();
                            update.set(drained(writer, "UPDATE t SET n = n + 1").toFuture());
                            // The writer comes to where it waits, or somewhere else.
                            long start = System.nanoTime();
                            boolean waiting;
                            do {
                                waiting = database.factory().metrics().lockWaiters() > 0;
                            } while (!waiting && System.nanoTime() - start < 200_000_000);
                        }
                    })
                    .then());

            await(Mono.fromFuture(update.get()));
            assertThat(left).hasValue(0);
        }
    }

    private static Flux<Long> readAll(TursoConnection connection) {
        return connection
                .createStatement("SELECT n FROM t")
                .execute()
                .concatMap(result -> result.map(row -> row.get(0, Long.class)), 1);
    }

    /** Rows are read ahead where a writer waits for them; one that there is no memory for is left to the engine. */
    @Test
    void noRowIsLostBeforeOneThatIsTooLargeToBeReadAhead() {
        try (OpenDatabase database = database(Kind.MEMORY, options -> options.lockWaitTimeout(OpenDatabase.PATIENCE))) {
            TursoConnection reader = database.open();
            HalfReader half = HalfReader.of(
                    reader,
                    "WITH i(id, size) AS (VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 600000000), (6, 1))"
                            + " SELECT id, zeroblob(size), zeroblob(size) FROM i JOIN t");
            CompletableFuture<Void> update =
                    drained(database.open(), "UPDATE t SET n = 1").toFuture();
            until(() -> database.factory().metrics().lockWaiters() == 1);
            // Behind this, the reader has done what it can for the writer.
            assertThat(value(reader, "SELECT 7")).isEqualTo(7L);
            assertThat(update).isNotDone();

            assertThat(half.rest()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);

            await(Mono.fromFuture(update));
        }
    }

    /** What is attached has writers that know nothing of this database. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    void everyQuerySeesWhatWasCommittedToAnAttachedDatabase(Kind kind) {
        try (OpenDatabase file = database(kind);
                OpenDatabase memory = OpenDatabase.memory()) {
            TursoConnection writer = file.open();
            TursoConnection reader = memory.open();
            run(reader, attach());
            assertThat(seen(reader, writer)).containsExactlyElementsOf(upTo(100));
        }
    }

    @Test
    void everyQuerySeesWhatWasCommittedToADatabaseThatInitSqlAttaches() {
        try (OpenDatabase file = database(Kind.WRITE_AHEAD_LOG);
                OpenDatabase memory = OpenDatabase.memory(options -> options.initSql(attach()))) {
            assertThat(seen(memory.open(), file.open())).containsExactlyElementsOf(upTo(100));
        }
    }

    /** Where nothing else is said, what is attached is in memory too. */
    private String attach() {
        String vfs = File.separatorChar == '/' ? "unix" : "win32";
        return "ATTACH '" + this.file.toUri() + "?vfs=" + vfs + "' AS f";
    }

    private static List<Long> seen(TursoConnection reader, TursoConnection writer) {
        return get(Flux.range(0, 100)
                .concatMap(i -> read(reader).collectList().doOnSuccess(rows -> waitForUpdate(writer)))
                .concatMapIterable(rows -> rows)
                .collectList());
    }

    private static List<Long> upTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    /** A connection that writes while it is being opened waits like others, and no longer. */
    @Test
    void connectionThatWritesWhileItIsOpenedGetsItsTurn() {
        String write = "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, n); INSERT INTO t (n) VALUES (0)";
        try (OpenDatabase database = OpenDatabase.memory(options -> options.initSql(write))) {
            TursoConnection reader = database.open();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reading =
                    read(reader).repeat(() -> !done.get()).then().toFuture();
            for (int i = 0; i < 50; i++) {
                await(database.open().close());
            }
            done.set(true);
            await(Mono.fromFuture(reading));
            assertThat(value(reader, "SELECT count(*) FROM t")).isEqualTo(51L);
        }
    }

    @Test
    void halfReadQueryMakesWayForAConnectionThatWritesWhileItIsOpened() {
        String write = "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, n); INSERT INTO t (n) VALUES (0)";
        try (OpenDatabase database = OpenDatabase.memory(options -> options.initSql(write))) {
            TursoConnection connection = database.open();
            run(connection, "INSERT INTO t (n) VALUES (0), (0)");
            HalfReader reader = HalfReader.of(connection, "SELECT a FROM t ORDER BY a");

            database.open();

            assertThat(reader.rest()).containsExactly(1, 2, 3);
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(4L);
        }
    }

    /** Plain JDBC takes no turns; nothing is in its way once nobody reads. */
    @Test
    void plainJdbcCanWriteWhenAChainHasEnded() throws SQLException {
        String name = "chain" + System.nanoTime();
        try (OpenDatabase database = database(Kind.MEMORY, options -> options.memory(name));
                java.sql.Connection other = DriverManager.getConnection("jdbc:sqlite:file:/" + name + "?vfs=memdb");
                Statement statement = other.createStatement()) {
            TursoConnection reader = database.open();
            for (long i = 1; i <= 20; i++) {
                await(read(reader).repeat(50).then());
                assertThat(statement.executeUpdate("UPDATE t SET n = n + 1 WHERE a = 1"))
                        .isEqualTo(1);
                assertThat(value(reader, "SELECT n FROM t WHERE a = 1")).isEqualTo(i);
            }
        }
    }

    private static void waitForUpdate(TursoConnection writer) {
        waitFor(drained(writer, "UPDATE t SET n = n + 1 WHERE a = 1").toFuture());
    }

    /** Does what others do by blocking, which is forbidden on this thread. */
    private static void waitFor(CompletableFuture<Void> update) {
        long start = System.nanoTime();
        boolean done;
        do {
            done = update.isDone();
        } while (!done && System.nanoTime() - start < OpenDatabase.PATIENCE.toNanos() / 2);
        assertThat(update).isCompleted();
    }

    @Test
    void noTransactionAndNoSnapshotIsLeftBehind() throws Exception {
        try (OpenDatabase database = database(Kind.WRITE_AHEAD_LOG);
                java.sql.Connection other = foreign(this.file)) {
            TursoConnection connection = database.open();
            for (int round = 0; round < 20; round++) {
                await(Flux.range(0, 200)
                        .flatMap(i -> read(connection), IN_FLIGHT)
                        .then());
                assertThat(connection.isAutoCommit()).isTrue();
                run(connection, "INSERT INTO t (n) VALUES (1)");
                until(() -> isNobodyReading(other));
            }
        }
    }

    /** RESTART succeeds only if nobody reads from the log. */
    private static boolean isNobodyReading(java.sql.Connection other) {
        try (Statement statement = other.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
            return answer.next() && answer.getInt(1) == 0;
        } catch (SQLException locked) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesAndTransactionsBetweenQueriesKeepTheirOrder(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            List<Long> seen = new ArrayList<>();
            List<Mono<Void>> work = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                for (int j = 0; j < 6; j++) {
                    work.add(read(connection).doOnNext(seen::add).then());
                }
                if (i % 3 == 0) {
                    work.add(connection.beginTransaction());
                    work.add(drained(connection, "UPDATE t SET n = n + 1 WHERE a = 1"));
                    work.add(connection.commitTransaction());
                } else {
                    work.add(drained(connection, "UPDATE t SET n = n + 1 WHERE a = 1"));
                }
            }

            await(Flux.fromIterable(work)
                    .flatMapSequential(one -> one, work.size())
                    .then());

            assertThat(seen).hasSize(1_200).isSorted();
            assertThat(seen.get(6)).isEqualTo(1);
            assertThat(value(connection, "SELECT n FROM t WHERE a = 1")).isEqualTo(200L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsAndTimeoutsOfSomeHarmNoOther(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            await(connection.setStatementTimeout(Duration.ofSeconds(5)));
            List<String> answers = get(Flux.range(0, 300)
                    .flatMapSequential(
                            i -> connection
                                    .createStatement(
                                            i % 10 == 3
                                                    ? "SELECT abs(-9223372036854775807 - n - 1) FROM t WHERE a = 1"
                                                    : i % 10 == 7
                                                            ? "SELECT missing FROM t"
                                                            : "SELECT n FROM t WHERE a = 1")
                                    .execute()
                                    .flatMap(result -> result.map(row -> "row"))
                                    .onErrorResume(R2dbcException.class, error -> Mono.just(error.getSqlState())),
                            IN_FLIGHT)
                    .collectList());
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i)).isEqualTo(i % 10 == 3 ? "22000" : i % 10 == 7 ? "42703" : "row");
            }
            run(connection, "INSERT INTO t (n) VALUES (1)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancelledAndHalfReadMembersLeaveTheOthersWhole(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            run(connection, "INSERT INTO t (n) VALUES (1), (2), (3)");
            HalfReader half = HalfReader.of(connection, "SELECT n FROM t");
            Long finished = get(Flux.range(0, 2_000)
                    .flatMap(i -> i % 5 == 0 ? read(connection).take(0) : read(connection), IN_FLIGHT)
                    .count());
            assertThat(finished).isEqualTo(1_600);
            half.cancel();
            run(connection, "INSERT INTO t (n) VALUES (1)");
        }
    }

    /** An interrupt may come as late as when the last member's snapshot is let go. */
    @ParameterizedTest
    @EnumSource
    void interruptsLeaveNoTransactionBehind(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            TursoConnection other = database.open();
            for (long round = 1; round <= 300; round++) {
                CompletableFuture<Void> reading = Flux.range(0, 40)
                        .flatMap(i -> read(connection).onErrorComplete(TursoInterruptedException.class), 8)
                        .then()
                        .toFuture();
                while (!reading.isDone()) {
                    await(connection.interrupt());
                }
                await(Mono.fromFuture(reading));
                await(drained(connection, "UPDATE t SET n = n + 1 WHERE a = 1")
                        .retryWhen(Retry.max(100).filter(TursoInterruptedException.class::isInstance)));
                assertThat(value(other, "SELECT n FROM t WHERE a = 1")).isEqualTo(round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingInTheMiddleAnswersEverybody(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            AtomicLong answered = new AtomicLong();
            Mono<Void> reading = Flux.range(0, 1_000)
                    .flatMap(
                            i -> read(connection)
                                    .then()
                                    .onErrorComplete()
                                    .doOnSuccess(done -> answered.incrementAndGet()),
                            1_000)
                    .then();
            await(Mono.when(reading, connection.close()));
            assertThat(answered).hasValue(1_000);
        }
    }
}
