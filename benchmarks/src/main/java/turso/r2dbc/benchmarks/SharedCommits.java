package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;

/**
 * Many writers of one file, each with a connection: an update in auto-commit, over and over. The anchor is plain JDBC, a
 * thread for each writer, waiting for the lock within SQLite; the driver runs with and without {@code groupCommit}. All
 * take turns, with {@code synchronous} FULL, where a commit waits for the disk, and NORMAL.
 */
public final class SharedCommits {

    private SharedCommits() {}

    /** One way to write. */
    private interface Side {
        void run(CounterClients clients, CounterDatabase database, Latencies latencies)
                throws SQLException, InterruptedException, ExecutionException;
    }

    private record Named(String name, Side side) {}

    private static final List<Named> SIDES = List.of(
            new Named(
                    "JDBC",
                    (clients, database, latencies) -> clients.blocking(database, latencies, SharedCommits::write)),
            new Named(
                    "driver",
                    (clients, database, latencies) ->
                            clients.reactive(database.url(""), latencies, SharedCommits::write)),
            new Named(
                    "groupCommit",
                    (clients, database, latencies) ->
                            clients.reactive(database.url("&groupCommit=true"), latencies, SharedCommits::write)));

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
            SIDES.get(i).side().run(new CounterClients(clients, millis), database, all.get(i));
        }
    }

    private static Mono<Void> write(TursoConnection connection) {
        return connection
                .createStatement(CounterDatabase.UPDATE)
                .execute()
                .concatMap(TursoResult::getRowsUpdated)
                .then();
    }

    private static void write(Connection connection, BooleanSupplier goesOn, CounterClients.Ended ended)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(CounterDatabase.UPDATE)) {
            while (goesOn.getAsBoolean()) {
                long start = System.nanoTime();
                update.executeUpdate();
                ended.since(start);
            }
        }
    }
}
