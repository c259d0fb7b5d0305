package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/**
 * Connections that think within their transaction, on fewer threads: {@code BEGIN IMMEDIATE}, an update, a pause of the
 * client, commit. The anchor is what is usually done with a blocking driver: each call on a bounded elastic scheduler,
 * waiting for the lock within SQLite; there the waiting ones hold the threads that the holder needs to commit.
 */
public final class Hazard {

    private static final Duration THINK_TIME = Duration.ofMillis(20);

    private static final Duration LIMIT = Duration.ofSeconds(50);

    private Hazard() {}

    /**
     * Runs both and prints how many transactions have succeeded, and in which time.
     *
     * @param arguments {@code connections=8}, {@code threads=2}, {@code busyMillis=5000}
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Settings settings = new Settings(arguments);
        int connections = settings.number("connections", 8);
        int threads = settings.number("threads", 2);
        Outcome wrapper = wrapper(connections, threads, settings.number("busyMillis", 5_000));
        Outcome driver = driver(connections, threads);
        System.out.printf(
                Locale.ROOT,
                "%d transactions of %d ms on %d threads%n%s%n%s%n",
                connections,
                THINK_TIME.toMillis(),
                threads,
                wrapper.describe("wrapper"),
                driver.describe("driver"));
    }

    private record Outcome(Latencies committed, int transactions, long millis) {

        String describe(String name) {
            return String.format(
                    Locale.ROOT,
                    "%-8s %d of %d committed in %d ms; %s",
                    name,
                    this.committed.count(),
                    this.transactions,
                    this.millis,
                    this.committed.describe());
        }
    }

    private static Outcome measure(List<Mono<Void>> transactions) {
        Latencies latencies = new Latencies(transactions.size());
        long start = System.nanoTime();
        Flux.range(0, transactions.size())
                .flatMap(
                        i -> transactions
                                .get(i)
                                .doOnSuccess(end -> latencies.ended(i, start))
                                .onErrorComplete(),
                        transactions.size())
                .then()
                .block(LIMIT);
        return new Outcome(latencies, transactions.size(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static Outcome driver(int connections, int threads) throws IOException, SQLException {
        CounterDatabase database = CounterDatabase.create("hazard");
        TursoConnectionFactory factory =
                (TursoConnectionFactory) ConnectionFactories.get(database.url("&maxThreads=" + threads));
        List<TursoConnection> opened = Flux.range(0, connections)
                .concatMap(i -> factory.create())
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        Outcome outcome = measure(opened.stream()
                .map(connection -> connection
                        .beginTransaction()
                        .thenMany(connection
                                .createStatement(CounterDatabase.UPDATE)
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then(Mono.delay(THINK_TIME))
                        .then(connection.commitTransaction()))
                .toList());
        Flux.fromIterable(opened)
                .concatMap(TursoConnection::close)
                .then(factory.close())
                .block(LIMIT);
        return outcome;
    }

    private static Outcome wrapper(int connections, int threads, int busyMillis) throws IOException, SQLException {
        CounterDatabase database = CounterDatabase.create("hazard");
        Scheduler scheduler = Schedulers.newBoundedElastic(threads, Integer.MAX_VALUE, "wrapper");
        List<Connection> opened = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            opened.add(database.connect(busyMillis));
        }
        Outcome outcome = measure(opened.stream()
                .map(connection -> call(scheduler, connection, "BEGIN IMMEDIATE")
                        .then(call(scheduler, connection, CounterDatabase.UPDATE))
                        .then(Mono.delay(THINK_TIME))
                        .then(call(scheduler, connection, "COMMIT")))
                .toList());
        for (Connection connection : opened) {
            connection.close();
        }
        scheduler.dispose();
        return outcome;
    }

    private static Mono<Void> call(Scheduler scheduler, Connection connection, String sql) {
        Callable<Void> blocking = () -> {
            CounterDatabase.execute(connection, sql);
            return null;
        };
        return Mono.fromCallable(blocking).subscribeOn(scheduler).then();
    }
}
