package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.Turso;
import turso.r2dbc.TursoRetry;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoExecution;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.errors.OpenDatabase;

/** What surprises those who come from a blocking or an eager API; each test shows what happens then. */
class HazardTest extends AioTest {

    private static final String NUMBERS =
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) SELECT x FROM c";

    private Object count() {
        return value("SELECT count(*) FROM t");
    }

    @Test
    void whatNobodySubscribesToDoesNotHappen() {
        script("CREATE TABLE t (x)");
        TursoExecution insert = this.conn.execute("INSERT INTO t VALUES (1)");
        insert.then();
        insert.rowCount();
        this.cur.execute("INSERT INTO t VALUES (1)");
        this.conn.executeScript("INSERT INTO t VALUES (1)");
        this.conn.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(1)));
        assertThat(count()).isEqualTo(0L);
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void whatIsSubscribedToTwiceHappensTwice() {
        script("CREATE TABLE t (x)");
        Mono<Long> insert = this.conn.execute("INSERT INTO t VALUES (1)").rowCount();
        await(insert.then(insert));
        assertThat(count()).isEqualTo(2L);

        Mono<Long> once = insert.cache();
        await(once.then(once));
        assertThat(count()).isEqualTo(3L);
    }

    @Test
    void eachSubscriptionOfFetchOneTakesTheNextRow() {
        await(this.cur.execute(NUMBERS));
        Mono<Long> fetch = this.cur.fetchOne().map(row -> row.getLong(0));
        assertThat(await(Flux.merge(fetch, fetch, fetch))).containsExactly(1L, 2L, 3L);

        Mono<Long> first = this.conn.execute(NUMBERS).fetchOne().map(row -> row.getLong(0));
        assertThat(await(Flux.merge(first, first, first))).containsExactly(1L, 1L, 1L);
    }

    private void assertRolledBack(Function<Flux<Long>, Mono<Long>> end) {
        AtomicReference<TursoConnection> used = new AtomicReference<>();
        Flux<Long> scope = Turso.usingConnectionMany(name(), it -> {
            used.set(it);
            return it.execute("INSERT INTO t VALUES (1)").rowCount();
        });
        Long seen = await(end.apply(scope));
        assertThat(seen).isEqualTo(1L);
        awaitClosed(used.get());
        assertThat(count()).isEqualTo(0L);
    }

    private static void awaitClosed(TursoConnection connection) {
        OpenDatabase.until(() -> Boolean.FALSE.equals(await(connection.validate(ValidationDepth.LOCAL))));
    }

    @Test
    void streamThatIsNotReadToItsEndIsRolledBack() {
        script("CREATE TABLE t (x)");
        for (int i = 0; i < 20; i++) {
            assertRolledBack(Flux::next);
            assertRolledBack(Mono::from);
            assertRolledBack(scope -> scope.take(1).last());
        }
    }

    @Test
    void streamThatIsReadToItsEndIsCommitted() {
        script("CREATE TABLE t (x)");
        Flux<Long> stream = Turso.usingConnectionMany(
                name(), it -> it.execute("INSERT INTO t VALUES (1)").rowCount());
        await(stream.last());
        await(stream.collectList());
        await(stream.singleOrEmpty());
        await(Turso.usingConnection(
                name(), it -> it.execute("INSERT INTO t VALUES (1)").rowCount()));
        assertThat(count()).isEqualTo(4L);
    }

    @Test
    void valueOfAScopeIsEmittedAfterTheCommit() {
        script("CREATE TABLE t (x)");
        Mono<Object> seen = Turso.usingConnection(
                        name(), it -> it.execute("INSERT INTO t VALUES (1)").rowCount())
                .flatMap(one -> Turso.usingConnection(
                        name(), it -> it.execute("SELECT count(*) FROM t").fetchOne()))
                .map(row -> row.values().get(0));
        assertThat(await(seen)).isEqualTo(1L);
    }

    @Test
    void retryBelongsAroundTheScope() {
        script("CREATE TABLE t (x)");
        TursoConnection holder = connect(options -> options.isolation(Isolation.NONE));
        await(holder.execute("BEGIN IMMEDIATE").then());
        AtomicInteger runs = new AtomicInteger();
        Mono<Long> scope = Turso.usingConnection(this.database.url("lockWaitTimeout=0s"), it -> {
            // The lock is freed when the third run begins.
            Mono<Void> free = runs.incrementAndGet() == 3 ? holder.rollback() : Mono.empty();
            return free.then(it.execute("INSERT INTO t VALUES (1)").rowCount());
        });
        if (this.database.isFile()) {
            Long inserted = await(scope.retryWhen(TursoRetry.backoff()));
            assertThat(inserted).isEqualTo(1L);
            assertThat(runs).hasValue(3);
            assertThat(count()).isEqualTo(1L);
        } else {
            // Memory that is locked cannot even be opened, so the function never runs; the error is retryable as well.
            assertThat(failure(scope))
                    .satisfies(
                            error -> assertThat(TursoRetry.isRetryable(error)).isTrue());
            await(holder.rollback());
            runs.set(3);
            await(scope.retryWhen(TursoRetry.backoff()));
            assertThat(count()).isEqualTo(1L);
        }
    }

    @Test
    void timeoutStopsTheEngine() {
        StepVerifier.create(this.conn.execute(ENDLESS_QUERY).fetchOne().timeout(Duration.ofMillis(50)))
                .verifyError(TimeoutException.class);
        // Were the query still running, this would have to wait for ever.
        assertUsable();
    }

    @Test
    void cancelledWhileQueuedOpensNoTransaction() {
        script("CREATE TABLE t (x)");
        AtomicReference<Throwable> end = new AtomicReference<>();
        this.conn.execute(ENDLESS_QUERY).then().subscribe(nothing -> {}, end::set);
        List<Disposable> queued = new ArrayList<>();
        queued.add(this.conn.execute("INSERT INTO t VALUES (1)").then().subscribe());
        queued.add(this.conn.executeScript("INSERT INTO t VALUES (2)").subscribe());
        queued.add(this.cur.execute("INSERT INTO t VALUES (3)").subscribe());
        queued.add(this.conn
                .executeMany("INSERT INTO t VALUES (?)", List.of(List.of(4)))
                .subscribe());
        queued.add(this.conn
                .transaction(it -> it.execute("INSERT INTO t VALUES (5)").then())
                .subscribe());
        queued.forEach(Disposable::dispose);
        OpenDatabase.until(() -> {
            await(this.conn.interrupt());
            return end.get() != null;
        });
        assertThat(inTransaction()).isFalse();
        assertThat(count()).isEqualTo(0L);
    }

    @Test
    void flowsThatShareAConnectionShareItsTransaction() {
        script("CREATE TABLE t (x)");
        // As in pyturso: good's row goes with bad's rollback.
        await(this.conn.execute("INSERT INTO t VALUES ('good')").then());
        await(this.conn.execute("INSERT INTO t VALUES ('bad')").then());
        await(this.conn.rollback());
        await(this.conn.commit());
        assertThat(count()).isEqualTo(0L);

        // What holds the connection is not reached by the other.
        Mono<Void> good = this.conn.transaction(it -> it.execute("INSERT INTO t VALUES ('good')")
                .then()
                .then(Mono.delay(Duration.ofMillis(20)))
                .then());
        Mono<Void> bad = this.conn.rollback();
        await(Mono.when(good, bad));
        assertThat(column("SELECT x FROM t")).containsExactly("good");
    }

    @Test
    void takeStopsTheQuery() {
        List<Long> taken = await(this.conn
                .execute(ENDLESS + " SELECT x FROM c")
                .fetchAll(row -> row.getLong(0))
                .take(3));
        assertThat(taken).containsExactly(1L, 2L, 3L);
        // Nothing is left open that would keep a table from being dropped.
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3), (4)");
        await(this.conn.execute("SELECT x FROM t").fetchAll().take(2));
        script("DROP TABLE t");
    }

    @Test
    void blockingInACallbackFailsAtOnce() {
        Throwable error = failure(this.conn
                .execute("SELECT 1")
                .fetchOne()
                .map(row -> this.conn.execute("SELECT 2").fetchOne().block()));
        assertThat(error).isInstanceOf(IllegalStateException.class).hasMessageContaining("block()");
        assertUsable();

        // Elsewhere it is allowed.
        TursoRow second = await(this.conn
                .execute("SELECT 1")
                .fetchOne()
                .publishOn(Schedulers.boundedElastic())
                .map(row -> this.conn.execute("SELECT 2").fetchOne().block(Duration.ofSeconds(10))));
        assertThat(second.values()).isEqualTo(row(2L));
    }

    @Test
    void signalsComeOnTheThreadsOfTheDriver() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        this.conn.execute("SELECT 1").fetchOne().subscribe(row -> thread.complete(Thread.currentThread()));
        assertThat(thread.get(10, TimeUnit.SECONDS)).isInstanceOf(NonBlocking.class);
        assertThat(thread.get().getName()).startsWith("turso-");
    }

    @Test
    void slowReaderHoldsNoThread() {
        TursoConnection only = connect(options -> options.maxThreads(1));
        List<List<Object>> meanwhile = new ArrayList<>();
        StepVerifier.create(only.execute(NUMBERS).fetchAll(row -> row.getLong(0)), 2)
                .expectNext(1L, 2L)
                .then(() -> meanwhile.addAll(rows(only, "SELECT 7")))
                .thenRequest(1)
                .expectNext(3L)
                .thenCancel()
                .verify();
        assertThat(meanwhile).containsExactly(row(7L));
    }
}
