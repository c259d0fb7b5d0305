package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * Tries to make the driver use a statement after it was finalised. That would not fail a test: it would end the process.
 */
class PointerAttackTest {

    private static final String NUMBERS =
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000)";

    private static final List<String> STATEMENTS = List.of(
            NUMBERS + " SELECT x FROM c",
            NUMBERS + " SELECT x, hex(x), x * 1.5, randomblob(20) FROM c",
            "SELECT a FROM t",
            "SELECT a FROM t ORDER BY -a",
            "INSERT INTO t VALUES (random()) RETURNING a",
            "UPDATE t SET a = a + 1",
            "SELECT abs(a) FROM (SELECT a FROM t UNION ALL SELECT -9223372036854775808)",
            "SELECT abs(-9223372036854775808)",
            "INSERT INTO t SELECT json('{')",
            "SELECT * FROM missing",
            "PRAGMA table_info(t)",
            "CREATE TEMP TABLE IF NOT EXISTS u (a); DROP TABLE IF EXISTS u",
            "BEGIN",
            "COMMIT",
            "ROLLBACK");

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

    private final AtomicLong rows = new AtomicLong();

    private final AtomicLong errors = new AtomicLong();

    /** A statement that is read in some odd manner, from some thread, and perhaps given up. */
    private Mono<Long> attack(TursoConnection connection) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String sql = STATEMENTS.get(random.nextInt(STATEMENTS.size()));
        Flux<Object> reading = Flux.defer(() -> connection.createStatement(sql).execute())
                .concatMap(
                        result -> result.map(row -> {
                            this.rows.incrementAndGet();
                            return (Object) String.valueOf(row.get(0));
                        }),
                        1);
        reading = switch (random.nextInt(5)) {
            case 0 -> reading.limitRate(1 + random.nextInt(7));
            case 1 -> reading.take(random.nextInt(100));
            case 2 -> reading.takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(3_000_000))));
            case 3 -> reading.publishOn(Schedulers.parallel(), 1 + random.nextInt(16));
            default -> reading;
        };
        return reading.subscribeOn(Schedulers.parallel()).count().onErrorResume(error -> {
            this.errors.incrementAndGet();
            if (!(error instanceof R2dbcException) && !(error instanceof IllegalStateException)) {
                this.unexpected.add(error);
            }
            return Mono.just(0L);
        });
    }

    private Mono<Void> attackAndClose(OpenDatabase database) {
        return database.factory().create().flatMap(connection -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            Mono<Long> statements = Flux.range(0, 1 + random.nextInt(6))
                    .flatMap(i -> attack(connection), 6)
                    .count();
            Mono<Void> close =
                    Mono.delay(Duration.ofNanos(random.nextInt(4_000_000))).then(Mono.defer(connection::close));
            return random.nextInt(8) == 0
                    ? statements.then(connection.close())
                    : Mono.when(statements, close, Mono.defer(connection::close).subscribeOn(Schedulers.parallel()));
        });
    }

    /** Raw pointer after finalise never used: connections are closed while rows flow, from other threads. */
    @Test
    void closingConnectionsWhileRowsFlow() {
        int connections = 1_000;
        try (OpenDatabase database = OpenDatabase.file(
                this.directory.resolve("a.db"),
                options -> options.synchronous(Synchronous.OFF)
                        .statementCacheSize(3)
                        .maxThreads(4)
                        .lockWaitTimeout(Duration.ofMillis(500)))) {
            TursoConnection keeper = database.open();
            run(keeper, "CREATE TABLE t (a)", "INSERT INTO t " + NUMBERS + " SELECT x FROM c");

            await(Flux.range(0, connections)
                    .flatMap(i -> attackAndClose(database), 8)
                    .then());

            assertThat((Long) value(keeper, "SELECT count(*) FROM t")).isGreaterThanOrEqualTo(3_000);
        }
        assertThat(this.unexpected).isEmpty();
        assertThat(this.rows.get()).isGreaterThan(connections);
        assertThat(this.errors.get()).isPositive();
    }

    /** The same without closing: errors, cancellations and a tiny cache, on a few connections for a long time. */
    @Test
    void manyStatementsOnOneConnection() {
        try (OpenDatabase database = OpenDatabase.file(
                this.directory.resolve("a.db"),
                options -> options.synchronous(Synchronous.OFF)
                        .statementCacheSize(2)
                        .maxThreads(3)
                        .lockWaitTimeout(Duration.ofMillis(20)))) {
            TursoConnection keeper = database.open();
            run(keeper, "CREATE TABLE t (a)", "INSERT INTO t " + NUMBERS + " SELECT x FROM c LIMIT 50");
            List<TursoConnection> connections = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                connections.add(database.open());
            }

            await(Flux.fromIterable(connections)
                    .flatMap(connection -> Flux.range(0, 400)
                            .flatMap(i -> attack(connection), 5)
                            .then(Mono.defer(connection::close)))
                    .then());

            assertThat(value(keeper, "SELECT 1")).isEqualTo(1L);
        }
        assertThat(this.unexpected).isEmpty();
    }

    /** A result kept beyond its connection is an error, whatever is done with it. */
    @Test
    void resultsAndStatementsOfAClosedConnectionAreRefused() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            for (int i = 0; i < 200; i++) {
                TursoConnection connection = database.open();
                run(connection, "CREATE TABLE IF NOT EXISTS t (a)", "INSERT INTO t VALUES (1), (2)");
                var statement = connection.createStatement("SELECT a FROM t");
                var result = get(Mono.from(statement.execute()));
                await(connection.close());

                assertThat(OpenDatabase.failure(result.map(row -> row.get(0)).then()))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(OpenDatabase.failure(Flux.from(statement.execute())
                                .concatMap(each -> each.map(row -> row.get(0)))
                                .then()))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    /** A row used behind its mapping function would read from whatever the statement's pointer has become. */
    @Test
    void rowsKeptBehindTheirMappingFunctionAreRefused() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            List<io.r2dbc.spi.Readable> kept = new ArrayList<>();
            await(connection
                    .createStatement("SELECT 1 UNION ALL SELECT 2")
                    .execute()
                    .concatMap(result -> result.map(row -> kept.add(row)))
                    .then());
            await(connection.close());

            assertThat(kept).hasSize(2);
            for (io.r2dbc.spi.Readable row : kept) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> row.get(0))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }
}
