package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.Turso;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;

/**
 * What the tests of the aio flow have in common: a database in a file, named by its path, then one in memory, named by a
 * URL so that others can look into it, and a connection of {@link Turso#connect} with a cursor.
 *
 * <p>The numbers in the names of test methods are those of the table of behaviours the flow was made from, which in turn is
 * what pyturso and CPython's {@code sqlite3} do. {@link CompletenessTest} sees that none is missing.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("turso.r2dbc.TestDatabase#kinds")
abstract class AioTest {

    /** Runs until somebody stops it. */
    static final String ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    static final String ENDLESS_QUERY = ENDLESS + " SELECT count(*) FROM c";

    @Parameter
    TestDatabase.Kind kind;

    TestDatabase database;

    TursoConnection conn;

    TursoCursor cur;

    private final List<TursoConnection> connections = new ArrayList<>();

    @BeforeEach
    void open() {
        StepVerifier.setDefaultTimeout(TestDatabase.LIMIT);
        this.database = TestDatabase.of(this.kind);
        if (!this.database.isFile()) {
            // Memory lives as long as somebody holds it.
            this.database.connect();
        }
        this.conn = connect();
        this.cur = this.conn.cursor();
    }

    @AfterEach
    void close() {
        this.connections.forEach(connection -> await(connection.close()));
        this.database.close();
        StepVerifier.resetDefaultTimeout();
    }

    // ---- connections

    /** {@return what {@link Turso#connect} takes: the path of the file, or the URL of the memory} */
    String name() {
        return this.database.isFile() ? this.database.path().toString() : this.database.url();
    }

    /** {@return a further connection to the database, which is closed in the end} */
    TursoConnection connect() {
        return connect(options -> {});
    }

    TursoConnection connect(Consumer<TursoConnectionConfiguration.Builder> options) {
        TursoConnection connection = await(Turso.connect(name(), options));
        this.connections.add(connection);
        return connection;
    }

    // ---- work

    void script(String sql) {
        await(this.conn.executeScript(sql));
    }

    /** {@return how many rows a statement changed} */
    Long run(String sql, @Nullable Object... arguments) {
        return await(this.conn.execute(sql, arguments).rowCount());
    }

    /** {@return the rows as they are stored} */
    List<List<@Nullable Object>> rows(String sql, @Nullable Object... arguments) {
        return rows(this.conn, sql, arguments);
    }

    static List<List<@Nullable Object>> rows(TursoConnection connection, String sql, @Nullable Object... arguments) {
        return await(connection.execute(sql, arguments).fetchAll().map(TursoRow::values));
    }

    /** {@return the only value of the only row} */
    @Nullable
    Object value(String sql, @Nullable Object... arguments) {
        List<List<@Nullable Object>> rows = rows(sql, arguments);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0)).hasSize(1);
        return rows.get(0).get(0);
    }

    /** {@return the first column} */
    List<@Nullable Object> column(String sql, @Nullable Object... arguments) {
        List<@Nullable Object> column = new ArrayList<>();
        rows(sql, arguments).forEach(row -> column.add(row.get(0)));
        return column;
    }

    boolean inTransaction() {
        return inTransaction(this.conn);
    }

    static boolean inTransaction(TursoConnection connection) {
        return Boolean.TRUE.equals(await(connection.inTransaction()));
    }

    /** {@return the values of a row, null for the end} */
    static @Nullable List<@Nullable Object> next(TursoCursor cursor) {
        TursoRow row = await(cursor.fetchOne());
        return row == null ? null : row.values();
    }

    /** {@return a row, of which values may be null} */
    static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    static <T> T await(Mono<T> mono) {
        return TestDatabase.await(mono);
    }

    static <T> List<T> await(Flux<T> flux) {
        return TestDatabase.await(flux);
    }

    // ---- errors

    /** {@return the error work must end with} */
    static Throwable failure(Publisher<?> work) {
        return await(Flux.from(work)
                .ignoreElements()
                .<Throwable>then(Mono.fromSupplier(() -> new AssertionError("It succeeded")))
                .onErrorResume(Mono::just));
    }

    /** Asserts that work fails with an error of a category, and gives it for closer inspection. */
    static AbstractThrowableAssert<?, ? extends Throwable> assertFails(Category category, Publisher<?> work) {
        Throwable error = failure(work);
        assertThat(error).isInstanceOf(TursoException.class);
        assertThat(((TursoException) error).category())
                .as("category of %s", error)
                .isEqualTo(category);
        return assertThat(error);
    }

    /** Asserts that work fails with an error of a category, SQLite's extended code and SQLite's text. */
    static void assertFails(Category category, int code, String words, Publisher<?> work) {
        assertFails(category, work)
                .hasMessageContaining(words)
                .satisfies(error -> assertThat(((TursoException) error).extendedCode())
                        .as("code of %s", error)
                        .isEqualTo(code));
    }

    /** The connection works. */
    void assertUsable() {
        assertThat(value("SELECT 41 + 1")).isEqualTo(42L);
    }
}
