package turso.r2dbc.contract;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
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
import turso.r2dbc.api.TursoConnection;

/** What all tests of the R2DBC contract have in common: a database in a file, then one in memory, and a connection. */
@ParameterizedClass(name = "{0}")
@MethodSource("turso.r2dbc.TestDatabase#kinds")
abstract class ContractTest {

    /** Rows numbered from 1. */
    static final String NUMBERS =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < %d) SELECT x FROM n";

    @Parameter
    TestDatabase.Kind kind;

    TestDatabase database;

    TursoConnection connection;

    @BeforeEach
    void open() {
        StepVerifier.setDefaultTimeout(TestDatabase.LIMIT);
        this.database = TestDatabase.of(this.kind);
        this.connection = this.database.connect();
    }

    @AfterEach
    void close() {
        this.database.close();
        StepVerifier.resetDefaultTimeout();
    }

    void execute(String... statements) {
        TestDatabase.execute(this.connection, statements);
    }

    Long update(String sql) {
        return TestDatabase.update(this.connection, sql);
    }

    <T> List<T> query(String sql, Class<T> type) {
        return TestDatabase.query(this.connection, sql, type);
    }

    /** {@return the first column as Integer} */
    List<Integer> integers(String sql) {
        return query(sql, Integer.class);
    }

    Flux<Integer> numbers(int last) {
        return TestDatabase.rows(this.connection, String.format(NUMBERS, last), Integer.class);
    }

    /** {@return the result of a statement with one, as nearly everybody gets it} */
    static Mono<Result> one(Statement statement) {
        return Mono.<Result>from(statement.execute());
    }

    Mono<Result> one(String sql) {
        return one(this.connection.createStatement(sql));
    }

    /** {@return the counts} An error that follows a result waits until that result is consumed. */
    static Flux<Long> counts(Publisher<? extends Result> results) {
        return Flux.from(results).concatMapDelayError(Result::getRowsUpdated);
    }

    static <T> T await(Mono<T> mono) {
        return TestDatabase.await(mono);
    }

    static <T> List<T> await(Flux<T> flux) {
        return TestDatabase.await(flux);
    }

    /** The connection works, and is in the state every new one is in. */
    void assertUsable() {
        org.assertj.core.api.Assertions.assertThat(integers("SELECT 41 + 1")).containsExactly(42);
    }
}
