package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.api.TursoConnection;

/**
 * Everything by which the engine may end a transaction, in every form in which it may be run. What comes after it is
 * refused until the application rolls back, and nothing of the transaction, nor of what came after, is ever there.
 */
class LostTransactionCausesContractTest extends ContractTest {

    private static final String ENDLESS =
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) " + "SELECT count(*) FROM c";

    /** For a statement that has no end. */
    private static final Duration LONG_ENOUGH_TO_BEGIN = Duration.ofMillis(250);

    /** What ends the transaction; the last one may leave it open, depending on what SQLite had in memory. */
    enum Cause {
        OR_ROLLBACK("INSERT OR ROLLBACK INTO t(id) VALUES (1)"),
        RAISE_ROLLBACK("INSERT INTO t(id, v) VALUES (100, 'bad')"),
        TIMED_OUT_WRITE("INSERT INTO t(v) " + ENDLESS),
        CANCELLED_WRITE("INSERT INTO t(v) " + ENDLESS),
        FULL_DISK("INSERT INTO t(id, v) VALUES (200, randomblob(2000000))");

        private final String sql;

        Cause(String sql) {
            this.sql = sql;
        }
    }

    /** How the statement that does it is run. */
    enum Form {
        ALONE((connection, sql) -> connection.createStatement(sql).execute()),
        RETURNING((connection, sql) ->
                connection.createStatement(sql + " RETURNING id").execute()),
        BATCH((connection, sql) -> connection
                .createBatch()
                .add("INSERT INTO t(id) VALUES (50)")
                .add(sql)
                .add("INSERT INTO t(id) VALUES (51)")
                .execute()),
        SEVERAL_STATEMENTS((connection, sql) -> connection
                .createStatement("INSERT INTO t(id) VALUES (50); " + sql + "; INSERT INTO t(id) VALUES (51)")
                .execute()),
        BINDING_SETS((connection, sql) -> connection
                .createStatement(sql.startsWith("INSERT INTO t(v) ") ? sql + " WHERE x > ?" : sql + ", (?, NULL)")
                .bind(0, 60)
                .add()
                .bind(0, 61)
                .execute()),
        AFTER_SAVEPOINT((connection, sql) -> connection
                .createSavepoint("s")
                .thenMany(Flux.defer(() -> connection.createStatement(sql).execute())));

        private final BiFunction<TursoConnection, String, Publisher<? extends Result>> execution;

        Form(BiFunction<TursoConnection, String, Publisher<? extends Result>> execution) {
            this.execution = execution;
        }
    }

    static Stream<Arguments> causesAndForms() {
        return Stream.of(Cause.values())
                .flatMap(cause -> Stream.of(Form.values()).map(form -> Arguments.of(cause, form)));
    }

    @BeforeEach
    void createTables() {
        execute(
                "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
                "CREATE TRIGGER no BEFORE INSERT ON t WHEN new.v = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
                "PRAGMA max_page_count = 100",
                "PRAGMA cache_size = 4");
    }

    @ParameterizedTest
    @MethodSource("causesAndForms")
    void nothingIsEverThereAndTheRestIsRefused(Cause cause, Form form) {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");

        lose(cause, form);

        assertThat(this.connection.isAutoCommit()).isFalse();
        Mono<Long> next = Mono.from(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (70)")
                        .execute())
                .flatMap(it -> Mono.from(it.getRowsUpdated()));
        Mono<Long> batch = Flux.from(this.connection
                        .createBatch()
                        .add("INSERT INTO t(id) VALUES (71)")
                        .add("INSERT INTO t(id) VALUES (72)")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .then(Mono.just(1L));
        if (cause == Cause.FULL_DISK) {
            // Either the transaction is still open or they are refused: nothing of it may be there later.
            await(next.onErrorComplete());
            await(batch.onErrorComplete());
        } else {
            StepVerifier.create(next).verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
            StepVerifier.create(batch).verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        }
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());

        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    private void lose(Cause cause, Form form) {
        Flux<Long> doomed = counts(form.execution.apply(this.connection, sql(cause, form)));
        if (cause == Cause.CANCELLED_WRITE) {
            // It is running when the time is over, and must not be continued.
            StepVerifier.create(doomed.timeout(LONG_ENOUGH_TO_BEGIN)).verifyError();
            return;
        }
        if (cause == Cause.TIMED_OUT_WRITE) {
            await(this.connection.setStatementTimeout(LONG_ENOUGH_TO_BEGIN));
        }
        StepVerifier.create(doomed).thenConsumeWhile(it -> true).verifyError(R2dbcException.class);
        await(this.connection.setStatementTimeout(Duration.ZERO));
    }

    private static String sql(Cause cause, Form form) {
        if (form == Form.BINDING_SETS && cause != Cause.TIMED_OUT_WRITE && cause != Cause.CANCELLED_WRITE) {
            return cause.sql.replace("t(id) VALUES (1)", "t(id, v) VALUES (1, NULL)");
        }
        return cause.sql;
    }
}
