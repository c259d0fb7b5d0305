package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** C-34: batches, which in auto-commit are one transaction. */
class BatchContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    private static Batch batch(TursoConnection connection, String... statements) {
        Batch batch = connection.createBatch();
        for (String sql : statements) {
            batch.add(sql);
        }
        return batch;
    }

    private Batch batch(String... statements) {
        return batch(this.connection, statements);
    }

    private static List<List<Integer>> rows(Batch batch) {
        return await(Flux.from(batch.execute())
                .concatMap(it ->
                        Flux.from(it.map(row -> row.get(0, Integer.class))).collectList()));
    }

    private List<Integer> committed() {
        return this.database.query("SELECT id FROM t ORDER BY id", Integer.class);
    }

    @Test
    void c34EachStatementHasItsResult() {
        StepVerifier.create(counts(batch(
                                "INSERT INTO t(id) VALUES (1), (2)",
                                "UPDATE t SET v = 'x' WHERE id = 1",
                                "CREATE TABLE u(x)",
                                "DELETE FROM t WHERE id = 2")
                        .execute()))
                .expectNext(2L, 1L, 0L, 1L)
                .verifyComplete();
        assertThat(committed()).containsExactly(1);
    }

    @Test
    void c34EmptyBatchCompletes() {
        StepVerifier.create(this.connection.createBatch().execute()).verifyComplete();
        assertUsable();
    }

    @Test
    void c34NullAndParametersAreRefused() {
        Batch batch = this.connection.createBatch();
        assertThatIllegalArgumentException().isThrownBy(() -> batch.add(null));
        for (String sql : List.of("SELECT ?", "INSERT INTO t(id) VALUES (:id)", "SELECT 1; SELECT $a")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> batch.add(sql))
                    .withMessageContaining(sql);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> batch.add(" -- nothing"));
        StepVerifier.create(batch.add("SELECT '?'").execute())
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void c34AddReturnsTheBatch() {
        Batch batch = this.connection.createBatch();
        assertThat(batch.add("SELECT 1")).isSameAs(batch);
    }

    @Test
    void c34ExecuteIsLazyAndRunsAgain() {
        Batch batch = batch("INSERT INTO t(v) VALUES ('a')", "INSERT INTO t(v) VALUES ('b')");
        Flux<Long> execute = counts(batch.execute());
        assertThat(this.database.count("t")).isZero();
        assertThat(await(execute.repeat(2))).hasSize(6);
        assertThat(this.database.count("t")).isEqualTo(6);
    }

    @Test
    void c34AddAfterExecuteDoesNotChangeTheEarlierPublisher() {
        Batch batch = batch("INSERT INTO t(v) VALUES ('a')");
        Flux<Long> one = counts(batch.execute());
        batch.add("INSERT INTO t(v) VALUES ('b')");
        assertThat(await(one)).hasSize(1);
        assertThat(await(counts(batch.execute()))).hasSize(2);
    }

    @Test
    void c34FailureInTheMiddleLeavesNothing() {
        StepVerifier.create(counts(batch(
                                "INSERT INTO t(id) VALUES (1)",
                                "CREATE TABLE u(x)",
                                "INSERT INTO t(id) VALUES (1)",
                                "INSERT INTO t(id) VALUES (2)")
                        .execute()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                it -> assertThat(it.getSql()).isEqualTo("INSERT INTO t(id) VALUES (1)")));
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(committed()).isEmpty();
        assertThat(integers("SELECT count(*) FROM sqlite_schema WHERE name = 'u'"))
                .containsExactly(0);
    }

    @Test
    void c34SyntaxErrorInTheMiddleLeavesNothing() {
        StepVerifier.create(counts(batch("INSERT INTO t(id) VALUES (1)", "INSERT INTO nowhere VALUES (1)")
                        .execute()))
                .verifyError(R2dbcBadGrammarException.class);
        assertThat(committed()).isEmpty();
        assertThat(update("INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
    }

    @Test
    void batchModeEachKeepsTheEarlierStatements() {
        TursoConnection each = this.database.connect("batchMode=each");
        StepVerifier.create(counts(batch(
                                each,
                                "INSERT INTO t(id) VALUES (1)",
                                "INSERT INTO t(id) VALUES (2)",
                                "INSERT INTO t(id) VALUES (1)")
                        .execute()))
                .expectNext(1L, 1L)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(committed()).containsExactly(1, 2);
    }

    @Test
    void withinATransactionTheEarlierStatementsStay() {
        await(this.connection.beginTransaction());
        StepVerifier.create(counts(batch("INSERT INTO t(id) VALUES (1)", "INSERT INTO t(id) VALUES (1)")
                        .execute()))
                .expectNext(1L)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.commitTransaction());
        assertThat(committed()).containsExactly(1);
    }

    @Test
    void countsAreEmittedAfterTheCommit() {
        TursoConnection observer = this.database.connect();
        Flux<Integer> seen = Flux.from(batch("INSERT INTO t(id) VALUES (1)", "INSERT INTO t(id) VALUES (2)")
                        .execute())
                .concatMap(it -> TestDatabase.rows(observer, "SELECT count(*) FROM t", Integer.class), 1);
        StepVerifier.create(seen).expectNext(2, 2).verifyComplete();
    }

    @Test
    void selectBetweenWritesSeesWhatWasWrittenBeforeIt() {
        Batch batch = batch(
                "SELECT count(*) FROM t",
                "INSERT INTO t(id) VALUES (1), (2)",
                "SELECT count(*) FROM t",
                "DELETE FROM t WHERE id = 1",
                "SELECT id FROM t",
                "INSERT INTO t(id) VALUES (7) RETURNING id",
                "SELECT id FROM t ORDER BY id");
        assertThat(rows(batch))
                .containsExactly(List.of(0), List.of(), List.of(2), List.of(), List.of(2), List.of(7), List.of(2, 7));
    }

    @Test
    void batchModeEachSeesTheSame() {
        TursoConnection each = this.database.connect("batchMode=each");
        Batch batch = batch(
                each,
                "INSERT INTO t(id) VALUES (1), (2)",
                "SELECT count(*) FROM t",
                "DELETE FROM t WHERE id = 1",
                "SELECT id FROM t");
        assertThat(rows(batch)).containsExactly(List.of(), List.of(2), List.of(), List.of(2));
    }

    @Test
    void withinATransactionItSeesTheSame() {
        await(this.connection.beginTransaction());
        Batch batch = batch(
                "INSERT INTO t(id) VALUES (1), (2)",
                "SELECT count(*) FROM t",
                "DELETE FROM t WHERE id = 1",
                "SELECT id FROM t");
        assertThat(rows(batch)).containsExactly(List.of(), List.of(2), List.of(), List.of(2));
        await(this.connection.rollbackTransaction());
        assertThat(committed()).isEmpty();
    }

    @Test
    void selectsAloneRunOneAfterAnother() {
        assertThat(rows(batch("SELECT 1", "SELECT 2 UNION ALL SELECT 3", "SELECT 4")))
                .containsExactly(List.of(1), List.of(2, 3), List.of(4));
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    @Test
    void maxBufferedRowsIsAClearErrorAndNothingIsChanged() {
        TursoConnection small = this.database.connect("maxBufferedRows=10");
        String query = String.format(NUMBERS, 11);
        StepVerifier.create(counts(batch(small, "INSERT INTO t(id) VALUES (1)", query, "INSERT INTO t(id) VALUES (2)")
                        .execute()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(R2dbcException.class, it -> {
                            assertThat(it.getSql()).isEqualTo(query);
                            assertThat(it.getSqlState()).isEqualTo("53000");
                        })
                        .hasMessageContaining("maxBufferedRows")
                        .hasMessageContaining("10"));
        assertThat(small.isAutoCommit()).isTrue();
        assertThat(committed()).isEmpty();
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (3)")).isEqualTo(1);
        assertThat(rows(batch(
                        small,
                        "INSERT INTO t(id) VALUES (1)",
                        String.format(NUMBERS, 10),
                        "INSERT INTO t(id) VALUES (2)")))
                .hasSize(3);
        assertThat(committed()).containsExactly(1, 2, 3);
    }

    @Test
    void maxBufferedRowsDoesNotCountTheLastQueryNorReturning() {
        TursoConnection small = this.database.connect("maxBufferedRows=2");
        List<List<Integer>> rows = rows(batch(
                small,
                "INSERT INTO t(id) VALUES (1), (2), (3), (4) RETURNING id",
                "SELECT id FROM t LIMIT 2",
                "UPDATE t SET v = 'x' RETURNING id",
                "SELECT id FROM t ORDER BY id"));
        assertThat(rows).element(0).isEqualTo(List.of(1, 2, 3, 4));
        assertThat(rows).element(3).isEqualTo(List.of(1, 2, 3, 4));
    }

    @Test
    void severalStatementsInOneAddAreEachOne() {
        assertThat(await(counts(batch("INSERT INTO t(id) VALUES (1); INSERT INTO t(id) VALUES (2);", "DELETE FROM t")
                        .execute())))
                .containsExactly(1L, 1L, 2L);
    }

    @Test
    void ownTransactionWithinABatchIsFollowed() {
        assertThat(await(counts(batch(
                                "BEGIN",
                                "INSERT INTO t(id) VALUES (1)",
                                "COMMIT",
                                "BEGIN",
                                "INSERT INTO t(id) VALUES (2)",
                                "ROLLBACK")
                        .execute())))
                .containsExactly(0L, 1L, 0L, 0L, 1L, 0L);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(committed()).containsExactly(1);
    }

    @Test
    void failureWithinAnOwnTransactionLeavesItOpen() {
        StepVerifier.create(counts(batch("BEGIN", "INSERT INTO t(id) VALUES (1)", "INSERT INTO t(id) VALUES (1)")
                        .execute()))
                .expectNext(0L, 1L)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(committed()).isEmpty();
    }

    @Test
    void pragmaAndVacuumWithinABatchRunByThemselves() {
        assertThat(await(counts(batch("INSERT INTO t(id) VALUES (1)", "PRAGMA user_version = 3", "VACUUM")
                        .execute())))
                .containsExactly(1L, 0L, 0L);
        assertThat(integers("PRAGMA user_version")).containsExactly(3);
    }

    @Test
    void ignoredResultsDoNotHoldUpTheBatch() {
        await(Flux.from(batch("INSERT INTO t(id) VALUES (1)", "SELECT 1", "INSERT INTO t(id) VALUES (2)", "SELECT 2")
                        .execute())
                .then());
        assertThat(committed()).containsExactly(1, 2);
    }

    @Test
    void c49MonoFromRunsTheWholeBatch() {
        Long first = await(Mono.from(batch("INSERT INTO t(id) VALUES (1)", "INSERT INTO t(id) VALUES (2)")
                        .execute())
                .flatMap(it -> Mono.from(it.getRowsUpdated())));
        assertThat(first).isEqualTo(1);
        assertThat(committed()).containsExactly(1, 2);
    }

    @Test
    void lostTransactionRefusesTheBatch() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        StepVerifier.create(one("INSERT OR ROLLBACK INTO t(id) VALUES (1)")).verifyError();
        StepVerifier.create(counts(batch("INSERT INTO t(id) VALUES (2)", "INSERT INTO t(id) VALUES (3)")
                        .execute()))
                .verifyError(R2dbcRollbackException.class);
        await(this.connection.rollbackTransaction());
        assertThat(committed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300, 3_000})
    void largeBatchesRun(int size) {
        Batch batch = this.connection.createBatch();
        for (int i = 0; i < size; i++) {
            batch.add("INSERT INTO t(id) VALUES (" + i + ")");
        }
        assertThat(await(counts(batch.execute()))).hasSize(size).containsOnly(1L);
        assertThat(this.database.count("t")).isEqualTo(size);
    }

    @Test
    void resultsOfQueriesWithinABatchAreConsumableOnce() {
        Flux<? extends Result> results =
                Flux.from(batch("SELECT 1", "INSERT INTO t(id) VALUES (1)").execute());
        StepVerifier.create(results.concatMap(it -> {
                    Flux<Integer> values = Flux.from(it.map(row -> row.get(0, Integer.class)));
                    return values.concatWith(values.onErrorReturn(IllegalStateException.class, -1));
                }))
                .expectNext(1, -1, -1)
                .verifyComplete();
    }
}
