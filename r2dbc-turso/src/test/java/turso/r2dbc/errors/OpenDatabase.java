package turso.r2dbc.errors;

import io.r2dbc.spi.Readable;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;

/** A factory and the connections opened from it, for tests that wait for every answer. */
public final class OpenDatabase implements AutoCloseable {

    /** Longer than anything here takes, shorter than the timeout of a test, so that the stack trace tells the place. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Between two looks at what nobody signals. */
    private static final long PAUSE = Duration.ofMillis(1).toNanos();

    private final TursoConnectionFactory factory;

    private final List<TursoConnection> connections = new ArrayList<>();

    private OpenDatabase(Builder builder) {
        this.factory = TursoConnectionFactory.from(builder.build());
    }

    /** {@return a private database in memory} */
    public static OpenDatabase memory() {
        return memory(UnaryOperator.identity());
    }

    /** {@return a private database in memory, with options} */
    public static OpenDatabase memory(UnaryOperator<Builder> options) {
        return new OpenDatabase(
                options.apply(TursoConnectionConfiguration.builder().memory()));
    }

    /** {@return a file} */
    public static OpenDatabase file(Path path) {
        return file(path, UnaryOperator.identity());
    }

    /** {@return a file, with options} */
    public static OpenDatabase file(Path path, UnaryOperator<Builder> options) {
        return new OpenDatabase(
                options.apply(TursoConnectionConfiguration.builder().file(path)));
    }

    /** {@return the factory} */
    public TursoConnectionFactory factory() {
        return this.factory;
    }

    /** {@return a new connection, closed together with this object} */
    public TursoConnection open() {
        TursoConnection connection = get(this.factory.create());
        this.connections.add(connection);
        return connection;
    }

    /** {@return so many new connections} */
    public List<TursoConnection> open(int number) {
        return IntStream.range(0, number).mapToObj(i -> open()).toList();
    }

    /** {@return why no connection can be opened} */
    public Throwable openFailure() {
        return failure(this.factory.create());
    }

    /** Closes the connections and the factory. */
    @Override
    public void close() {
        this.connections.forEach(connection -> await(connection.close()));
        await(this.factory.close());
    }

    // ---- statements

    /** Runs each text to its end. */
    public static void run(TursoConnection connection, String... statements) {
        for (String sql : statements) {
            await(drained(connection, sql));
        }
    }

    /** {@return a publisher that runs the text, consuming rows and counts} */
    public static Mono<Void> drained(TursoConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.flatMap(OpenDatabase::drain))
                .then();
    }

    private static Mono<Object> drain(TursoResult.Segment segment) {
        return segment instanceof TursoResult.Message message ? Mono.error(message.exception()) : Mono.empty();
    }

    /** {@return the first column of every row} */
    public static List<@Nullable Object> column(TursoConnection connection, String sql, Object... values) {
        var statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, values[i]);
        }
        List<@Nullable Object> column = new ArrayList<>();
        await(statement
                .execute()
                .concatMap(result -> result.map((Readable row) -> {
                    column.add(row.get(0));
                    return true;
                }))
                .then());
        return column;
    }

    /** {@return the first column of the only row} */
    public static @Nullable Object value(TursoConnection connection, String sql, Object... values) {
        List<@Nullable Object> column = column(connection, sql, values);
        if (column.size() != 1) {
            throw new AssertionError(column.size() + " rows: " + sql);
        }
        return column.get(0);
    }

    /** {@return the error of a text that must fail} */
    public static Throwable failure(TursoConnection connection, String sql) {
        return failure(drained(connection, sql));
    }

    /** {@return the error of a publisher that must fail} */
    public static Throwable failure(Mono<?> publisher) {
        return get(publisher
                .<Throwable>map(value -> new AssertionError("It succeeded: " + value))
                .switchIfEmpty(Mono.fromSupplier(() -> new AssertionError("It succeeded")))
                .onErrorResume(Mono::just));
    }

    // ---- waiting

    /** Waits for the end. */
    public static void await(Mono<?> publisher) {
        publisher.block(PATIENCE);
    }

    /** {@return the value, which must come} */
    public static <T> T get(Mono<T> publisher) {
        T value = publisher.block(PATIENCE);
        if (value == null) {
            throw new AssertionError("There is no value");
        }
        return value;
    }

    /** Waits until something nobody signals has come to pass. */
    public static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting");
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("It has not come to pass");
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    // ---- others

    /** {@return a connection of another driver, as another process would have it, that never waits for a lock} */
    public static java.sql.Connection foreign(Path path) throws SQLException {
        java.sql.Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        run(connection, "PRAGMA busy_timeout = 0");
        return connection;
    }

    /** Runs statements on a connection of another driver. */
    public static void run(java.sql.Connection connection, String... statements) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
