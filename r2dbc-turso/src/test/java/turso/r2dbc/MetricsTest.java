package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoMetrics;
import turso.r2dbc.errors.HalfReader;
import turso.r2dbc.errors.OpenDatabase;

/** The numbers a person running this can see. */
class MetricsTest {

    @TempDir
    Path directory;

    private OpenDatabase database() {
        return OpenDatabase.file(this.directory.resolve("a.db"), options -> options.maxThreads(2));
    }

    @Test
    void newFactoryHasNothingToTell() {
        try (OpenDatabase database = database()) {
            TursoMetrics metrics = database.factory().metrics();
            List<Number> numbers = new ArrayList<>();
            metrics.forEach((name, number) -> {
                if (!name.equals("tasks.queued.max")) {
                    numbers.add(number.get());
                }
            });
            assertThat(numbers).hasSize(13).allMatch(number -> number.doubleValue() == 0);
            assertThat(metrics.maxQueuedTasks()).isEqualTo(100_000);
        }
    }

    @Test
    void connectionsAndThreadsAreCounted() {
        try (OpenDatabase database = database()) {
            TursoMetrics metrics = database.factory().metrics();
            TursoConnection first = database.open();
            database.open();
            assertThat(metrics.openConnections()).isEqualTo(2);
            assertThat(metrics.threads()).isBetween(1, 2);

            await(first.close());
            await(first.close());
            assertThat(metrics.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void halfReadQueriesAreCounted() {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)");
            TursoMetrics metrics = database.factory().metrics();

            HalfReader first = HalfReader.of(connection, "SELECT a FROM t");
            HalfReader second = HalfReader.of(connection, "SELECT a FROM t");
            until(() -> metrics.openCursors() == 2);
            first.cancel();
            until(() -> metrics.openCursors() == 1);
            second.cancel();
            until(() -> metrics.openCursors() == 0);
        }
    }

    @Test
    void statementsFoundPreparedAreCountedAlsoThoseOfClosedConnections() {
        try (OpenDatabase database = database()) {
            TursoMetrics metrics = database.factory().metrics();
            for (int i = 0; i < 2; i++) {
                TursoConnection connection = database.open();
                for (int j = 0; j < 5; j++) {
                    value(connection, "SELECT 4711");
                }
                await(connection.close());
            }
            assertThat(metrics.statementCacheMisses()).isEqualTo(2);
            assertThat(metrics.statementCacheHits()).isEqualTo(8);
        }
    }

    @Test
    void lockIsSeenWithItsHolderItsWaitersAndWhatBecameOfThem() {
        try (OpenDatabase database = database()) {
            TursoMetrics metrics = database.factory().metrics();
            TursoConnection holder = database.open();
            TursoConnection waiter = database.open();
            run(holder, "CREATE TABLE t (a)");
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (1)");
            assertThat(metrics.lockHolders()).isEqualTo(1);

            Disposable waiting =
                    OpenDatabase.drained(waiter, "INSERT INTO t VALUES (2)").subscribe();
            until(() -> metrics.lockWaiters() == 1);
            waiting.dispose();
            until(() -> metrics.lockWaiters() == 0);
            await(waiter.setLockWaitTimeout(Duration.ofMillis(20)));
            failure(waiter, "INSERT INTO t VALUES (3)");
            await(holder.rollbackTransaction());

            assertThat(metrics.lockHolders()).isZero();
            assertThat(metrics.lockWaits()).isEqualTo(2);
            assertThat(metrics.lockTimeouts()).isEqualTo(1);
            assertThat(metrics.lockWaitTime()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        }
    }

    @Test
    void logOfAFileHasASizeAndMemoryHasNone() {
        try (OpenDatabase database = database();
                OpenDatabase memory = OpenDatabase.memory()) {
            run(database.open(), "CREATE TABLE t (a)");
            assertThat(database.factory().metrics().walBytes()).isPositive();
            run(memory.open(), "CREATE TABLE t (a)");
            assertThat(memory.factory().metrics().walBytes()).isZero();
        }
    }

    @Test
    void statementsWaitingForAThreadAreCounted() {
        try (OpenDatabase database = OpenDatabase.file(
                this.directory.resolve("a.db"), options -> options.maxThreads(1).maxQueuedTasks(7))) {
            TursoConnection busy = database.open();
            TursoConnection waiting = database.open();
            TursoMetrics metrics = database.factory().metrics();
            Disposable endless = OpenDatabase.drained(
                            busy,
                            "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")
                    .subscribe();
            until(() -> metrics.queuedTasks() == 0);
            Disposable queued = Flux.range(0, 3)
                    .flatMap(i -> OpenDatabase.drained(waiting, "SELECT 1"))
                    .subscribe();

            assertThat(metrics.queuedTasks()).isEqualTo(3);
            assertThat(metrics.maxQueuedTasks()).isEqualTo(7);
            endless.dispose();
            until(() -> metrics.queuedTasks() == 0);
            // The last of them does not count any more while it runs.
            until(queued::isDisposed);
        }
    }

    /** The line of the README and of the Javadoc. */
    @Test
    void micrometerTakesAllOfThemWithOneLine() {
        try (OpenDatabase database = database()) {
            TursoConnectionFactory factory = database.factory();
            MeterRegistry registry = new SimpleMeterRegistry();

            factory.metrics()
                    .forEach((name, number) ->
                            Gauge.builder("turso." + name, number).register(registry));

            get(factory.create().flatMap(connection -> {
                assertThat(registry.get("turso.connections.open").gauge().value())
                        .isEqualTo(1);
                return connection.close().thenReturn(true);
            }));
            assertThat(registry.get("turso.connections.open").gauge().value()).isZero();
            assertThat(registry.getMeters()).hasSize(14);
        }
    }
}
