package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.Turso;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** order, cancel, timeouts, several flows. */
class AsyncTest extends AioTest {

    /** Four numbers each with each: minutes of work. */
    private static final String CROSS_JOIN =
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000)"
                    + " SELECT count(*) FROM c a, c b, c d, c e";

    private static final String ENDLESS_INSERT = ENDLESS + " INSERT INTO t SELECT x FROM c";

    @Test
    void r128_orderOfSubscriptionIsOrderOfExecution() {
        script("CREATE TABLE t (x)");
        await(Flux.range(0, 100)
                .flatMap(i -> this.conn.execute("INSERT INTO t VALUES (?)", i).rowCount(), 100)
                .then());
        assertThat(column("SELECT x FROM t ORDER BY rowid"))
                .hasSize(100)
                .isEqualTo(column("SELECT x FROM t ORDER BY x"));

        await(this.cur.execute("SELECT x FROM t WHERE x < 3 ORDER BY x"));
        List<Object> fetched = await(Flux.range(0, 4)
                .flatMapSequential(
                        i -> this.cur.fetchOne().map(row -> row.values().get(0)).defaultIfEmpty("end"), 4));
        assertThat(fetched).containsExactly(0L, 1L, 2L, "end");
    }

    @Test
    void r129_failingStepHurtsNoOther() {
        script("CREATE TABLE t (x UNIQUE)");
        List<Object> answers = await(Flux.just(1, 1, 2, 2, 3)
                .flatMapSequential(
                        x -> this.conn
                                .execute("INSERT INTO t VALUES (?)", x)
                                .rowCount()
                                .cast(Object.class)
                                .onErrorResume(error -> Mono.just("failed")),
                        5));
        assertThat(answers).containsExactly(1L, "failed", 1L, "failed", 1L);
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L, 3L);
    }

    @Test
    void r130_threadOfTheCallerStaysFree() {
        Scheduler loop = Schedulers.newSingle("loop");
        try {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Disposable query = this.conn
                    .execute(CROSS_JOIN)
                    .fetchOne()
                    .subscribeOn(loop)
                    .subscribe(row -> end.set(new AssertionError("The query ended")), end::set);

            List<String> ticks = await(Flux.range(0, 48)
                    .publishOn(loop)
                    .map(i -> Thread.currentThread().getName()));
            assertThat(ticks).hasSize(48).allMatch(name -> name.startsWith("loop"));
            assertThat(query.isDisposed()).as("the query has ended").isFalse();

            interruptUntil(end);
            assertThat(end.get()).isInstanceOf(TursoInterruptedException.class);
        } finally {
            loop.dispose();
        }
    }

    /** An interrupt that comes before the statement runs does nothing; so it is repeated. */
    private void interruptUntil(AtomicReference<Throwable> end) {
        OpenDatabase.until(() -> {
            await(this.conn.interrupt());
            return end.get() != null;
        });
    }

    /** Not as in Python, whose {@code async with} of pyturso and aiosqlite only closes. */
    @Test
    void r131_scopeCommits() {
        script("CREATE TABLE t (x)");
        await(Turso.usingConnection(
                name(), it -> it.execute("INSERT INTO t VALUES (1)").then()));
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    @Test
    void r132_cancelledWhileQueuedNeverRuns() {
        script("CREATE TABLE t (x)");
        AtomicReference<Throwable> end = new AtomicReference<>();
        this.conn.execute(ENDLESS_QUERY).then().subscribe(nothing -> {}, end::set);
        Disposable queued = this.conn.execute("INSERT INTO t VALUES (1)").then().subscribe();

        queued.dispose();
        interruptUntil(end);

        assertThat(inTransaction()).isFalse();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r133_cancelledWhileRunningIsUndone() {
        script("CREATE TABLE t (x)");
        TursoConnection on = connect(options -> options.autocommit(Autocommit.ON));
        TursoConnection probe = connect(options -> options.lockWaitTimeout(Duration.ZERO));
        await(on.execute("INSERT INTO t VALUES (-1)").then());

        Disposable running = on.execute(ENDLESS_INSERT).then().subscribe();
        awaitLocked(probe);
        running.dispose();
        assertThat(rows(on, "SELECT x FROM t")).containsExactly(row(-1L));
        assertThat(inTransaction(on)).isFalse();

        // Inside a transaction SQLite rolls all of it back, and nothing meant for it commits by itself.
        await(this.conn.execute("INSERT INTO t VALUES (-2)").then());
        int rounds = 1;
        while (!isTransactionLostByInterrupt()) {
            rounds++;
            // Interrupts begin a millisecond after the statement, which may not be running yet, but seldom is not.
            assertThat(rounds).isLessThan(5);
        }
        await(this.conn.rollback());
        assertThat(column("SELECT x FROM t")).containsExactly(-1L);
    }

    /** An interrupt that comes before the first step ends the statement only. */
    private boolean isTransactionLostByInterrupt() {
        awaitInterrupted(this.conn.execute(ENDLESS_INSERT).then().subscribe(nothing -> {}, stopped -> {}));
        Signal<Void> next = OpenDatabase.get(
                this.conn.execute("INSERT INTO t VALUES (-3)").then().materialize());
        return next.getThrowable() instanceof R2dbcRollbackException;
    }

    /** Waits until somebody else holds the write lock. */
    private static void awaitLocked(TursoConnection probe) {
        OpenDatabase.until(() -> {
            Boolean locked = await(probe.execute("BEGIN IMMEDIATE")
                    .then()
                    .then(probe.rollback())
                    .thenReturn(false)
                    .onErrorReturn(R2dbcTimeoutException.class, true));
            return Boolean.TRUE.equals(locked);
        });
    }

    /** Interrupts until the statement has ended. */
    private void awaitInterrupted(Disposable running) {
        OpenDatabase.until(() -> {
            await(this.conn.interrupt());
            return running.isDisposed();
        });
    }

    @Test
    void r134_cursorIsAScope() {
        AtomicReference<TursoCursor> used = new AtomicReference<>();
        Long one = await(Mono.usingWhen(
                this.conn.execute("SELECT 1 UNION ALL SELECT 2").cursor(),
                cursor -> {
                    used.set(cursor);
                    return cursor.fetchOne().map(row -> row.getLong(0));
                },
                TursoCursor::close));
        assertThat(one).isEqualTo(1L);
        assertFails(Category.PROGRAMMING, Mono.defer(() -> used.get().fetchOne()))
                .isInstanceOf(TursoClosedException.class);
        assertFails(Category.PROGRAMMING, Mono.defer(() -> used.get().execute("SELECT 1")));
        await(used.get().close());
        assertUsable();
    }

    @Test
    void r135_severalConnectionsTakeTurns() {
        script("CREATE TABLE t (x)");
        await(Flux.just(connect(), connect())
                .flatMap(it -> Flux.range(0, 20)
                        .concatMap(i ->
                                it.execute("INSERT INTO t VALUES (?)", i).then().then(it.commit())))
                .then());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(40L);
    }

    @Test
    void r136_transactionsOfTwoFlowsOnOneConnectionDoNotMeet() {
        script("CREATE TABLE t (x)");
        Mono<Long> good = this.conn.transaction(
                it -> it.execute("INSERT INTO t VALUES ('good')").rowCount().delayElement(Duration.ofMillis(20)));
        Mono<Long> bad = this.conn.transaction(it -> it.execute("INSERT INTO t VALUES ('bad')")
                .rowCount()
                .then(Mono.error(new IllegalStateException("bad"))));
        await(Mono.when(good, bad.onErrorComplete(), good, bad.onErrorComplete()));
        assertThat(column("SELECT x FROM t")).containsExactly("good", "good");
    }

    @Test
    void r137_failedOpenLeavesNothing() throws InterruptedException {
        Path file = this.database.directory().resolve("no/such.db");
        Set<Thread> before = Leftovers.workers();
        AtomicReference<TursoConnection> used = new AtomicReference<>();
        Mono<Object> scope = Turso.usingConnection(file, options -> options.maxThreads(1), it -> {
            used.set(it);
            return Mono.empty();
        });
        assertFails(Category.OPERATIONAL, scope);
        assertThat(used.get()).isNull();
        Leftovers.assertEnded(before);
    }

    @Test
    void r138_connectionIsOpenWhenItIsEmitted() {
        TursoRow first = await(Turso.connect(name())
                .flatMap(it -> it.cursor()
                        .execute("SELECT 7")
                        .flatMap(TursoCursor::fetchOne)
                        .flatMap(row -> it.close().thenReturn(row))));
        assertThat(first.values()).isEqualTo(row(7L));
    }

    @Test
    void r139_interruptStopsTheRunningStatement() {
        AtomicReference<Throwable> end = new AtomicReference<>();
        this.conn.execute(CROSS_JOIN).fetchOne().subscribe(row -> {}, end::set);
        interruptUntil(end);
        assertFails(Category.OPERATIONAL, Code.INTERRUPT, "interrupted", Mono.error(end.get()));
        assertThat(end.get()).isInstanceOf(TursoInterruptedException.class);
        assertUsable();
    }

    @Test
    void r140_interruptOfNothingDoesNothing() {
        await(this.conn.interrupt());
        assertUsable();
        await(this.cur.execute("SELECT 1 UNION ALL SELECT 2"));
        await(this.conn.interrupt());
        assertThat(next(this.cur)).isEqualTo(row(1L));
        assertThat(next(this.cur)).isEqualTo(row(2L));
    }

    @Test
    void r141_statementTimeout() {
        TursoConnection limited = connect(options -> options.statementTimeout(Duration.ofMillis(250)));
        assertFails(Category.OPERATIONAL, limited.execute(CROSS_JOIN).fetchOne())
                .isInstanceOfSatisfying(
                        R2dbcTimeoutException.class,
                        error -> assertThat(error.getSqlState()).isEqualTo("57014"));
        await(limited.setStatementTimeout(Duration.ZERO));
        assertThat(rows(limited, ENDLESS.replace("FROM c)", "FROM c WHERE x < 1000000)") + " SELECT count(*) FROM c"))
                .containsExactly(row(1_000_000L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Turso.connect(name(), options -> options.statementTimeout(Duration.ofMillis(-1))))
                .withMessageContaining("statementTimeout");
    }
}
