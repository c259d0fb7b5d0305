package turso.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;

/**
 * A database for one test, in a file or in memory, reached as users reach it: by URL.
 *
 * <p>{@link #close()} closes the connections and factories that came from here and deletes the file. Every wait has a
 * bound, so that a test fails instead of hanging.
 */
public final class TestDatabase implements AutoCloseable {

    /** The bound of every wait. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final int ATTEMPTS = 100;

    /** Where the data lives. */
    public enum Kind {
        FILE,
        MEMORY
    }

    private final Kind kind;

    private final Path directory;

    private final String name;

    private final Map<String, TursoConnectionFactory> factories = new ConcurrentHashMap<>();

    private final Deque<TursoConnection> connections = new ArrayDeque<>();

    private final Deque<java.sql.Connection> jdbcConnections = new ArrayDeque<>();

    private TestDatabase(Kind kind) {
        this.kind = kind;
        this.name = "test-" + UUID.randomUUID();
        try {
            this.directory = Files.createTempDirectory("turso-r2dbc-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where tests that hold anywhere keep their data} One place, in {@code test.kind}, is enough for a mutation run. */
    public static Stream<Kind> kinds() {
        String only = System.getProperty("test.kind");
        return only == null ? Stream.of(Kind.values()) : Stream.of(Kind.valueOf(only));
    }

    public static TestDatabase of(Kind kind) {
        return new TestDatabase(kind);
    }

    public static TestDatabase file() {
        return new TestDatabase(Kind.FILE);
    }

    public static TestDatabase memory() {
        return new TestDatabase(Kind.MEMORY);
    }

    public Kind kind() {
        return this.kind;
    }

    public boolean isFile() {
        return this.kind == Kind.FILE;
    }

    /** {@return an empty directory, in which the file is if there is one} It goes away with the database. */
    public Path directory() {
        return this.directory;
    }

    /** {@return the database's file, which exists once it was opened} */
    public Path path() {
        if (!isFile()) {
            throw new IllegalStateException("A memory database has no file");
        }
        return this.directory.resolve(this.name + ".db");
    }

    /** {@return the R2DBC URL} @param options as {@code name=value}, with the value encoded */
    public String url(String... options) {
        String query = options.length == 0 ? "" : "?" + String.join("&", options);
        String place = isFile() ? "file://" + path().toUri().getRawPath() : "mem:///" + this.name;
        return "r2dbc:turso:" + place + query;
    }

    /** {@return the URL by which plain JDBC reaches the same data} */
    public String jdbcUrl() {
        return isFile() ? "jdbc:sqlite:" + path() : "jdbc:sqlite:file:/" + this.name + "?vfs=memdb";
    }

    /** {@return the factory for these options, one for each combination} @param options as {@code name=value} */
    public TursoConnectionFactory factory(String... options) {
        return this.factories.computeIfAbsent(
                url(options), url -> (TursoConnectionFactory) ConnectionFactories.get(url));
    }

    /** {@return a new connection, which this database closes in the end} @param options as {@code name=value} */
    public TursoConnection connect(String... options) {
        TursoConnection connection = await(factory(options).create());
        synchronized (this.connections) {
            this.connections.push(connection);
        }
        return connection;
    }

    /** {@return a connection that has nothing to do with the driver, for a view from outside} */
    public java.sql.Connection jdbc() {
        if (!isFile()) {
            // The data lives as long as somebody holds it.
            connect();
        }
        try {
            java.sql.Connection connection = DriverManager.getConnection(jdbcUrl());
            this.jdbcConnections.push(connection);
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs statements on a plain JDBC connection of their own. */
    public void executeByJdbc(String... statements) {
        try (java.sql.Connection connection = jdbc();
                java.sql.Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs statements, each in auto-commit, on a connection of their own. */
    public void execute(String... statements) {
        await(Mono.usingWhen(factory().create(), it -> executeAll(it, statements), TursoConnection::close));
    }

    /** {@return the first column of the rows} The query runs on a connection of its own. */
    public <T> List<T> query(String sql, Class<T> type) {
        return await(Flux.usingWhen(factory().create(), it -> rows(it, sql, type), TursoConnection::close)
                .collectList());
    }

    /** {@return how many rows a table has, as a connection of its own sees it} */
    public long count(String table) {
        return query("SELECT count(*) FROM " + table, Long.class).get(0);
    }

    /** Runs statements one after another on a connection. */
    public static void execute(Connection connection, String... statements) {
        await(executeAll(connection, statements));
    }

    private static Mono<Void> executeAll(Connection connection, String... statements) {
        return Flux.just(statements)
                .concatMap(sql -> connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** {@return the count of a statement} */
    public static Long update(Connection connection, String sql) {
        return await(
                Mono.from(connection.createStatement(sql).execute()).flatMap(it -> Mono.from(it.getRowsUpdated())));
    }

    /** {@return the first column of the rows} */
    public static <T> List<T> query(Connection connection, String sql, Class<T> type) {
        return await(rows(connection, sql, type).collectList());
    }

    /** {@return the first column of the rows, cold} */
    public static <T> Flux<T> rows(Connection connection, String sql, Class<T> type) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, type)));
    }

    /** Waits, within bounds. */
    public static <T> T await(Mono<T> mono) {
        return mono.block(LIMIT);
    }

    /** {@return all elements, waited for within bounds} */
    public static <T> List<T> await(Flux<T> flux) {
        return flux.collectList().block(LIMIT);
    }

    @Override
    public void close() {
        try {
            for (java.sql.Connection connection : this.jdbcConnections) {
                connection.close();
            }
            synchronized (this.connections) {
                this.connections.forEach(it -> await(it.close()));
            }
            this.factories.values().forEach(it -> await(it.close()));
            deleteFiles();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pool may close connections behind our back, and SQLite removes its files then. */
    private void deleteFiles() throws IOException {
        for (int attempt = 1; Files.exists(this.directory); attempt++) {
            try {
                deleteOnce();
            } catch (NoSuchFileException | DirectoryNotEmptyException | UncheckedIOException changedMeanwhile) {
                if (attempt == ATTEMPTS) {
                    throw changedMeanwhile;
                }
            }
        }
    }

    private void deleteOnce() throws IOException {
        try (Stream<Path> files = Files.walk(this.directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
