package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/**
 * Many clients of a {@link CounterDatabase}, each with a connection, that do one thing over and over for a while.
 *
 * @param count how many there are
 * @param millis how long they go on
 */
record CounterClients(int count, int millis) {

    /** Longer than anybody waits for the lock. */
    private static final int BUSY_MILLIS = 60_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a client of JDBC does until it is told to end. */
    interface Blocking {

        /** @param ended to be told when each thing began that has ended */
        void run(Connection connection, BooleanSupplier goesOn, Ended ended) throws SQLException;
    }

    /** Takes note of something that has just ended. */
    interface Ended {

        /** @param start when it began, by {@link System#nanoTime()} */
        void since(long start);
    }

    private BooleanSupplier forAWhile() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.millis);
        return () -> System.nanoTime() - end < 0;
    }

    /** Clients of the driver. */
    void reactive(String url, Latencies latencies, Function<TursoConnection, Mono<Void>> once) {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get(url);
        List<TursoConnection> opened = Flux.range(0, this.count)
                .concatMap(client -> factory.create())
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        BooleanSupplier goesOn = forAWhile();
        Flux.range(0, this.count)
                .flatMap(
                        client -> Mono.defer(() -> {
                                    long start = System.nanoTime();
                                    return once.apply(opened.get(client))
                                            .doOnSuccess(end -> latencies.ended(client, start));
                                })
                                .repeat(goesOn)
                                .then(),
                        this.count)
                .then()
                .block(LIMIT);
        Flux.fromIterable(opened)
                .concatMap(TursoConnection::close)
                .then(factory.close())
                .block(LIMIT);
    }

    /** Clients of JDBC, each with a thread, that wait for the lock within SQLite. */
    void blocking(CounterDatabase database, Latencies latencies, Blocking what)
            throws SQLException, InterruptedException, ExecutionException {
        List<Connection> opened = new ArrayList<>();
        for (int client = 0; client < this.count; client++) {
            opened.add(database.connect(BUSY_MILLIS));
        }
        BooleanSupplier goesOn = forAWhile();
        ExecutorService threads = Executors.newFixedThreadPool(this.count);
        List<Future<@Nullable Void>> running = new ArrayList<>();
        for (int i = 0; i < this.count; i++) {
            int client = i;
            running.add(threads.submit(() -> {
                what.run(opened.get(client), goesOn, start -> latencies.ended(client, start));
                return null;
            }));
        }
        for (Future<?> future : running) {
            future.get();
        }
        threads.shutdown();
        for (Connection connection : opened) {
            connection.close();
        }
    }
}
