package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Result;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;

/**
 * Many writers of one file, each with a connection: {@code BEGIN IMMEDIATE}, an update, commit, over and over. The anchor
 * is plain JDBC, a thread for each writer, waiting for the lock within SQLite. Both take turns, so that what else the
 * machine does meanwhile hits both.
 */
public final class Writers {

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
        CounterClients writers = new CounterClients(clients, millis);
        writers.blocking(CounterDatabase.create("writers"), busy, Writers::write);
        writers.reactive(CounterDatabase.create("writers").url(""), driver, Writers::write);
    }

    private static Mono<Void> write(TursoConnection connection) {
        return connection
                .beginTransaction()
                .thenMany(connection.createStatement(CounterDatabase.UPDATE).execute())
                .concatMap(Result::getRowsUpdated)
                .then(connection.commitTransaction());
    }

    private static void write(Connection connection, BooleanSupplier goesOn, CounterClients.Ended ended)
            throws SQLException {
        try (PreparedStatement begin = connection.prepareStatement("BEGIN IMMEDIATE");
                PreparedStatement update = connection.prepareStatement(CounterDatabase.UPDATE);
                PreparedStatement commit = connection.prepareStatement("COMMIT")) {
            while (goesOn.getAsBoolean()) {
                long start = System.nanoTime();
                begin.execute();
                update.execute();
                commit.execute();
                ended.since(start);
            }
        }
    }
}
