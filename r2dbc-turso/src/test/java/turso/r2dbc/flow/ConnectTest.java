package turso.r2dbc.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.until;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import turso.r2dbc.Turso;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.TursoRetry;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoTimeoutException;

/** The door {@code Turso}: what it opens, and that nothing of it stays behind. */
class ConnectTest {

    private static final String COUNT = "SELECT count(*) FROM t";

    @TempDir
    private Path directory;

    private Path file() {
        return this.directory.resolve("app.db");
    }

    private static Mono<Long> count(TursoConnection connection) {
        return connection.execute(COUNT).fetchOne().map(row -> row.getLong(0));
    }

    private long counted() {
        return get(Turso.usingConnection(file(), ConnectTest::count));
    }

    private void create() {
        await(Turso.usingConnection(file(), it -> it.executeScript("CREATE TABLE t (v UNIQUE)")));
    }

    @Test
    void nothingIsOpenedBeforeTheSubscription() {
        Mono<TursoConnection> connect = Turso.connect(file());
        assertThat(file()).doesNotExist();

        await(get(connect).close());
        assertThat(file()).exists();
    }

    @Test
    void databasesAreNamedByPathUrlAndMemory() {
        create();
        String url = "r2dbc:turso:file://" + file().toUri().getRawPath() + "?autocommit=true&isolation=immediate";
        for (String database : List.of(file().toString(), url)) {
            assertThat(get(Turso.usingConnection(database, ConnectTest::count))).isZero();
        }
        TursoConnection byUrl = get(Turso.connect(url));
        await(byUrl.execute("INSERT INTO t VALUES (1)").then());
        assertThat(get(byUrl.inTransaction())).isFalse();
        await(byUrl.close());

        assertThatIllegalArgumentException().isThrownBy(() -> Turso.connect((String) null));
        assertThatIllegalArgumentException().isThrownBy(() -> Turso.connect(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Turso.connect("r2dbc:turso:libsql://db.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> Turso.connect("r2dbc:h2:mem:///x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Turso.connect(file(), it -> it.maxThreads(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Turso.usingConnection(file(), null));
    }

    @Test
    void memoryIsPrivateToItsConnection() {
        Mono<TursoConnection> connect = Turso.connect(":memory:");
        TursoConnection first = get(connect);
        TursoConnection second = get(connect);
        await(first.execute("CREATE TABLE t (v)").then());

        assertThat(failure(count(second))).isInstanceOf(R2dbcBadGrammarException.class);
        await(first.close());
        await(second.close());
    }

    @Test
    void factoryIsR2dbcs() {
        TursoConnectionFactory factory = Turso.factory(":memory:");
        TursoConnection connection = get(factory.create());
        await(connection.execute("CREATE TABLE t (v)").then());
        await(connection.execute("INSERT INTO t VALUES (1)").then());
        assertThat(connection.isAutoCommit()).isTrue();
        TursoConnection other = get(factory.create());
        assertThat(get(count(other))).isEqualTo(1);
        await(connection.close());
        await(other.close());
        await(factory.close());
    }

    @Test
    void ownThreadsEndWithTheConnection() {
        TursoConnection connection = get(Turso.connect(":memory:", it -> it.maxThreads(1)));
        String thread = get(connection
                .execute("SELECT 1")
                .fetchOne()
                .map(row -> Thread.currentThread().getName()));
        assertThat(isAlive(thread)).isTrue();

        await(connection.close());
        await(connection.close());

        until(() -> !isAlive(thread));
    }

    @Test
    void ownThreadsEndIfOpeningFails() {
        Path nowhere = this.directory.resolve("no/such/x.db");
        int before = ownPools();

        assertThat(failure(Turso.connect(nowhere, it -> it.maxThreads(1))))
                .isInstanceOf(R2dbcNonTransientResourceException.class);

        until(() -> ownPools() <= before);
    }

    @Test
    void ownThreadsEndIfOpeningIsCancelled() {
        int before = ownPools();
        for (int i = 0; i < 20; i++) {
            Disposable opening = Turso.connect(":memory:", it -> it.maxThreads(1))
                    // One that is there at the very moment is not handed to a subscriber any more.
                    .doOnNext(it -> it.close().subscribe())
                    .subscribe();
            opening.dispose();
        }
        until(() -> ownPools() <= before);
    }

    private static boolean isAlive(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name));
    }

    /** Threads of pools that are not shared, {@code turso-N-M}. */
    private static int ownPools() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("turso-\\d+-\\d+"))
                .count();
    }

    // ---- usingConnection

    @Test
    void valueIsEmittedAfterCommitAndClose() {
        create();
        Mono<Long> seen = Turso.usingConnection(file(), ConnectTest::insert)
                .flatMap(rows -> Turso.usingConnection(file(), ConnectTest::count));

        assertThat(get(seen)).isEqualTo(1);
        await(Turso.usingConnection(
                file(), it -> it.execute("INSERT INTO t VALUES (3)").then()));
        assertThat(counted()).isEqualTo(2);
    }

    @Test
    void failureRollsBack() {
        create();
        RuntimeException mine = new RuntimeException("mine");
        assertThat(failure(Turso.usingConnection(
                        file(),
                        it -> it.execute("INSERT INTO t VALUES (1)").then().then(Mono.error(mine)))))
                .isSameAs(mine);
        assertThat(failure(Turso.usingConnection(file(), it -> {
                    throw mine;
                })))
                .isSameAs(mine);
        assertThat(counted()).isZero();
    }

    @Test
    void failingCommitIsPassedOnAsItIs() {
        create();
        await(Turso.usingConnection(
                file(),
                it -> it.executeScript("CREATE TABLE p (id INTEGER PRIMARY KEY);"
                        + " CREATE TABLE c (id REFERENCES p DEFERRABLE INITIALLY DEFERRED)")));
        String wrong = "INSERT INTO c VALUES (1)";

        assertThat(failure(Turso.usingConnection(file(), it -> it.execute(wrong).then())))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(failure(Turso.usingConnectionMany(
                                file(), it -> it.execute(wrong).rowCount())
                        .then()))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        Mono<Long> left = Turso.usingConnection(
                file(), it -> it.execute("SELECT * FROM c").fetchAll().count());
        assertThat(get(left)).isZero();
    }

    @Test
    void cancelRollsBack() {
        create();
        Sinks.Empty<Void> inserted = Sinks.empty();
        Disposable running = Turso.usingConnection(
                        file(),
                        it -> it.execute("INSERT INTO t VALUES (1)")
                                .then()
                                .doOnSuccess(v -> inserted.tryEmitEmpty())
                                .then(Mono.never()))
                .subscribe();
        await(inserted.asMono());
        running.dispose();

        // Its lock is free, and its row is not there.
        await(Turso.usingConnection(
                file(), it -> it.execute("INSERT INTO t VALUES (1)").then()));
        assertThat(counted()).isEqualTo(1);
    }

    /** The documented hazard, and the ways around it. */
    @Test
    void streamIsCommittedAtItsEndAndRolledBackWhenItIsCutOff() {
        create();
        Flux<Long> stream = Turso.usingConnectionMany(
                file(),
                it -> it.execute("INSERT INTO t VALUES (1), (2)")
                        .then()
                        .thenMany(it.execute("SELECT v FROM t").fetchAll(row -> row.getLong(0))));

        assertThat(get(stream.next())).isEqualTo(1);
        assertThat(counted()).isZero();
        assertThat(get(stream.collectList())).containsExactly(1L, 2L);
        assertThat(counted()).isEqualTo(2);
    }

    // ---- retry

    @Test
    void retryIsForLocksAroundTheWholeTransaction() {
        create();
        TursoConnection holder = get(Turso.connect(file()));
        await(holder.execute("INSERT INTO t VALUES (1)").then());
        AtomicInteger attempts = new AtomicInteger();

        Mono<Long> retried = Turso.usingConnection(
                        file(),
                        it -> it.lockWaitTimeout(Duration.ZERO),
                        it -> attempts.incrementAndGet() == 3 ? holder.commit().then(insert(it)) : insert(it))
                .retryWhen(TursoRetry.backoff());

        assertThat(get(retried)).isEqualTo(1);
        assertThat(attempts).hasValueGreaterThanOrEqualTo(3);
        await(holder.close());
        assertThat(counted()).isEqualTo(2);
    }

    private static Mono<Long> insert(TursoConnection connection) {
        return connection.execute("INSERT INTO t VALUES (2)").rowCount();
    }

    @Test
    void lastErrorIsSignalledAsItWas() {
        create();
        TursoConnection holder = get(Turso.connect(file()));
        await(holder.execute("INSERT INTO t VALUES (1)").then());

        assertThat(failure(Turso.usingConnection(file(), it -> it.lockWaitTimeout(Duration.ZERO), ConnectTest::insert)
                        .retryWhen(TursoRetry.backoff().maxAttempts(1))))
                .isInstanceOf(TursoTimeoutException.class)
                .isInstanceOf(R2dbcTransientException.class);
        await(holder.close());
    }

    @Test
    void stoppedStatementsAreNotRetried() {
        assertThat(TursoRetry.isRetryable(new TursoInterruptedException(
                        "m", "57014", 9, null, TursoException.Category.OPERATIONAL, false, null)))
                .isFalse();
        assertThat(TursoRetry.isRetryable(new RuntimeException())).isFalse();
        AtomicInteger attempts = new AtomicInteger();
        failure(Mono.error(() -> {
                    attempts.incrementAndGet();
                    return new IllegalStateException();
                })
                .retryWhen(TursoRetry.backoff()));
        assertThat(attempts).hasValue(1);
    }
}
