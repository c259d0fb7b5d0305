package turso.r2dbc.crash;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;

/**
 * A program that writes transactions and tells of each one that was acknowledged, with the number of writes that have
 * shared a commit so far, until it is killed or has made as many as it was asked for.
 */
public final class WritingProcess {

    static final int ROWS_PER_TRANSACTION = 3;

    private static final int CONNECTIONS = 3;

    private static final int CONNECTIONS_IN_GROUPS = 8;

    private WritingProcess() {}

    /** Arguments: the URL, the number of the first transaction, and how many; 0 is without end. */
    public static void main(String[] arguments) {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get(arguments[0]);
        boolean groups = arguments[0].contains("groupCommit=true");
        AtomicLong next = new AtomicLong(Long.parseLong(arguments[1]));
        long count = Long.parseLong(arguments[2]);
        long end = count == 0 ? Long.MAX_VALUE : next.get() + count;
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Flux.range(0, groups ? CONNECTIONS_IN_GROUPS : CONNECTIONS)
                .flatMap(i -> Mono.usingWhen(
                        factory.create(),
                        connection -> Mono.defer(() -> groups
                                        ? statement(connection, next.getAndIncrement())
                                        : transaction(connection, next.getAndIncrement(), end))
                                .doOnNext(number -> acknowledged.println(
                                        number + " " + factory.metrics().groupedWrites()))
                                .repeat(() -> next.get() < end)
                                .then(),
                        Connection::close))
                .then()
                .block(Duration.ofMinutes(5));
    }

    /** The rows of a transaction in one statement; a trigger counts. */
    private static Mono<Long> statement(Connection connection, long number) {
        return Flux.from(connection
                        .createStatement("insert into t (number, row, filling)"
                                + " values (:number, 0, :filling), (:number, 1, :filling), (:number, 2, :filling)")
                        .bind("number", number)
                        .bind("filling", "x".repeat(500))
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .then(Mono.just(number));
    }

    private static Mono<Long> transaction(Connection connection, long number, long end) {
        if (number >= end) {
            return Mono.empty();
        }
        List<Publisher<?>> inserts = new ArrayList<>();
        for (int row = 0; row < ROWS_PER_TRANSACTION; row++) {
            inserts.add(Flux.from(connection
                            .createStatement("insert into t (number, row, filling) values (?, ?, ?)")
                            .bind(0, number)
                            .bind(1, row)
                            .bind(2, "x".repeat(500))
                            .execute())
                    .concatMap(Result::getRowsUpdated));
        }
        return Mono.from(connection.beginTransaction())
                .thenMany(Flux.concat(inserts))
                .then(Flux.from(connection
                                .createStatement("update counter set n = n + 1")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then())
                .then(Mono.from(connection.commitTransaction()))
                .thenReturn(number);
    }
}
