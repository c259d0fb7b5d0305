package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
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
import turso.r2dbc.api.TursoResult;

/**
 * Many writers of one file, each with a connection: an update in auto-commit, over and over. The anchor is plain JDBC, a
 * thread for each writer, waiting for the lock within SQLite; the driver runs with and without {@code groupCommit}. All
 * take turns, with {@code synchronous} FULL, where a commit waits for the disk, and NORMAL.
 */
public final class SharedCommits {

    private static final int BUSY_MILLIS = 60_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private SharedCommits() {}

    /** One way to write. */
    private interface Side {
        void run(CounterDatabase database, int clients, int millis, Latencies latencies)
                throws SQLException, InterruptedException, ExecutionException;
    }

    private record Named(String name, Side side) {}

    private static final List<Named> SIDES = List.of(
            new Named("JDBC", SharedCommits::jdbc),
            new Named(
                    "driver",
                    (database, clients, millis, latencies) -> driver(database.url(""), clients, millis, latencies)),
            new Named(
                    "groupCommit",
                    (database, clients, millis, latencies) ->
                            driver(database.url("&groupCommit=true"), clients, millis, latencies)));

    /**
     * Runs all, and prints how many updates each made for one of JDBC's, with latencies.
     *
     * @param arguments {@code clients=64}, {@code rounds=3}, {@code millis=3000} for one round of one side
     */
    public static void main(String[] arguments)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        Settings settings = new Settings(arguments);
        int clients = settings.number("clients", 64);
        int rounds = settings.number("rounds", 3);
        int millis = settings.number("millis", 3_000);
        for (String synchronous : List.of("FULL", "NORMAL")) {
            // Neither the JVM nor the disk is warm in the first round.
            round(synchronous, clients, millis / 4, latencies(clients));
            List<Latencies> all = latencies(clients);
            for (int i = 0; i < rounds; i++) {
                round(synchronous, clients, millis, all);
            }
            for (int i = 0; i < SIDES.size(); i++) {
                System.out.printf(
                        Locale.ROOT,
                        "%-6s %d writers  %-11s  %6.2f times JDBC  %s%n",
                        synchronous,
                        clients,
                        SIDES.get(i).name(),
                        (double) all.get(i).count() / Math.max(1, all.get(0).count()),
                        all.get(i).describe());
            }
        }
    }

    private static List<Latencies> latencies(int clients) {
        return SIDES.stream().map(side -> new Latencies(clients)).toList();
    }

    private static void round(String synchronous, int clients, int millis, List<Latencies> all)
            throws IOException, SQLException, InterruptedException, ExecutionException {
        for (int i = 0; i < SIDES.size(); i++) {
            CounterDatabase database = CounterDatabase.create("shared-commits", synchronous);
            SIDES.get(i).side().run(database, clients, millis, all.get(i));
        }
    }

    private static BooleanSupplier during(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> System.nanoTime() - end < 0;
    }

    private static void driver(String url, int clients, int millis, Latencies latencies) {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get(url);
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
                            .createStatement(CounterDatabase.UPDATE)
                            .execute()
                            .concatMap(TursoResult::getRowsUpdated)
                            .then()
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
        try (PreparedStatement update = connection.prepareStatement(CounterDatabase.UPDATE)) {
            while (goesOn.getAsBoolean()) {
                long start = System.nanoTime();
                update.executeUpdate();
                latencies.ended(client, start);
            }
        }
        return null;
    }
}
