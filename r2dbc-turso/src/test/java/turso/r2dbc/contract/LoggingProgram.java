package turso.r2dbc.contract;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/** Runs statements of every kind, for the sake of what is logged about them. */
final class LoggingProgram {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private LoggingProgram() {}

    /** @param arguments none */
    public static void main(String[] arguments) {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get("r2dbc:turso:mem:///");
        TursoConnection connection = factory.create().block(LIMIT);
        if (connection == null) {
            throw new AssertionError("no connection");
        }
        run(connection.createStatement("CREATE TABLE t(a, b)").execute());
        run(connection
                .createStatement("INSERT INTO t VALUES (?, ?)")
                .bind(0, "s3cret-text")
                .bind(1, 4711)
                .execute());
        run(connection
                .createStatement("INSERT INTO t VALUES (:a, :b)")
                .bind("a", "first-set")
                .bindNull("b", String.class)
                .add()
                .bind("a", "second-set")
                .bind("b", "s3cret-bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .execute());
        run(connection
                .createStatement("SELECT * FROM t WHERE a = ?")
                .bind(0, "searched")
                .execute());
        run(connection.createBatch().add("DELETE FROM t").add("SELECT 1").execute());
        try {
            run(connection
                    .createStatement("INSERT INTO nowhere VALUES (?)")
                    .bind(0, "s3cret-failing")
                    .execute());
            throw new AssertionError("no error");
        } catch (R2dbcException expected) {
            System.out.println("failed as expected");
        }
        connection.createStatement("SELECT 'never executed'");
        connection.createStatement("SELECT 'never subscribed'").execute();
        Flux.from(connection.createStatement("SELECT 'never consumed'").execute())
                .blockLast(LIMIT);
        connection.close().block(LIMIT);
        factory.close().block(LIMIT);
    }

    private static void run(Publisher<? extends Result> results) {
        Flux.from(results).concatMap(Result::getRowsUpdated).blockLast(LIMIT);
    }
}
