package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/**
 * Many writers of one file, each with a connection: {@code BEGIN IMMEDIATE}, an update, commit, over and over. The anchor
 * is plain JDBC, a thread for each writer, waiting for the lock within SQLite. Both take turns, so that what else the
 * machine does meanwhile hits both.
 */
public final class Writers {

    /** Longer than anybody waits. */
    private static final int BUSY_MILLIS = 60_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Writers() {}

    /**
     * Runs both, and prints the ratio of their throughputs, latencies, and how many transactions the clients made.
     *
     * @param arguments {@code clients=64}, {@code rounds=3}, {@code millis=4000} for one round of one side
     */
    public static void main(String[] arguments)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        Settings settings = new Settings(arguments);
        int clients = settings.number("clients", 64);
        int rounds = settings.number("rounds", 3);
        int millis = settings.number("millis", 4_000);
        Latencies busy = new Latencies(clients);
        Latencies driver = new Latencies(clients);
        // Neither the JVM nor the disk is warm in the first round.
        round(clients, millis / 4, new Latencies(clients), new Latencies(clients));
        for (int i = 0; i < rounds; i++) {
            round(clients, millis, busy, driver);
        }
        System.out.printf(
                Locale.ROOT,
                "%d writers: the driver makes %.2f times as many transactions as plain JDBC%nJDBC     %s%ndriver   %s%n",
                clients,
                (double) driver.count() / busy.count(),
                busy.describe(),
                driver.describe());
    }

    private static void round(int clients, int millis, Latencies busy, Latencies driver)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        jdbc(CounterDatabase.create("writers"), clients, millis, busy);
        driver(CounterDatabase.create("writers"), clients, millis, driver);
    }

    private static BooleanSupplier during(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> System.nanoTime() - end < 0;
    }

    private static void driver(CounterDatabase database, int clients, int millis, Latencies latencies) {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get(database.url(""));
        List<TursoConnection> opened = Flux.range(0, clients)
                .concatMap(i -> factory.create())
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        BooleanSupplier goesOn = during(millis);
        Flux.range(0, clients)
                .flatMap(i -> write(opened.get(i), i, goesOn, latencies), clients)
                .then()
                .block(LIMIT);
        Flux.fromIterable(opened)
                .concatMap(TursoConnection::close)
                .then(factory.close())
                .block(LIMIT);
    }

    private static Mono<Void> write(
            TursoConnection connection, int client, BooleanSupplier goesOn, Latencies latencies) {
        return Mono.defer(() -> {
                    long start = System.nanoTime();
                    return connection
                            .beginTransaction()
                            .thenMany(connection
                                    .createStatement(CounterDatabase.UPDATE)
                                    .execute())
                            .concatMap(Result::getRowsUpdated)
                            .then(connection.commitTransaction())
                            .doOnSuccess(end -> latencies.ended(client, start));
                })
                .repeat(goesOn)
                .then();
    }

    private static void jdbc(CounterDatabase database, int clients, int millis, Latencies latencies)
            throws SQLException, InterruptedException, ExecutionException {
        List<Connection> opened = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            opened.add(database.connect(BUSY_MILLIS));
        }
        BooleanSupplier goesOn = during(millis);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        List<Future<@Nullable Void>> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int client = i;
            running.add(threads.submit(() -> write(opened.get(client), client, goesOn, latencies)));
        }
        for (Future<?> future : running) {
            future.get();
        }
        threads.shutdown();
        for (Connection connection : opened) {
            connection.close();
        }
    }

    private static @Nullable Void write(Connection connection, int client, BooleanSupplier goesOn, Latencies latencies)
            throws SQLException {
        try (PreparedStatement begin = connection.prepareStatement("BEGIN IMMEDIATE");
                PreparedStatement update = connection.prepareStatement(CounterDatabase.UPDATE);
                PreparedStatement commit = connection.prepareStatement("COMMIT")) {
            while (goesOn.getAsBoolean()) {
                long start = System.nanoTime();
                begin.execute();
                update.execute();
                commit.execute();
                latencies.ended(client, start);
            }
        }
        return null;
    }
}
