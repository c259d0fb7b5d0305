package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** C-30 and what sets of bindings mean: all of them or none in auto-commit, unless {@code batchMode=each}. */
class BindingSetsContractTest extends ContractTest {

    private static final String INSERT = "INSERT INTO t(id) VALUES (?)";

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    private static Statement insert(TursoConnection connection, int... ids) {
        Statement statement = connection.createStatement(INSERT);
        for (int i = 0; i < ids.length; i++) {
            if (i > 0) {
                statement.add();
            }
            statement.bind(0, ids[i]);
        }
        return statement;
    }

    private List<Integer> committed() {
        return this.database.query("SELECT id FROM t ORDER BY id", Integer.class);
    }

    @Test
    void c30EachSetHasItsResult() {
        StepVerifier.create(
                        Flux.from(insert(this.connection, 1, 2, 3).execute()).map(it -> 1))
                .expectNext(1, 1, 1)
                .verifyComplete();
        StepVerifier.create(counts(insert(this.connection, 4, 5).execute()))
                .expectNext(1L, 1L)
                .verifyComplete();
        assertThat(committed()).containsExactly(1, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 1000, 5_000})
    void c30ManySetsRunOverSeveralTurns(int sets) {
        Statement statement = insert(this.connection, IntStream.range(0, sets).toArray());
        assertThat(await(counts(statement.execute()))).hasSize(sets).containsOnly(1L);
        assertThat(this.database.count("t")).isEqualTo(sets);
    }

    @Test
    void c30ManySetsOfAnyStatementRun() {
        int sets = 100;
        int[] ids = IntStream.range(0, sets).toArray();
        await(counts(insert(this.connection, ids).execute()));
        for (String sql : List.of("UPDATE t SET v = 'x' WHERE id = ?", "DELETE FROM t WHERE id = ? AND v = 'x'")) {
            Statement statement = this.connection.createStatement(sql);
            for (int id : ids) {
                (id == 0 ? statement : statement.add()).bind(0, id);
            }
            assertThat(await(counts(statement.execute()))).as(sql).hasSize(sets).containsOnly(1L);
        }
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c30FailureInTheMiddleLeavesNothing() {
        StepVerifier.create(counts(insert(this.connection, 1, 2, 1, 3).execute()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                it -> assertThat(it.getSql()).isEqualTo(INSERT)));
        assertThat(committed()).isEmpty();
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(await(counts(insert(this.connection, 1, 2).execute()))).hasSize(2);
    }

    @Test
    void c30OrRollbackInTheMiddleLeavesNothing() {
        Statement statement = this.connection
                .createStatement("INSERT OR ROLLBACK INTO t(id) VALUES (?)")
                .bind(0, 1)
                .add()
                .bind(0, 1)
                .add()
                .bind(0, 2);
        StepVerifier.create(counts(statement.execute())).verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(committed()).isEmpty();
        execute("INSERT INTO t(id) VALUES (9)");
        assertThat(committed()).containsExactly(9);
    }

    @Test
    void c30OrFailAndOrIgnoreFollowTheirOwnRule() {
        Statement ignore = this.connection
                .createStatement("INSERT OR IGNORE INTO t(id) VALUES (?)")
                .bind(0, 1)
                .add()
                .bind(0, 1)
                .add()
                .bind(0, 2);
        assertThat(await(counts(ignore.execute()))).containsExactly(1L, 0L, 1L);
        Statement fail = this.connection
                .createStatement("INSERT OR FAIL INTO t(id) VALUES (?)")
                .bind(0, 3)
                .add()
                .bind(0, 1);
        StepVerifier.create(counts(fail.execute())).verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(committed()).containsExactly(1, 2);
    }

    @Test
    void batchModeEachKeepsTheEarlierSets() {
        TursoConnection each = this.database.connect("batchMode=each");
        StepVerifier.create(counts(insert(each, 1, 2, 1, 3).execute()))
                .expectNext(1L, 1L)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(committed()).containsExactly(1, 2);
        assertThat(each.isAutoCommit()).isTrue();
    }

    @Test
    void withinATransactionTheEarlierSetsStay() {
        await(this.connection.beginTransaction());
        StepVerifier.create(counts(insert(this.connection, 1, 2, 1, 3).execute()))
                .expectNext(1L, 1L)
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        assertThat(integers("SELECT id FROM t")).containsExactly(1, 2);
        await(this.connection.commitTransaction());
        assertThat(committed()).containsExactly(1, 2);
    }

    @Test
    void withinATransactionNothingIsCommitted() {
        await(this.connection.beginTransaction());
        assertThat(await(counts(insert(this.connection, 1, 2).execute()))).hasSize(2);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(committed()).isEmpty();
    }

    @Test
    void withinARawTransactionNothingIsCommitted() {
        execute("BEGIN");
        assertThat(await(counts(insert(this.connection, 1, 2).execute()))).hasSize(2);
        execute("ROLLBACK");
        assertThat(committed()).isEmpty();
    }

    @Test
    void countsAreEmittedAfterTheCommit() {
        TursoConnection observer = this.database.connect();
        Flux<Integer> seen = counts(insert(this.connection, 1, 2, 3).execute())
                .take(1)
                .concatMap(it -> TestDatabase.rows(observer, "SELECT count(*) FROM t", Integer.class));
        StepVerifier.create(seen).expectNext(3).verifyComplete();
    }

    @Test
    void firstResultComesOnlyWhenAllSetsAreCommitted() {
        TursoConnection observer = this.database.connect();
        Flux<Integer> seen = Flux.from(insert(this.connection, 1, 2, 3).execute())
                .concatMap(it -> TestDatabase.rows(observer, "SELECT count(*) FROM t", Integer.class), 1);
        StepVerifier.create(seen).expectNext(3, 3, 3).verifyComplete();
    }

    @Test
    void c49MonoFromRunsEverySetInAutoCommit() {
        Long first = await(one(insert(this.connection, IntStream.range(0, 200).toArray()))
                .flatMap(it -> Mono.from(it.getRowsUpdated())));
        assertThat(first).isEqualTo(1);
        assertThat(this.database.count("t")).isEqualTo(200);
    }

    @Test
    void cancelBeforeTheFirstResultLeavesAllOrNothing() {
        for (int i = 0; i < 30; i++) {
            int base = i * 1_000;
            Flux.from(insert(this.connection, IntStream.range(base, base + 600).toArray())
                            .execute())
                    .subscribe()
                    .dispose();
            assertUsable();
            assertThat(this.connection.isAutoCommit()).isTrue();
            long count = this.database
                    .query("SELECT count(*) FROM t WHERE id BETWEEN " + base + " AND " + (base + 999), Long.class)
                    .get(0);
            assertThat(count).isIn(0L, 600L);
        }
    }

    @Test
    void setsOfAQueryHaveEachTheirRows() {
        Statement query = this.connection
                .createStatement("SELECT ? UNION ALL SELECT 0")
                .bind(0, 1)
                .add()
                .bind(0, 2)
                .add()
                .bind(0, 3);
        assertThat(await(Flux.from(query.execute()).concatMap(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(1, 0, 2, 0, 3, 0);
        assertThat(await(Flux.from(query.execute())
                        .flatMap(it -> Flux.from(it.map(row -> row.get(0, Integer.class)))
                                .collectList())))
                .containsExactly(List.of(1, 0), List.of(2, 0), List.of(3, 0));
        assertThat(await(one(query).flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(1, 0);
    }

    @Test
    void setsOfDmlWithReturningHaveEachTheirRows() {
        Statement statement = insert(this.connection, 5, 6, 7).returnGeneratedValues("id");
        assertThat(await(Flux.from(statement.execute())
                        .concatMap(it -> Flux.from(it.map(row -> row.get(0, Integer.class)))
                                .collectList())))
                .containsExactly(List.of(5), List.of(6), List.of(7));
    }

    @Test
    void setsOfSeveralStatementsRunSetBySetAndAreAtomic() {
        execute("CREATE TABLE log(x)");
        Statement statement = this.connection
                .createStatement("INSERT INTO t(id) VALUES (:id); INSERT INTO log VALUES (:id * 10)")
                .bind("id", 1)
                .add()
                .bind("id", 2);
        assertThat(await(counts(statement.execute()))).containsExactly(1L, 1L, 1L, 1L);
        assertThat(integers("SELECT x FROM log ORDER BY rowid")).containsExactly(10, 20);
        statement.add().bind("id", 3).add().bind("id", 1);
        StepVerifier.create(counts(statement.execute())).verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(committed()).containsExactly(1, 2);
        assertThat(this.database.count("log")).isEqualTo(2);
    }

    @Test
    void nullsAndTypesMayDifferFromSetToSet() {
        execute("CREATE TABLE u(a, b)");
        Statement statement = this.connection
                .createStatement("INSERT INTO u VALUES (:a, :b)")
                .bind("a", 1)
                .bind("b", "text")
                .add()
                .bindNull("a", Integer.class)
                .bind("b", 2.5)
                .add()
                .bind("a", "three")
                .bindNull("b", String.class)
                .add()
                .bind("a", new byte[] {1})
                .bind("b", true);
        assertThat(await(counts(statement.execute()))).hasSize(4);
        assertThat(query("SELECT typeof(a) || ' ' || typeof(b) FROM u ORDER BY rowid", String.class))
                .containsExactly("integer text", "null real", "text null", "blob integer");
    }

    @Test
    void resultsOfSetsMayBeConsumedLaterAndInAnyOrder() {
        List<Result> results = new ArrayList<>(await(Flux.<Result>from(
                insert(this.connection, 1, 2, 3).returnGeneratedValues("id").execute())));
        java.util.Collections.reverse(results);
        assertThat(await(Flux.fromIterable(results).concatMap(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(3, 2, 1);
    }

    @Test
    void demandOfOneGetsOneResultAtATime() {
        StepVerifier.create(
                        Flux.from(insert(this.connection, 1, 2, 3).execute()).map(it -> "result"), 0)
                .thenRequest(1)
                .expectNext("result")
                .thenRequest(1)
                .expectNext("result")
                .then(() -> assertUsable())
                .thenRequest(1)
                .expectNext("result")
                .verifyComplete();
    }

    @Test
    void failedPrepareOfSetsChangesNothingAndEndsTheTransaction() {
        Statement statement = this.connection
                .createStatement("INSERT INTO nowhere VALUES (?)")
                .bind(0, 1)
                .add()
                .bind(0, 2);
        StepVerifier.create(counts(statement.execute())).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
    }

    @Test
    void writingSetsBehindReadOnlyTransactionsWork() {
        await(this.connection.beginTransaction(Definitions.readOnly()));
        integers("SELECT 1");
        execute("COMMIT");
        assertThat(await(counts(insert(this.connection, 1, 2).execute()))).hasSize(2);
        assertThat(committed()).containsExactly(1, 2);
    }
}
