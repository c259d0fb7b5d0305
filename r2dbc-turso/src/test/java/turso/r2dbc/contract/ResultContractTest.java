package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;

/** C-37, C-42, C-45, C-48 and C-49: results and their consumption. */
class ResultContractTest extends ContractTest {

    /** A way to consume a result. */
    record Consumption(String name, Function<Result, Publisher<?>> function) {

        @Override
        public String toString() {
            return this.name;
        }
    }

    static Stream<Consumption> consumptions() {
        return Stream.of(
                new Consumption("getRowsUpdated", Result::getRowsUpdated),
                new Consumption("map(row)", it -> it.map(row -> 1)),
                new Consumption("map(row, metadata)", it -> it.map((row, metadata) -> 1)),
                new Consumption("flatMap", it -> it.flatMap(segment -> Mono.just(1))),
                new Consumption("filter", it -> it.filter(segment -> true).getRowsUpdated()));
    }

    private static final List<String> STATEMENTS = List.of(
            "SELECT * FROM t",
            "INSERT INTO t(v) VALUES ('x')",
            "INSERT INTO t(v) VALUES ('x'), ('y') RETURNING id",
            "CREATE TABLE IF NOT EXISTS u(x)",
            "PRAGMA table_info(t)");

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    }

    private static Throwable failure(Result result, Consumption consumption) {
        try {
            return Flux.from(consumption.function.apply(result))
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(TestDatabase.LIMIT);
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }

    @ParameterizedTest
    @MethodSource("consumptions")
    void c37ResultIsConsumableOnce(Consumption second) {
        for (String sql : STATEMENTS) {
            for (Consumption first : consumptions().toList()) {
                Result result = await(one(sql));
                assertThat(failure(result, first)).as(sql).isNull();
                assertThat(failure(result, second)).as(sql).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("consumptions")
    void c37PublisherOfAResultHasOneSubscriber(Consumption consumption) {
        for (String sql : STATEMENTS) {
            Publisher<?> publisher = consumption.function.apply(await(one(sql)));
            await(Flux.from(publisher).then());
            StepVerifier.create(publisher).verifyError(IllegalStateException.class);
        }
    }

    @Test
    void c37FilterAndTheResultItStandsOnAreConsumedTogether() {
        Result result = await(one("SELECT * FROM t"));
        Result filtered = result.filter(it -> true);
        Result twice = filtered.filter(it -> true);
        assertThat(await(Flux.from(twice.map(row -> 1)))).hasSize(2);
        assertThatThrownBy(() -> result.map(row -> 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> filtered.map(row -> 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> twice.map(row -> 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void c37NullFunctionsAreRefusedAndDoNotConsume() {
        Result result = await(one("SELECT id FROM t"));
        assertThatIllegalArgumentException().isThrownBy(() -> result.map((BiFunction<Row, RowMetadata, Integer>) null));
        assertThatIllegalArgumentException().isThrownBy(() -> result.map((Function<Readable, Integer>) null));
        assertThatIllegalArgumentException().isThrownBy(() -> result.flatMap(null));
        assertThatIllegalArgumentException().isThrownBy(() -> result.filter(null));
        assertThat(await(Flux.from(result.map(row -> row.get(0, Integer.class)))))
                .containsExactly(1, 2);
    }

    @Test
    void c42ReadableOfMapReadsByIndexAndName() {
        assertThat(await(one("SELECT id, v FROM t")
                        .flatMapMany(it -> it.map(readable -> readable.get("id", Integer.class)
                                + String.valueOf(readable.get(1))
                                + readable.get("V", String.class)
                                + readable.get(0)))))
                .containsExactly("1aa1", "2bb2");
    }

    @Test
    void c42MapOfRowsOfDmlWithoutReturningIsEmpty() {
        StepVerifier.create(one("UPDATE t SET v = 'x'").flatMapMany(it -> it.map(row -> 1)))
                .verifyComplete();
        StepVerifier.create(one("CREATE TABLE u(x)").flatMapMany(it -> it.map(row -> 1)))
                .verifyComplete();
        StepVerifier.create(one("SELECT * FROM t WHERE false").flatMapMany(it -> it.map(row -> 1)))
                .verifyComplete();
    }

    @Test
    void c45MapperReturningNullIsAClearError() {
        for (String sql : List.of("SELECT v FROM t", "UPDATE t SET v = 'x' RETURNING v")) {
            StepVerifier.create(one(sql).flatMapMany(it -> it.map(row -> (String) null)))
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("null"));
            StepVerifier.create(one(sql).flatMapMany(it -> it.map((row, metadata) -> (String) null)))
                    .verifyError(IllegalStateException.class);
            StepVerifier.create(one(sql).flatMapMany(it -> it.flatMap(segment -> null)))
                    .verifyError(IllegalStateException.class);
            assertUsable();
        }
    }

    @Test
    void c45NullColumnsBecomeOptionals() {
        execute("INSERT INTO t VALUES (3, NULL)");
        assertThat(await(one("SELECT v FROM t ORDER BY id DESC")
                        .flatMapMany(it -> it.map(row -> Optional.ofNullable(row.get(0, String.class))))))
                .containsExactly(Optional.empty(), Optional.of("b"), Optional.of("a"));
    }

    @Test
    void mapperThatThrowsEndsTheRowsWithItsError() {
        for (String sql : List.of("SELECT id FROM t", "UPDATE t SET v = 'x' RETURNING id")) {
            StepVerifier.create(one(sql).flatMapMany(it -> it.map(row -> {
                        if (row.get(0, Integer.class) == 2) {
                            throw new ArithmeticException("two");
                        }
                        return 1;
                    })))
                    .expectNext(1)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(ArithmeticException.class)
                            .hasMessage("two"));
            assertUsable();
        }
        execute("DROP TABLE t");
    }

    @Test
    void mapperThatThrowsWithinATransactionLeavesItOpen() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (3, 'c')");
        StepVerifier.create(one("SELECT id FROM t")
                        .flatMapMany(it -> it.map(row -> {
                            throw new ArithmeticException("any");
                        })))
                .verifyError(ArithmeticException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t VALUES (4, 'd')");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(4);
    }

    @Test
    void checkedErrorsOfTheMapperAreSignalledUnchanged() {
        StepVerifier.create(one("SELECT id FROM t")
                        .flatMapMany(it -> it.map(row -> {
                            throw new AssertionError("mine");
                        })))
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(AssertionError.class).hasMessage("mine"));
        assertUsable();
    }

    @Test
    void errorOfAReadIsSignalledAfterTheRowsBeforeIt() {
        String sql = "SELECT CASE x WHEN 3 THEN abs(-9223372036854775808) ELSE x END FROM"
                + " (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)";
        StepVerifier.create(TestDatabase.rows(this.connection, sql, Integer.class))
                .expectNext(1, 2)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                it -> assertThat(it.getSql()).isEqualTo(sql))
                        .hasMessageContaining("overflow"));
        assertUsable();
    }

    @Test
    void errorOfAQueryComesWhenItsRowsAreRequested() {
        Result result = await(one("SELECT * FROM nowhere"));
        StepVerifier.create(result.map(row -> 1)).verifyError(R2dbcBadGrammarException.class);
        StepVerifier.create(one("SELECT * FROM nowhere").flatMapMany(Result::getRowsUpdated))
                .verifyError(R2dbcBadGrammarException.class);
        assertUsable();
    }

    @Test
    void c48ResultNeverConsumedHoldsNothing() {
        List<Result> kept = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            kept.add(await(one("SELECT * FROM t")));
        }
        execute("DROP TABLE t");
        assertThat(kept).hasSize(500);
        assertUsable();
    }

    @Test
    void c48ResultDroppedByAnOperatorHoldsNothing() {
        await(Flux.from(this.connection
                        .createStatement("SELECT * FROM t; SELECT * FROM t; SELECT * FROM t")
                        .execute())
                .filter(it -> false)
                .then());
        await(Flux.from(this.connection.createStatement("SELECT * FROM t").execute())
                .publishOn(Schedulers.parallel())
                .take(0)
                .then());
        execute("DROP TABLE t");
    }

    @Test
    void c48HalfReadRowsDoNotKeepASchemaChangeOfTheirConnectionFromRunning() {
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> execute("ALTER TABLE t ADD COLUMN extra"))
                .thenRequest(10)
                .expectNext(2)
                .verifyComplete();
        assertThat(query("SELECT * FROM t", Integer.class)).hasSize(2);
    }

    @Test
    void resultMayBeConsumedLaterAndOnAnotherThread() {
        Result query = await(one("SELECT id FROM t ORDER BY id"));
        Result insert = await(one("INSERT INTO t(v) VALUES ('c')"));
        Result returning = await(one("INSERT INTO t(v) VALUES ('d'), ('e') RETURNING id"));
        execute("INSERT INTO t(v) VALUES ('f')");
        assertThat(await(Flux.from(insert.getRowsUpdated()).subscribeOn(Schedulers.boundedElastic())))
                .containsExactly(1L);
        assertThat(await(Flux.from(returning.map(row -> row.get(0, Integer.class)))
                        .subscribeOn(Schedulers.parallel())))
                .containsExactly(4, 5);
        // A query runs when it is consumed.
        assertThat(await(Flux.from(query.map(row -> row.get(0, Integer.class))).subscribeOn(Schedulers.parallel())))
                .containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void resultMayBeConsumedWithinOnNextOfAnotherQuery() {
        AtomicInteger sum = new AtomicInteger();
        await(TestDatabase.rows(this.connection, "SELECT id FROM t", Integer.class)
                .doOnNext(id -> one("SELECT " + id + " * 10")
                        .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))
                        .subscribe(sum::addAndGet)));
        integers("SELECT 1");
        assertThat(sum).hasValue(30);
    }

    @Test
    void c49MonoFromExecuteIsTheCommonPattern() {
        assertThat(await(one("SELECT id FROM t ORDER BY id")
                        .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(1, 2);
        assertThat(await(one("UPDATE t SET v = 'x'").flatMapMany(Result::getRowsUpdated)))
                .containsExactly(2L);
        assertThat(await(one("INSERT INTO t(v) VALUES ('c') RETURNING id")
                        .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(3);
        assertThat(await(Flux.from(this.connection.createStatement("SELECT 5").execute())
                        .next()
                        .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(5);
        assertThat(await(Flux.from(this.connection.createStatement("SELECT 6").execute())
                        .take(1)
                        .flatMap(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(6);
        assertThat(await(Mono.from(this.connection
                                .createStatement(String.format(NUMBERS, 1_000))
                                .execute())
                        .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .hasSize(1_000);
    }

    @Test
    void c49MonoFromIsRepeatable() {
        Mono<Integer> first = one("SELECT id FROM t ORDER BY id")
                .flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))
                .next();
        assertThat(await(first.repeat(3))).containsExactly(1, 1, 1, 1);
    }

    @Test
    void c49CancelOfTheOuterPublisherDoesNotEndAResult() {
        List<Result> results = new ArrayList<>();
        Flux.from(this.connection
                        .createStatement("SELECT id FROM t ORDER BY id")
                        .execute())
                .doOnNext(results::add)
                .take(1)
                .blockLast(TestDatabase.LIMIT);
        assertUsable();
        assertThat(await(Flux.from(results.get(0).map(row -> row.get(0, Integer.class)))))
                .containsExactly(1, 2);
    }

    @Test
    void queryPerRowOnTheSameConnection() {
        execute("PRAGMA synchronous = OFF", "CREATE TABLE copy(id INTEGER, n INTEGER)");
        int rows = 700;
        Flux<Long> inserts = numbers(rows)
                .concatMap(x -> one(this.connection
                                .createStatement("INSERT INTO copy VALUES (?, ?)")
                                .bind(0, x)
                                .bind(1, x * 2))
                        .flatMap(it -> Mono.from(it.getRowsUpdated())));
        assertThat(await(inserts)).hasSize(rows).containsOnly(1L);
        Flux<Integer> selects = TestDatabase.rows(this.connection, "SELECT id FROM copy ORDER BY id", Integer.class)
                .flatMap(id -> one(this.connection
                                .createStatement("SELECT n FROM copy WHERE id = ?")
                                .bind(0, id))
                        .flatMap(it -> Mono.from(it.map(row -> row.get(0, Integer.class)))));
        assertThat(await(selects)).hasSize(rows).contains(2, 4, rows * 2);
    }

    @Test
    void queryPerRowWithinATransaction() {
        execute("CREATE TABLE copy(id INTEGER)");
        await(this.connection.beginTransaction());
        assertThat(await(numbers(300)
                        .concatMap(x -> one("INSERT INTO copy VALUES (" + x + ")")
                                .flatMap(it -> Mono.from(it.getRowsUpdated())))))
                .hasSize(300);
        await(this.connection.commitTransaction());
        assertThat(this.database.count("copy")).isEqualTo(300);
    }

    /** Only what is requested while the result is handed over comes before everything else. */
    @Test
    void resultSubscribedToLaterWaitsItsTurn() {
        execute("CREATE TABLE copy(id INTEGER)");
        Result kept = await(one("SELECT count(*) FROM copy"));
        Flux<Object> inOrder = numbers(1)
                .concatMap(x -> Flux.mergeSequential(
                        one("INSERT INTO copy VALUES (1)").flatMapMany(Result::getRowsUpdated),
                        kept.map(row -> row.get(0, Integer.class))));
        assertThat(await(inOrder)).containsExactly(1L, 1);
    }

    @Test
    void queryPerRowWhileOthersWrite() {
        assumeThat(this.database.isFile())
                .as("readers and writers exclude each other in memory")
                .isTrue();
        execute("CREATE TABLE copy(id INTEGER)", "CREATE TABLE noise(id INTEGER)");
        TursoConnection other = this.database.connect();
        Flux<Long> inserts = numbers(50)
                .concatMap(x -> one(other.createStatement("INSERT INTO noise VALUES (1)"))
                        .then(one("INSERT INTO copy VALUES (" + x + ")"))
                        .flatMap(it -> Mono.from(it.getRowsUpdated())));
        assertThat(await(inserts)).hasSize(50);
        assertThat(this.database.count("copy")).isEqualTo(50);
        assertThat(this.database.count("noise")).isEqualTo(50);
    }

    @Test
    void sameTextMayBeOpenTwice() {
        Flux<Integer> query = numbers(50);
        assertThat(await(Flux.zip(query, query, Integer::sum))).hasSize(50).contains(2, 100);
        assertThat(await(query.concatMap(x -> query.take(2).last().map(y -> x * y), 1)))
                .hasSize(50)
                .contains(2, 100);
    }

    @Test
    void emptyPublisherOfAFlatMapIsFine() {
        StepVerifier.create(one("SELECT id FROM t").flatMapMany(it -> it.flatMap(segment -> Mono.empty())))
                .verifyComplete();
    }

    @Test
    void c37OneOfManyConcurrentConsumersWins() {
        for (int i = 0; i < 50; i++) {
            Result result = await(one("SELECT id FROM t"));
            List<Integer> counts = await(Flux.range(0, 8)
                    .parallel(8)
                    .runOn(Schedulers.parallel())
                    .flatMap(thread -> Flux.defer(() -> Flux.from(result.map(row -> 1)))
                            .count()
                            .map(Long::intValue)
                            .onErrorReturn(IllegalStateException.class, -1))
                    .sequential());
            assertThat(counts).hasSize(8).containsOnlyOnce(2).contains(-1);
        }
    }

    @Test
    void statementThatIsCancelledWhileQueuedNeverRuns() {
        await(numbers(1).doOnNext(it -> {
            // On the connection's own thread nothing else can begin meanwhile.
            one("INSERT INTO t VALUES (50, 'never')").subscribe().dispose();
            one("INSERT INTO t VALUES (51, 'runs')").subscribe();
        }));
        assertThat(integers("SELECT id FROM t WHERE id >= 50")).containsExactly(51);
    }

    @Test
    void errorHandlerMayUseTheConnection() {
        Mono<String> existing = one("INSERT INTO t VALUES (1, 'other')")
                .map(it -> "inserted")
                .onErrorResume(
                        R2dbcException.class,
                        it -> TestDatabase.rows(this.connection, "SELECT v FROM t WHERE id = 1", String.class)
                                .single());
        StepVerifier.create(existing).expectNext("a").verifyComplete();
    }

    @Test
    void contextOfTheSubscriberReachesInnerPublishers() {
        Flux<String> values = one("SELECT id FROM t")
                .flatMapMany(
                        it -> it.flatMap(segment -> Mono.deferContextual(context -> Mono.just(context.get("key")))))
                .cast(String.class)
                .contextWrite(context -> context.put("key", "value"));
        assertThat(await(values)).containsExactly("value", "value");
    }

    @Test
    void sqlWithNulCharacterIsRefusedBecauseSqliteWouldDropItsEnd() {
        for (String sql : List.of("SELECT 1\u0000; DROP TABLE t", "\u0000DROP TABLE t")) {
            assertThatIllegalArgumentException().isThrownBy(() -> this.connection.createStatement(sql));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.createBatch().add("SELECT 1\u0000"));
    }

    @Test
    void jvmErrorsOfTheMapperReachTheSubscriber() {
        for (Error thrown : List.of(
                new NoClassDefFoundError("missing"),
                new ExceptionInInitializerError("initialiser"),
                new StackOverflowError("deep"))) {
            Flux<Integer> rows = one("SELECT id FROM t")
                    .flatMapMany(it -> it.map(row -> {
                        throw thrown;
                    }));
            CompletableFuture<Throwable> seen = new CompletableFuture<>();
            rows.subscribe(it -> {}, seen::complete);
            assertThat(seen).succeedsWithin(TestDatabase.LIMIT).isSameAs(thrown);
            assertUsable();
        }
        execute("DROP TABLE t");
    }

    @Test
    void jvmErrorsOfTheSubscriberLeaveTheConnectionUsable() {
        for (String sql : List.of("SELECT id FROM t", "UPDATE t SET v = 'x' RETURNING id", "SELECT 1; SELECT 2")) {
            Flux<Object> broken = Flux.from(this.connection.createStatement(sql).execute())
                    .flatMap(it -> it.map(row -> row.get(0)))
                    .doOnNext(it -> {
                        throw new NoClassDefFoundError("missing");
                    });
            broken.subscribe(it -> {}, error -> {});
            Flux<TursoResult> brokenToo = Flux.from(
                            this.connection.createStatement(sql).execute())
                    .doOnNext(it -> {
                        throw new NoClassDefFoundError("missing");
                    });
            try {
                brokenToo.subscribe(it -> {}, error -> {});
            } catch (NoClassDefFoundError thrown) {
                // The result of a single query is emitted by the thread that asks for it, which gets what Reactor calls
                // fatal.
                assertThat(sql).startsWith("SELECT id");
            }
            assertUsable();
        }
        execute("DROP TABLE t");
    }

    @Test
    void c48RowsBeyondTheBoundKeepASchemaChangeFromRunningUntilTheyAreRead() {
        TursoConnection small = this.database.connect("maxBufferedRows=1");
        TestDatabase.execute(small, "INSERT INTO t VALUES (3, 'c'), (4, 'd')");
        StepVerifier.create(TestDatabase.rows(small, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> StepVerifier.create(one(small.createStatement("DROP TABLE t")))
                        .verifyErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(R2dbcException.class)
                                .hasMessageContaining("maxBufferedRows")
                                .hasMessageContaining("SELECT id FROM t")))
                .thenRequest(10)
                .expectNext(2, 3, 4)
                .verifyComplete();
        TestDatabase.execute(small, "DROP TABLE t");
    }
}
