package turso.r2dbc.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.api.BoundSql;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoExecution;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.api.TursoTransientResourceException;
import turso.r2dbc.errors.HalfReader;
import turso.r2dbc.errors.OpenDatabase;

/** What {@code execute}, {@code executeMany} and {@code batch} make of one call, on a connection in auto-commit. */
class ExecutionTest {

    private static final String ENDLESS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n";

    private OpenDatabase database;

    private TursoConnection connection;

    @BeforeEach
    void open() {
        this.database = OpenDatabase.memory(it -> it.maxBufferedRows(100));
        this.connection = this.database.open();
        run(this.connection, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    private String one(String sql, Object... arguments) {
        return get(this.connection.execute(sql, arguments).fetchOne()).toString();
    }

    private static void assertMisuse(Throwable error, String state, String words) {
        assertThat(error)
                .isInstanceOfSatisfying(TursoException.class, it -> {
                    assertThat(it.category()).isEqualTo(Category.INTERFACE);
                    assertThat(it.extendedCode()).isZero();
                    assertThat(it.isRetryable()).isFalse();
                })
                .isInstanceOfSatisfying(
                        R2dbcException.class, it -> assertThat(it.getSqlState()).isEqualTo(state))
                .hasMessageContaining(words);
    }

    // ---- values

    @Test
    void nullsAndNothingAreToldApart() {
        assertThat(one("SELECT ?", (Object) null)).isEqualTo("[null]");
        assertThat(one("SELECT 1")).isEqualTo("[1]");
        assertThat(one("SELECT ?, ?", null, 1)).isEqualTo("[null, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.execute("SELECT 1", (Object[]) null))
                .withMessage("arguments must not be null");
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.execute(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.execute("SELECT 1", (Map<String, Object>) null));
    }

    @Test
    void valuesAreThoseOfTheCall() {
        Object[] arguments = {new byte[] {1, 2}, "a"};
        TursoExecution execution = this.connection.execute("SELECT hex(?), ?", arguments);
        ((byte[]) arguments[0])[0] = 9;
        arguments[1] = "b";

        assertThat(get(execution.fetchOne())).hasToString("[0102, a]");
    }

    @Test
    void namesBindWithAndWithoutPrefixAndExtraOnesAreIgnored() {
        Map<String, Object> named = new HashMap<>(Map.of("x", 7, "@y", 8, "unused", 9, "1", 5));
        named.put("n", null);

        assertThat(get(this.connection
                        .execute("SELECT ?1, :x + :x, @y, $n", named)
                        .fetchOne()))
                .hasToString("[5, 14, 8, null]");
    }

    @Test
    void valuesThatDoNotMatchAreMisuse() {
        assertMisuse(
                failure(this.connection.execute("SELECT ?", 1, 2).fetchOne()), "07001", "1 parameters, and 2 values");
        assertMisuse(
                failure(this.connection.execute("SELECT ?, ?", 1).rowCount()), "07001", "2 parameters, and 1 values");
        assertMisuse(failure(this.connection.execute("SELECT ?").then()), "07001", "1 parameters, and 0 values");
        assertMisuse(failure(this.connection.execute("SELECT 1", 1).fetchAll().then()), "07001", "0 parameters");
        assertMisuse(
                failure(this.connection.execute("SELECT :a, :b", Map.of("a", 1)).fetchOne()), "07001", ":b");
        assertMisuse(failure(this.connection.execute("SELECT ?", Map.of("a", 1)).fetchOne()), "07001", "?");
        assertMisuse(
                failure(this.connection.executeMany("INSERT INTO t VALUES (?, ?)", List.of(List.of(1, 2), List.of(3)))),
                "07001",
                "2 parameters, and 1 values");
        assertMisuse(
                failure(this.connection.executeMany("INSERT INTO t VALUES (1, ?)", List.of("no set"))),
                "07001",
                "java.lang.String");
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("[0]");
    }

    @Test
    void valuesThatCannotBeStoredAreMisuse() {
        Object map = Map.of("a", 1);
        for (Object wrong : Arrays.asList(new Object(), map, List.of(1), new Object[] {1}, BigInteger.TWO.pow(63))) {
            assertMisuse(
                    failure(this.connection
                            .execute("SELECT ?", new Object[] {wrong})
                            .fetchOne()),
                    "07006",
                    "Parameter ?");
        }
        assertThat(one("SELECT ?", BigInteger.TWO.pow(63).negate())).isEqualTo("[-9223372036854775808]");
    }

    @Test
    void notExactlyOneStatementIsBadGrammar() {
        for (String sql : List.of("", "-- c", "/* c */", ";", "SELECT 1; SELECT 2", "SELECT 'é'; DELETE FROM t")) {
            assertThat(failure(this.connection.execute(sql).fetchOne()))
                    .isInstanceOf(R2dbcBadGrammarException.class)
                    .isInstanceOfSatisfying(
                            TursoException.class,
                            it -> assertThat(it.category()).isEqualTo(Category.PROGRAMMING));
        }
        assertThat(one("SELECT 3 /* x */ ; /* y */")).isEqualTo("[3]");
    }

    @Test
    void largeObjectsAreReadBeforeTheyAreBound() {
        assertThat(get(this.connection
                        .execute(
                                "SELECT hex(?), ?",
                                Blob.from(Flux.just(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}))),
                                Clob.from(Mono.just("text")))
                        .fetchOne()))
                .hasToString("[0102, text]");
        assertThat(get(this.connection
                        .execute("SELECT ?", Clob.from(Mono.just("text")))
                        .fetchAll()
                        .collectList()))
                .hasToString("[[text]]");
        Clob many = Clob.from(Mono.just("many"));
        await(this.connection.executeMany("INSERT INTO t (v) VALUES (?)", List.of(List.of(many), List.of("b"))));
        assertThat(column(this.connection, "SELECT v FROM t ORDER BY id")).containsExactly("many", "b");
    }

    // ---- what is wanted of a statement

    @Test
    void eachSubscriptionRunsOnceAndNoneNever() {
        TursoExecution insert = this.connection.execute("INSERT INTO t (v) VALUES (1)");
        Mono<Long> count = insert.rowCount();
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("[0]");

        await(count);
        await(count);
        await(insert.then());
        assertThat(get(insert.lastInsertRowId())).isEqualTo(4);
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("[4]");
    }

    @Test
    void countsAreThoseOfTheStatement() {
        assertThat(get(this.connection
                        .execute("INSERT INTO t (v) VALUES (1), (2), (3)")
                        .rowCount()))
                .isEqualTo(3);
        assertThat(get(this.connection.execute("SELECT * FROM t").rowCount())).isEqualTo(-1);
        assertThat(get(this.connection.execute("CREATE TABLE u (v)").rowCount()))
                .isZero();
        assertThat(get(this.connection.execute("PRAGMA user_version").rowCount()))
                .isZero();
        assertThat(get(this.connection.execute("UPDATE t SET v = 0 RETURNING v").rowCount()))
                .isEqualTo(3);
        assertThat(get(this.connection.execute("DELETE FROM t WHERE v = 9").rowCount()))
                .isZero();
    }

    @Test
    void rowIdIsThatOfTheStatement() {
        run(
                this.connection,
                "CREATE TABLE log (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO log VALUES (500, 0)",
                "CREATE TRIGGER copy AFTER INSERT ON t BEGIN INSERT INTO log (v) VALUES (new.v); END");

        assertThat(get(this.connection
                        .execute("INSERT INTO t VALUES (4611686018427387904, 1)")
                        .lastInsertRowId()))
                .isEqualTo(4_611_686_018_427_387_904L);
        assertThat(get(this.connection
                        .execute("INSERT INTO t VALUES (7, 1) RETURNING v")
                        .lastInsertRowId()))
                .isEqualTo(7);
        assertThat(get(this.connection
                        .execute("WITH x AS (SELECT 77 AS i) INSERT INTO t SELECT i, i FROM x")
                        .lastInsertRowId()))
                .isEqualTo(77);
        for (String nothing : List.of("INSERT OR IGNORE INTO t VALUES (7, 1)", "UPDATE t SET v = 3", "SELECT 1")) {
            assertThat(this.connection.execute(nothing).lastInsertRowId().block(OpenDatabase.PATIENCE))
                    .isNull();
        }
    }

    @Test
    void fetchOneStopsTheQueryAndFinishesTheWrite() {
        assertThat(one("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"))
                .isEqualTo("[1]");
        assertThat(one("INSERT INTO t (v) VALUES (1), (2), (3) RETURNING v")).isEqualTo("[1]");
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("[3]");
        assertThat(this.connection.execute("SELECT 1 WHERE 0").fetchOne().block(OpenDatabase.PATIENCE))
                .isNull();
        // Nothing of the query is left open, or this would be locked.
        await(this.connection.execute("DROP TABLE t").then());
    }

    @Test
    void rowsFollowDemandAndStopWithIt() {
        await(this.connection.executeMany(
                "INSERT INTO t (v) VALUES (?)", Flux.range(1, 100).map(List::of)));
        StepVerifier.create(
                        this.connection.execute("SELECT v FROM t ORDER BY id").fetchAll(), 0)
                .thenRequest(2)
                .expectNextMatches(row -> row.getLong(0) == 1)
                .expectNextMatches(row -> row.getLong(0) == 2)
                .then(() -> assertThat(one("SELECT count(*) FROM t")).isEqualTo("[100]"))
                .thenRequest(1)
                .expectNextMatches(row -> row.getLong(0) == 3)
                .thenCancel()
                .verify(OpenDatabase.PATIENCE);
        await(this.connection.execute("DROP TABLE t").then());
    }

    @Test
    void nonQueriesHaveRowsToo() {
        assertThat(get(this.connection
                        .execute("INSERT INTO t (v) VALUES ('a'), ('b') RETURNING v")
                        .fetchAll()
                        .map(TursoRow::toString)
                        .collectList()))
                .containsExactly("[a]", "[b]");
        assertThat(get(this.connection.execute("PRAGMA user_version").fetchAll().collectList()))
                .hasToString("[[0]]");
        assertThat(get(this.connection.execute("DELETE FROM t").fetchAll().collectList()))
                .isEmpty();
    }

    // ---- rows

    @Test
    void emittedRowsCanBeKeptAndCompared() {
        String sql = "SELECT 1 AS id, 'alice' AS name, x'010203' AS data, NULL AS none, 1.5 AS ID";
        TursoRow row = get(this.connection.execute(sql).fetchOne());
        TursoRow same = get(this.connection.execute(sql).fetchAll().next());

        assertThat(row)
                .hasToString("[1, alice, <3 bytes>, null, 1.5]")
                .isEqualTo(same)
                .hasSameHashCodeAs(same);
        assertThat(row)
                .isNotEqualTo(get(this.connection.execute("SELECT 1 AS id").fetchOne()));
        assertThat(row.copy()).isSameAs(row);
        assertThat(row.size()).isEqualTo(5);
        assertThat(row.values()).containsExactly(1L, "alice", new byte[] {1, 2, 3}, null, 1.5);
        assertThat(row.columnNames()).containsExactly("id", "name", "data", "none", "ID");
        assertThat(row.asMap()).contains(entry("id", 1L), entry("name", "alice"), entry("ID", 1.5));
        assertThat(row.getLong("ID")).isEqualTo(1);
        assertThat(row.getInteger(0)).isEqualTo(1);
        assertThat(row.getString("NAME")).isEqualTo("alice");
        assertThat(row.getBoolean("id")).isTrue();
        assertThat(row.getDouble(4)).isEqualTo(1.5);
        assertThat(row.getBytes("data")).containsExactly(1, 2, 3);
        assertThat(row.getLong("none")).isNull();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> row.getLong("other"));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> row.getLong(5));
    }

    @Test
    void keptValuesAreTheCallersOwn() {
        TursoRow row = get(this.connection.execute("SELECT x'01'").fetchOne());
        ((byte[]) row.values().get(0))[0] = 9;

        assertThat(row.getBytes(0)).containsExactly(1);
    }

    @Test
    void mappedRowsEndWithTheCall() {
        AtomicReference<TursoRow> kept = new AtomicReference<>();
        List<String> texts = get(this.connection
                .execute("SELECT 1 AS a UNION ALL SELECT 2")
                .fetchAll(row -> {
                    kept.set(row);
                    return row + " " + row.copy().values() + " " + row.asMap();
                })
                .collectList());

        assertThat(texts).containsExactly("[1] [1] {a=1}", "[2] [2] {a=2}");
        assertThat(kept.get()).asString().contains("no longer there");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> kept.get().values());
        assertThat(failure(this.connection
                        .execute("SELECT 1")
                        .fetchAll(row -> null)
                        .then()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("null");
    }

    // ---- many

    @Test
    void executeManyIsAllOrNothingInAutoCommit() {
        assertThat(get(this.connection.executeMany(
                        "INSERT INTO t VALUES (:id, :v)", List.of(Map.of("id", 1, "v", "a"), Map.of("id", 2, "v", 2)))))
                .isEqualTo(2);
        assertThat(failure(this.connection.executeMany(
                        "INSERT INTO t VALUES (?, 0)", List.of(List.of(3), List.of(1), List.of(4)))))
                .isInstanceOf(R2dbcException.class);
        assertThat(get(this.connection.inTransaction())).isFalse();
        assertThat(get(this.connection.executeMany(
                        "UPDATE t SET v = ? WHERE id <= ? RETURNING v", List.of(List.of(0, 2), List.of(1, 1)))))
                .isEqualTo(3);
        assertThat(get(this.connection.executeMany("DELETE FROM t WHERE id = ?", List.of())))
                .isZero();
        assertThat(column(this.connection, "SELECT id FROM t")).containsExactly(1, 2);
    }

    @Test
    void publisherOfSetsMayUseTheConnection() {
        run(this.connection, "INSERT INTO t (v) VALUES (1), (2)");
        Flux<List<Object>> sets = this.connection
                .execute("SELECT v FROM t")
                .fetchAll()
                .concatMap(row ->
                        this.connection.execute("SELECT ? * 10", row.getLong(0)).fetchOne())
                .map(TursoRow::values);

        assertThat(get(this.connection.executeMany("INSERT INTO t (v) VALUES (?)", sets)))
                .isEqualTo(2);
        assertThat(column(this.connection, "SELECT v FROM t ORDER BY id")).containsExactly(1L, 2L, 10L, 20L);
    }

    @Test
    void setsAreBounded() {
        String sql = "INSERT INTO t (v) VALUES (?)";
        Flux<List<Integer>> sets = Flux.range(0, 101).map(List::of);

        assertThat(failure(this.connection.executeMany(sql, sets)))
                .isInstanceOf(TursoTransientResourceException.class)
                .hasMessageContaining("maxBufferedRows");
        assertThat(failure(this.connection.executeMany(sql, get(sets.collectList()))))
                .isInstanceOf(TursoTransientResourceException.class);
        await(sets.buffer(50)
                .concatMap(portion -> this.connection.executeMany(sql, portion))
                .then());
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("[101]");
    }

    @Test
    void onlyWritesCanBeExecutedManyTimes() {
        for (String sql : List.of("SELECT ?", "CREATE TABLE u (v)", "PRAGMA user_version", "")) {
            assertThat(failure(this.connection.executeMany(sql, List.of(List.of(1)))))
                    .isInstanceOf(R2dbcBadGrammarException.class);
        }
    }

    // ---- batch

    @Test
    void batchIsAllOrNothing() {
        List<BoundSql> good = List.of(
                BoundSql.of("INSERT INTO t VALUES (?, ?)", 1, "a"),
                BoundSql.of("INSERT INTO t VALUES (:id, :v)", Map.of("id", 2, "v", "b")),
                BoundSql.of("SELECT v FROM t ORDER BY id"),
                BoundSql.of("DELETE FROM t WHERE id = 1"));
        List<Object> seen = get(this.connection
                .batch(good, TransactionMode.IMMEDIATE)
                .concatMap(result -> result.flatMap(segment -> Mono.just(
                        segment instanceof io.r2dbc.spi.Result.UpdateCount count
                                ? (Object) count.value()
                                : ((io.r2dbc.spi.Result.RowSegment) segment)
                                        .row()
                                        .toString())))
                .collectList());
        assertThat(seen).containsExactly(1L, 1L, "[a]", "[b]", 1L);

        List<BoundSql> bad =
                List.of(BoundSql.of("INSERT INTO t VALUES (3, 0)"), BoundSql.of("INSERT INTO t VALUES (2, 0)"));
        assertThat(failure(this.connection.batch(bad, TransactionMode.DEFERRED).then()))
                .isInstanceOf(R2dbcException.class);
        assertThat(get(this.connection.inTransaction())).isFalse();
        assertThat(column(this.connection, "SELECT id FROM t")).containsExactly(2);

        await(this.connection.beginTransaction());
        run(this.connection, "INSERT INTO t VALUES (4, 0)");
        assertThat(failure(this.connection.batch(bad, TransactionMode.DEFERRED).then()))
                .isInstanceOf(R2dbcException.class);
        await(this.connection.commit());
        assertThat(column(this.connection, "SELECT id FROM t")).containsExactly(2, 4);
        assertThat(failure(this.connection
                        .batch(List.of(BoundSql.of("COMMIT")), TransactionMode.IMMEDIATE)
                        .then()))
                .isInstanceOf(R2dbcBadGrammarException.class);
        assertThat(get(this.connection
                        .batch(List.of(), TransactionMode.IMMEDIATE)
                        .count()))
                .isZero();
    }

    /** Others may write between its commit and the moment its rows are read. */
    @Test
    void queriesOfABatchSeeWhatItsTransactionSees() {
        TursoConnection other = this.database.open();
        String count = "SELECT count(*) FROM t";
        List<List<BoundSql>> batches = List.of(
                List.of(BoundSql.of("INSERT INTO t VALUES (1, 0)"), BoundSql.of(count)),
                List.of(BoundSql.of(count), BoundSql.of(count)));
        for (List<BoundSql> batch : batches) {
            List<TursoResult> results =
                    get(this.connection.batch(batch, TransactionMode.IMMEDIATE).collectList());
            Object before = value(other, count);
            run(other, "INSERT INTO t(v) VALUES (0)");

            assertThat(get(Flux.fromIterable(results)
                            .concatMap(result -> result.map(row -> row.get(0)))
                            .collectList()))
                    .isNotEmpty()
                    .containsOnly(before);
        }
    }

    // ---- interrupt

    @Test
    void interruptStopsWhatRuns() {
        CompletableFuture<TursoRow> running =
                this.connection.execute(ENDLESS).fetchOne().toFuture();
        CompletableFuture<TursoRow> behind =
                this.connection.execute("SELECT 1").fetchOne().toFuture();
        until(() -> {
            await(this.connection.interrupt());
            return running.isDone();
        });

        assertThat(failure(Mono.fromFuture(running))).isInstanceOf(TursoInterruptedException.class);
        assertThat(get(Mono.fromFuture(behind)
                        .onErrorResume(
                                error -> this.connection.execute("SELECT 1").fetchOne())))
                .hasToString("[1]");
    }

    /** Also one that comes between two slices of a stream of rows. */
    @Test
    void interruptStopsAStreamWheneverItComes() {
        String endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";
        for (int round = 0; round < 300; round++) {
            AtomicLong rows = new AtomicLong();
            CompletableFuture<Void> stream = this.connection
                    .createStatement(endless)
                    .execute()
                    .flatMap(result -> result.map(row -> rows.incrementAndGet()))
                    .then()
                    .toFuture();
            until(() -> rows.get() > 1_000);
            await(this.connection.interrupt());
            assertThat(failure(Mono.fromFuture(stream))).isInstanceOf(TursoInterruptedException.class);
        }
    }

    @Test
    void interruptOfNothingIsHarmless() {
        await(this.connection.interrupt());
        assertThat(one("SELECT 1")).isEqualTo("[1]");
    }

    /** Also beside another one, and though the connection has changed rows since it began. */
    @Test
    void interruptedQueryFailsAndDoesNotJustEnd() {
        String slow = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x < 9";
        Flux<Object> rows = this.connection
                .createStatement(slow)
                .execute()
                .flatMap(result -> result.map(row -> row.get(0, Object.class)), 1, 1);
        Disposable.Swap interrupting = Disposables.swap();
        StepVerifier.create(rows, 1)
                .expectNext(1L)
                .then(() -> {
                    HalfReader.of(this.connection, slow);
                    run(this.connection, "INSERT INTO t (v) VALUES (1)");
                })
                .thenRequest(10)
                .expectNextCount(7)
                .then(() -> interrupting.update(Flux.interval(Duration.ofMillis(1))
                        .onBackpressureDrop()
                        .concatMap(tick -> this.connection.interrupt())
                        .subscribe()))
                .verifyError(TursoInterruptedException.class);
        interrupting.dispose();
    }

    @Test
    void interruptSparesAnOpenCursorBesideIt() {
        run(this.connection, "INSERT INTO t (v) VALUES (1), (2), (3)");
        var cursor = this.connection.cursor();
        await(cursor.execute("SELECT v FROM t"));
        CompletableFuture<TursoRow> running =
                this.connection.execute(ENDLESS).fetchOne().toFuture();
        until(() -> {
            await(this.connection.interrupt());
            return running.isDone();
        });

        assertThat(failure(Mono.fromFuture(running))).isInstanceOf(TursoInterruptedException.class);
        assertThat(get(cursor.fetchAll().count())).isEqualTo(3);
    }
}
