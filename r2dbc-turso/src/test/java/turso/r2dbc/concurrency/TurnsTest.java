package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.errors.HalfReader;
import turso.r2dbc.errors.OpenDatabase;

/** Where SQLite cannot read and write at once, readers and writers take turns, first come, first served. */
class TurnsTest {

    private static final String SELECT = "SELECT a FROM t ORDER BY a";

    @TempDir
    Path directory;

    /** The kinds of database in which readers and the writer exclude each other. */
    enum Kind {
        MEMORY,
        ROLLBACK_JOURNAL
    }

    private OpenDatabase database(Kind kind) {
        return database(kind, UnaryOperator.identity());
    }

    private OpenDatabase database(Kind kind, UnaryOperator<Builder> options) {
        OpenDatabase database = kind == Kind.MEMORY
                ? OpenDatabase.memory(options)
                : OpenDatabase.file(
                        this.directory.resolve("a.db"),
                        more -> options.apply(
                                more.journalMode(JournalMode.DELETE).synchronous(Synchronous.OFF)));
        run(database.open(), "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)");
        return database;
    }

    private static CompletableFuture<List<@Nullable Object>> reading(TursoConnection connection) {
        return connection
                .createStatement(SELECT)
                .execute()
                .concatMap(result -> result.map(row -> row.get(0)))
                .collectList()
                .toFuture();
    }

    private static CompletableFuture<Void> writing(TursoConnection connection, int value) {
        return drained(connection, "INSERT INTO t VALUES (" + value + ")").toFuture();
    }

    private static void awaitWaiting(OpenDatabase database, int waiters) {
        until(() -> database.factory().metrics().lockWaiters() == waiters);
    }

    /** A connection whose transaction has read, and so keeps writers out. */
    private static TursoConnection readingInTransaction(OpenDatabase database) {
        TursoConnection connection = database.open();
        await(connection.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
        assertThat(column(connection, SELECT)).hasSize(3);
        return connection;
    }

    @ParameterizedTest
    @EnumSource
    void everybodyGetsTheTurnInTheOrderOfArrival(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection holder = database.open();
            List<TursoConnection> others = List.of(database.open(), database.open(), database.open());
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (4)");

            CompletableFuture<?> first = reading(others.get(0));
            awaitWaiting(database, 1);
            CompletableFuture<?> second = writing(others.get(1), 5);
            awaitWaiting(database, 2);
            CompletableFuture<?> third = reading(others.get(2));
            awaitWaiting(database, 3);
            assertThat(List.of(first, second, third)).noneMatch(CompletableFuture::isDone);
            await(holder.commitTransaction());

            assertThat(get(Mono.fromFuture(first))).isEqualTo(List.of(1L, 2L, 3L, 4L));
            await(Mono.fromFuture(second));
            assertThat(get(Mono.fromFuture(third))).isEqualTo(List.of(1L, 2L, 3L, 4L, 5L));
            assertThat(database.factory().metrics().lockWaits()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readerGivesUpAfterLockWaitTimeoutNamingTheWriter(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection holder = database.open();
            TursoConnection reader = database.open();
            await(reader.setLockWaitTimeout(Duration.ofMillis(50)));
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (4)");

            assertThat(failure(reader, SELECT))
                    .isInstanceOf(R2dbcTimeoutException.class)
                    .hasMessageContaining("INSERT INTO t VALUES (4)");
            await(holder.rollbackTransaction());
            assertThat(column(reader, SELECT)).containsExactly(1L, 2L, 3L);
            assertThat(database.factory().metrics().lockTimeouts()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writerGivesUpAfterLockWaitTimeoutNamingTheReader(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection reader = readingInTransaction(database);
            TursoConnection writer = database.open();
            await(writer.setLockWaitTimeout(Duration.ofMillis(50)));

            assertThat(failure(writer, "INSERT INTO t VALUES (4)"))
                    .isInstanceOf(R2dbcTimeoutException.class)
                    .hasMessageContaining(SELECT);
            await(reader.rollbackTransaction());
            run(writer, "INSERT INTO t VALUES (4)");
        }
    }

    // ---- half-read queries

    @ParameterizedTest
    @EnumSource
    void halfReadQueryMakesWayForAWriterAndKeepsItsRows(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            HalfReader first = HalfReader.of(database.open(), SELECT);
            HalfReader second = HalfReader.of(database.open(), SELECT);

            run(database.open(), "DELETE FROM t", "INSERT INTO t VALUES (4)");

            assertThat(first.rest()).containsExactly(1L, 2L, 3L);
            assertThat(second.rest()).containsExactly(1L, 2L, 3L);
            assertThat(database.factory().metrics().lockHolders()).isZero();
        }
    }

    /** Each stands in the other's way. */
    @ParameterizedTest
    @EnumSource
    void halfReadersThatBothWriteDoNotWaitForEachOther(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection one = database.open();
            TursoConnection other = database.open();
            HalfReader first = HalfReader.of(one, SELECT);
            HalfReader second = HalfReader.of(other, SELECT);

            await(Mono.when(drained(one, "INSERT INTO t VALUES (4)"), drained(other, "INSERT INTO t VALUES (5)")));

            assertThat(first.rest()).containsExactly(1L, 2L, 3L);
            assertThat(second.rest()).containsExactly(1L, 2L, 3L);
        }
    }

    /** A stream of rows, each of which leads to a write on another connection, as from a pool. */
    @ParameterizedTest
    @EnumSource
    void rowsOfOneConnectionAreWrittenWithAnother(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            run(writer, "INSERT INTO t SELECT value FROM json_each('[" + "9,".repeat(1_000) + "9]')");

            await(reader.createStatement(SELECT)
                    .execute()
                    .concatMap(result -> result.map(row -> row.get(0, Long.class)), 1)
                    .concatMap(value -> drained(writer, "INSERT INTO t VALUES (" + -value + ")"), 1)
                    .then());

            assertThat(column(reader, "SELECT count(*) FROM t")).containsExactly(2_008L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreRowsThanMayBeBufferedStayInTheWayAndLoseNothing(Kind kind) {
        try (OpenDatabase database = database(kind, options -> options.maxBufferedRows(1))) {
            TursoConnection writer = database.open();
            run(writer, "INSERT INTO t VALUES (10), (11), (12), (13), (14)");
            HalfReader reader = HalfReader.of(database.open(), SELECT);
            await(writer.setLockWaitTimeout(Duration.ofMillis(50)));

            assertThat(failure(writer, "INSERT INTO t VALUES (4)"))
                    .isInstanceOf(R2dbcTimeoutException.class)
                    .hasMessageContaining(SELECT);

            assertThat(reader.rest()).containsExactly(1L, 2L, 3L, 10L, 11L, 12L, 13L, 14L);
            run(writer, "INSERT INTO t VALUES (4)");
        }
    }

    // ---- more turns

    @ParameterizedTest
    @EnumSource
    void readersThatNeverPauseDoNotStarveAWriter(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            AtomicBoolean written = new AtomicBoolean();
            Mono<Void> reader = Mono.defer(() -> {
                TursoConnection connection = database.open();
                return drained(connection, SELECT).repeat(() -> !written.get()).then();
            });
            List<CompletableFuture<Void>> readers =
                    Flux.range(0, 4).map(i -> reader.toFuture()).collectList().block(OpenDatabase.PATIENCE);

            run(database.open(), "INSERT INTO t VALUES (4)");
            written.set(true);

            assertThat(readers).isNotNull();
            readers.forEach(each -> await(Mono.fromFuture(each)));
        }
    }

    /** Queries that wait behind one another share a snapshot, for which a writer need not wait. */
    @ParameterizedTest
    @EnumSource
    void writerGetsItsTurnBetweenQueriesOfOneConnection(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            AtomicInteger answered = new AtomicInteger();
            String slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)"
                    + " SELECT max(n) + (SELECT count(*) FROM t) FROM c";
            CompletableFuture<Void> reading = Flux.range(0, 200)
                    .flatMap(i -> drained(reader, slow).doOnSuccess(done -> answered.incrementAndGet()), 200)
                    .then()
                    .toFuture();
            until(() -> answered.get() > 0);

            run(writer, "INSERT INTO t VALUES (4)");

            assertThat(answered).hasValueLessThan(200);
            await(Mono.fromFuture(reading));
        }
    }

    /** The last of such queries has let go of the database when it is answered. */
    @ParameterizedTest
    @EnumSource
    void whoeverHasAllAnswersCanWriteAtOnce(Kind kind) {
        try (OpenDatabase database = database(kind, options -> options.lockWaitTimeout(Duration.ZERO))) {
            TursoConnection reader = database.open();
            TursoConnection writer = database.open();
            for (int round = 0; round < 2_000; round++) {
                int inFlight = round % 2 == 0 ? 20 : 1;
                await(Flux.range(0, 20)
                        .flatMap(i -> drained(reader, SELECT), inFlight)
                        .then());
                run(writer, "UPDATE t SET a = a");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionDoesNotWaitForItsOwnCursor(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            TursoConnection another = database.open();
            HalfReader cursor = HalfReader.of(connection, SELECT);
            run(connection, "INSERT INTO t VALUES (4)");

            run(another, "INSERT INTO t VALUES (5)");

            assertThat(cursor.rest()).containsSubsequence(1L, 2L, 3L);
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void transactionThatHasReadKeepsItsTurnUntilItsEnd(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
            assertThat(column(connection, SELECT)).hasSize(3);

            CompletableFuture<Void> other = writing(database.open(), 5);
            awaitWaiting(database, 1);
            // It reads already, so that those who wait for it cannot go before it.
            run(connection, "INSERT INTO t VALUES (4)");
            assertThat(other).isNotDone();
            await(connection.commitTransaction());

            await(Mono.fromFuture(other));
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(database.factory().metrics().lockHolders()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverCancelsWhileWaitingLetsTheOthersPass(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection holder = readingInTransaction(database);
            TursoConnection cancelling = database.open();
            TursoConnection behind = database.open();
            Disposable writer = drained(cancelling, "INSERT INTO t VALUES (4)").subscribe();
            awaitWaiting(database, 1);
            CompletableFuture<?> reader = reading(behind);
            awaitWaiting(database, 2);

            writer.dispose();

            assertThat(get(Mono.fromFuture(reader))).isEqualTo(List.of(1L, 2L, 3L));
            assertThat(column(cancelling, SELECT)).containsExactly(1L, 2L, 3L);
            await(holder.rollbackTransaction());
            await(Mono.fromFuture(writing(cancelling, 5)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void validationDoesNotWaitForTheWriter(Kind kind) {
        try (OpenDatabase database = database(kind, options -> options.lockWaitTimeout(Duration.ofDays(1)))) {
            TursoConnection holder = database.open();
            TursoConnection other = database.open();
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (4)");

            assertThat(get(other.validate(ValidationDepth.REMOTE))).isTrue();
            await(other.beginTransaction(IsolationLevel.SERIALIZABLE));
            await(other.rollbackTransaction());
            await(holder.rollbackTransaction());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingATransactionThatHasReadLetsOthersWrite(Kind kind) {
        try (OpenDatabase database = database(kind)) {
            TursoConnection reader = readingInTransaction(database);
            CompletableFuture<Void> writer = writing(database.open(), 4);
            awaitWaiting(database, 1);

            await(reader.close());

            await(Mono.fromFuture(writer));
        }
    }

    /** Every new connection looks at the schema, which the writer of a memory database keeps it from. */
    @Test
    void openingTakesItsTurnToo() {
        try (OpenDatabase database = database(Kind.MEMORY)) {
            TursoConnection holder = database.open();
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (4)");

            CompletableFuture<TursoConnection> opened =
                    database.factory().create().toFuture();
            CompletableFuture<TursoConnection> cancelled = new CompletableFuture<>();
            Disposable second = database.factory().create().subscribe(cancelled::complete);
            awaitWaiting(database, 2);
            second.dispose();
            await(holder.commitTransaction());

            TursoConnection connection = get(Mono.fromFuture(opened));
            assertThat(column(connection, SELECT)).containsExactly(1L, 2L, 3L, 4L);
            await(connection.close());
            until(() -> database.factory().metrics().lockHolders() == 0);
            assertThat(cancelled).isNotDone();
        }
    }

    @Test
    void openingGivesUpAfterLockWaitTimeoutAndHoldsNothing() {
        try (OpenDatabase database = database(Kind.MEMORY, options -> options.lockWaitTimeout(Duration.ofMillis(50)))) {
            TursoConnection holder = database.open();
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (4)");

            assertThat(database.openFailure()).isInstanceOf(R2dbcTimeoutException.class);

            await(holder.rollbackTransaction());
            assertThat(column(database.open(), SELECT)).containsExactly(1L, 2L, 3L);
        }
    }
}
