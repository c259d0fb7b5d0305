package turso.r2dbc.examples.aioflow;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcTransientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.Turso;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoRow;

/**
 * Every sample of pyturso's documentation, and the two routes of a FastAPI guide, in Java. What the samples print is what
 * their comments say; each method is one sample, in the order of the documents.
 */
public final class AioFlow {

    private static final Duration LONGEST_RUN = Duration.ofMinutes(1);

    private static final String MEMORY = ":memory:";

    private final Path file;

    private final Consumer<Object> print;

    /**
     * Makes the samples.
     *
     * @param file the database of the samples that use a file
     * @param print takes what they print
     */
    public AioFlow(Path file, Consumer<Object> print) {
        this.file = file;
        this.print = print;
    }

    /**
     * Runs all samples.
     *
     * @param arguments the database file; without it, {@code my-database.db} in the working directory
     */
    public static void main(String[] arguments) {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "my-database.db");
        new AioFlow(file, System.out::println).run().block(LONGEST_RUN);
    }

    /**
     * Describes the run; subscribing starts it.
     *
     * @return completes when all samples have run
     */
    public Mono<Void> run() {
        return Flux.concat(
                        connect(),
                        cursor(),
                        shortcut(),
                        parameters(),
                        executeMany(),
                        fetch(),
                        columnNames(),
                        transfer(),
                        transferInOneScope(),
                        scope(),
                        aio(),
                        errors(),
                        posts(),
                        routes())
                .then();
    }

    /** "Connecting to a database". */
    Mono<Void> connect() {
        return Turso.connect(this.file).flatMap(TursoConnection::close);
    }

    /** "Executing queries": a cursor. */
    Mono<Void> cursor() {
        return Turso.usingConnection(MEMORY, conn -> {
            TursoCursor cur = conn.cursor();
            return cur.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT)")
                    .then(cur.execute("INSERT INTO users VALUES (1, 'alice')"))
                    .then(cur.execute("INSERT INTO users VALUES (2, 'bob')"))
                    .then(conn.commit())
                    .then(cur.execute("SELECT * FROM users ORDER BY id"))
                    .thenMany(cur.fetchAll())
                    .collectList()
                    .doOnNext(this.print) // [[1, alice], [2, bob]]
                    .then();
        });
    }

    /** "You can also call execute() directly on the connection as a shortcut". */
    Mono<Void> shortcut() {
        return Turso.usingConnection(
                MEMORY,
                conn -> conn.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT)")
                        .then()
                        .then(conn.execute("INSERT INTO users VALUES (1, 'alice'), (2, 'bob')")
                                .then())
                        .thenMany(
                                conn.execute("SELECT * FROM users ORDER BY id").fetchAll())
                        .collectList()
                        .doOnNext(this.print) // [[1, alice], [2, bob]]
                        .then());
    }

    /** "Prepared statements and parameter binding". */
    Mono<Void> parameters() {
        return Turso.usingConnection(MEMORY, conn -> {
            TursoCursor cur = conn.cursor();
            return cur.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL)")
                    .then(cur.execute("INSERT INTO products (name, price) VALUES (?, ?)", "Widget", 9.99))
                    .then(cur.execute("INSERT INTO products (name, price) VALUES (?, ?)", "Gadget", 19.99))
                    .then(conn.commit())
                    .then(cur.execute("SELECT * FROM products WHERE price < ?", 15.0))
                    .thenMany(cur.fetchAll())
                    .collectList()
                    .doOnNext(this.print) // [[1, Widget, 9.99]]
                    .then();
        });
    }

    /** "Use cursor.executemany() to run a DML statement over an iterable of parameter sequences". */
    Mono<Void> executeMany() {
        return Turso.usingConnection(MEMORY, conn -> {
            TursoCursor cur = conn.cursor();
            List<Object[]> users = List.of(new Object[] {3, "carol"}, new Object[] {4, "dave"});
            return cur.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT)")
                    .then(cur.executeMany("INSERT INTO users VALUES (?, ?)", users))
                    .then(conn.commit())
                    .then(Mono.fromSupplier(cur::rowCount))
                    .doOnNext(this.print) // 2
                    .then();
        });
    }

    private static Mono<Void> logs(TursoConnection conn) {
        return conn.execute("CREATE TABLE logs (id INTEGER, msg TEXT)")
                .then()
                .then(conn.execute("INSERT INTO logs VALUES (1, 'start'), (2, 'middle'), (3, 'end')")
                        .then());
    }

    /** "Reading results": one row, the rest, and one after another. */
    Mono<Void> fetch() {
        return Turso.usingConnection(MEMORY, conn -> {
            TursoCursor cur = conn.cursor();
            return logs(conn)
                    .then(cur.execute("SELECT * FROM logs ORDER BY id"))
                    .then(cur.fetchOne())
                    .doOnNext(this.print) // [1, start]
                    .thenMany(cur.fetchAll())
                    .collectList()
                    .doOnNext(this.print) // [[2, middle], [3, end]]
                    .then(cur.execute("SELECT * FROM logs ORDER BY id"))
                    .thenMany(cur.fetchAll())
                    .doOnNext(this.print) // [1, start], then [2, middle], then [3, end]
                    .then();
        });
    }

    /** "Inspect column metadata via cursor.description". */
    Mono<Void> columnNames() {
        return Turso.usingConnection(
                MEMORY,
                conn -> logs(conn)
                        .then(conn.cursor().execute("SELECT id, msg FROM logs"))
                        .map(TursoCursor::columnNames)
                        .doOnNext(this.print) // [id, msg]
                        .then());
    }

    private static Mono<Void> accounts(TursoConnection conn) {
        return conn.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER)")
                .then()
                .then(conn.execute("INSERT INTO accounts VALUES (1, 1000), (2, 500)")
                        .then())
                .then(conn.commit());
    }

    private static Mono<Void> move(TursoConnection conn) {
        return conn.execute("UPDATE accounts SET balance = balance - 100 WHERE id = 1")
                .then()
                .then(conn.execute("UPDATE accounts SET balance = balance + 100 WHERE id = 2")
                        .then());
    }

    /** "Transactions", committed and rolled back by hand. */
    Mono<Void> transfer() {
        return Mono.usingWhen(
                Turso.connect(MEMORY),
                conn -> accounts(conn)
                        .then(move(conn)
                                .then(conn.commit())
                                .doOnSuccess(done -> this.print.accept("Transfer complete"))
                                .onErrorResume(e -> conn.rollback()
                                        .doOnSuccess(done -> this.print.accept("Transfer failed: " + e)))),
                TursoConnection::close);
    }

    /** The same, better: nobody else's statements can get in between, and nothing is forgotten. */
    Mono<Void> transferInOneScope() {
        return Turso.usingConnection(
                MEMORY,
                conn -> accounts(conn)
                        .then(conn.transaction(AioFlow::move))
                        .thenMany(conn.execute("SELECT balance FROM accounts ORDER BY id")
                                .fetchAll())
                        .collectList()
                        .doOnNext(this.print) // [[900], [600]]
                        .then());
    }

    /** "The Connection also works as a context manager". */
    Mono<Void> scope() {
        return Turso.usingConnection(
                        this.file,
                        conn -> conn.executeScript("DROP TABLE IF EXISTS t; CREATE TABLE t (x INTEGER)")
                                .then(conn.execute("INSERT INTO t VALUES (42)").then()))
                // Commits automatically here
                .then(Turso.usingConnection(
                        this.file, conn -> conn.execute("SELECT x FROM t").fetchOne()))
                .doOnNext(this.print) // [42]
                .then();
    }

    /** "Asyncio support". */
    Mono<Void> aio() {
        return Turso.usingConnection(MEMORY, conn -> {
            TursoCursor cur = conn.cursor();
            return conn.executeScript("""
                        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
                        INSERT INTO users VALUES (1, 'alice'), (2, 'bob');
                    """)
                    .then(cur.execute("SELECT COUNT(*) FROM users"))
                    .then(cur.fetchOne())
                    .doOnNext(row -> this.print.accept("Users: " + row.getLong(0))) // Users: 2
                    .then(cur.execute("SELECT * FROM users WHERE id = ?", 1))
                    .then(cur.fetchOne())
                    .doOnNext(this.print) // [1, alice]
                    .then();
        });
    }

    /** "Error handling". */
    Mono<Void> errors() {
        return Mono.usingWhen(
                Turso.connect(MEMORY),
                conn -> conn.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)")
                        .then()
                        .then(conn.execute("INSERT INTO users VALUES (1, 'a@example.com')")
                                .then())
                        .then(conn.commit())
                        // Duplicate primary key
                        .then(conn.execute("INSERT INTO users VALUES (1, 'b@example.com')")
                                .then())
                        .then(conn.commit())
                        .onErrorResume(R2dbcDataIntegrityViolationException.class, e -> {
                            this.print.accept("Constraint violation: " + e.getMessage());
                            return conn.rollback();
                        })
                        .onErrorResume(R2dbcTransientException.class, e -> {
                            this.print.accept("Operational error: " + e.getMessage());
                            return conn.rollback();
                        }),
                TursoConnection::close);
    }

    /** "Complete example". */
    Mono<Void> posts() {
        List<Object[]> posts = List.of(
                new Object[] {"Hello, Turso!", "This is the first post."},
                new Object[] {"Second post", "More content here."});
        return Turso.usingConnection(
                MEMORY,
                conn -> createPosts(conn)
                        .then(conn.executeMany("INSERT INTO posts (title, content) VALUES (?, ?)", posts))
                        .then(conn.commit())
                        .thenMany(conn.execute("SELECT id, title FROM posts ORDER BY id")
                                .fetchAll(row -> row.getLong("id") + ": " + row.getString("title")))
                        .doOnNext(this.print) // 1: Hello, Turso! and 2: Second post
                        .then());
    }

    private static Mono<Void> createPosts(TursoConnection conn) {
        return conn.execute("""
                CREATE TABLE IF NOT EXISTS posts (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    title TEXT NOT NULL,
                    content TEXT
                )
                """).then();
    }

    /** The FastAPI guide's two routes, each on the connection a web framework would give it. */
    Mono<Void> routes() {
        return Turso.usingConnection(
                MEMORY,
                db -> createPosts(db)
                        .then(createPost("Hello", "World", db))
                        .doOnNext(this.print) // {id=1}
                        .then(getPost(1, db))
                        .doOnNext(this.print) // [1, Hello, World]
                        .then(getPost(99, db).map(Object::toString).defaultIfEmpty("None"))
                        .doOnNext(this.print) // None
                        .then());
    }

    /** {@return the answer of {@code POST /posts}} */
    static Mono<Map<String, Long>> createPost(String title, String content, TursoConnection db) {
        return db.execute("INSERT INTO posts (title, content) VALUES (?, ?)", title, content)
                .lastInsertRowId()
                .map(id -> Map.of("id", id));
    }

    /** {@return the answer of {@code GET /posts/{post_id}}, empty if there is no such post} */
    static Mono<TursoRow> getPost(long id, TursoConnection db) {
        return db.execute("SELECT * FROM posts WHERE id = ?", id).fetchOne();
    }
}
