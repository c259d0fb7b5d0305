package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import reactor.core.Disposable;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/**
 * How long after the cancellation of a query that would run for ever its connection answers another one. The anchor is
 * {@link Statement#cancel()} of plain JDBC, and the same question asked by the thread that ran the query.
 */
public final class CancelLatency {

    private static final String ENDLESS =
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

    private static final String NEXT = "SELECT 1";

    /** So long that the query is surely running. */
    private static final long RUNNING_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long ANSWER_MILLIS = 100;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private CancelLatency() {}

    /**
     * Cancels in turn with both, and prints how long it took.
     *
     * @param arguments {@code cancels=500}
     */
    public static void main(String[] arguments) throws Exception {
        int cancels = new Settings(arguments).number("cancels", 500);
        Latencies jdbc = new Latencies(1);
        Latencies driver = new Latencies(1);
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get("r2dbc:turso:mem:///");
        TursoConnection connection = factory.create().blockOptional(LIMIT).orElseThrow();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            for (int i = 0; i < cancels; i++) {
                jdbc(plain, thread, jdbc);
                driver(connection, driver);
            }
        } finally {
            thread.shutdown();
        }
        connection.close().then(factory.close()).block(LIMIT);
        System.out.printf(
                Locale.ROOT,
                "%d cancelled queries, until the connection answers again%nJDBC     %s%ndriver   %s%n",
                cancels,
                jdbc.describe(),
                driver.describe());
    }

    private static void driver(TursoConnection connection, Latencies latencies) {
        Disposable running = connection
                .createStatement(ENDLESS)
                .execute()
                .concatMap(result -> result.map(row -> row.get(0)))
                .subscribe();
        LockSupport.parkNanos(RUNNING_NANOS);
        long start = System.nanoTime();
        running.dispose();
        connection
                .createStatement(NEXT)
                .execute()
                .concatMap(result -> result.map(row -> row.get(0, Integer.class)))
                .blockLast(LIMIT);
        latencies.ended(0, start);
    }

    private static void jdbc(Connection connection, ExecutorService thread, Latencies latencies) throws Exception {
        try (PreparedStatement endless = connection.prepareStatement(ENDLESS);
                Statement next = connection.createStatement()) {
            Future<?> answer = thread.submit(() -> {
                try (ResultSet never = endless.executeQuery()) {
                    throw new IllegalStateException("It has ended: " + never);
                } catch (SQLException interrupted) {
                    return next.execute(NEXT);
                }
            });
            LockSupport.parkNanos(RUNNING_NANOS);
            long start = System.nanoTime();
            endless.cancel();
            while (!isAnswered(answer)) {
                // SQLite forgets an interrupt that comes before the first step.
                endless.cancel();
            }
            latencies.ended(0, start);
        }
    }

    private static boolean isAnswered(Future<?> answer) throws Exception {
        try {
            answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }
}
