package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Type;
import java.math.BigInteger;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** C-28 to C-31, C-33, C-35 and C-36: statements and what is bound to them. */
class StatementContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    private static <T> List<T> first(Statement statement, Class<T> type) {
        return await(Flux.from(statement.execute()).concatMap(it -> it.map((row, metadata) -> row.get(0, type))));
    }

    @Test
    void c28IndexesCountFromZeroInEveryStyle() {
        for (String sql :
                List.of("SELECT ? || ?", "SELECT ?1 || ?2", "SELECT :a || :b", "SELECT @a || @b", "SELECT $a || $b")) {
            Statement statement =
                    this.connection.createStatement(sql).bind(0, "x").bind(1, "y");
            assertThat(first(statement, String.class)).as(sql).containsExactly("xy");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":name", "@name", "$name"})
    void c28NamesAreBoundWithAndWithoutPrefix(String parameter) {
        for (String name : List.of(parameter, "name")) {
            Statement statement = this.connection.createStatement("SELECT " + parameter + ", 'no :name @name $name'");
            assertThat(first(statement.bind(name, "x"), String.class)).containsExactly("x");
        }
    }

    @Test
    void c28ParameterUsedTwiceIsBoundOnce() {
        assertThat(first(
                        this.connection
                                .createStatement("SELECT :a || :b || :a")
                                .bind("a", "x")
                                .bind("b", "y"),
                        String.class))
                .containsExactly("xyx");
        assertThat(first(
                        this.connection
                                .createStatement("SELECT ?2 || ?1 || ?2")
                                .bind(0, "x")
                                .bind(1, "y"),
                        String.class))
                .containsExactly("yxy");
    }

    @Test
    void c28WrongParametersAreToldByTheBindingMethod() {
        Statement statement = this.connection.createStatement("SELECT ?, :name");
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> statement.bind(2, "x"))
                .withMessage("Parameter index 2 is not within 0 and 1 in: SELECT ?, :name");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> statement.bind(-1, "x"));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> statement.bindNull(2, String.class));
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> statement.bind("other", "x"));
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> statement.bindNull("other", String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind("name", null));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(null, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bindNull(null, String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bindNull(0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bindNull("name", null));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> this.connection.createStatement("SELECT 1").bind(0, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.createStatement(null));
    }

    @Test
    void c28MarkersWithinStringsNamesAndCommentsAreNoParameters() {
        Statement statement = this.connection.createStatement(
                "SELECT '?', \"v\" || ':a', /* ? */ ? -- :b\n FROM (SELECT 'w' AS v) AS [x?]");
        assertThat(first(statement.bind(0, 1), String.class)).containsExactly("?");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> statement.bind(1, 2));
    }

    @Test
    void c28MissingBindingIsToldByExecute() {
        for (String missing : List.of("a", "b")) {
            String other = missing.equals("a") ? "b" : "a";
            Statement statement =
                    this.connection.createStatement("SELECT :a, :b").bind(other, 1);
            assertThatIllegalStateException().isThrownBy(statement::execute).withMessageContaining(":" + missing);
            assertThatIllegalStateException().isThrownBy(statement::add);
            assertThat(first(statement.bind(missing, 1), Integer.class)).containsExactly(1);
        }
    }

    @Test
    void c28BindingAgainReplaces() {
        Statement statement = this.connection
                .createStatement("SELECT ?")
                .bind(0, "old")
                .bindNull(0, String.class)
                .bind(0, "new");
        assertThat(first(statement, String.class)).containsExactly("new");
    }

    @Test
    void c28GapsBelowANumberedParameterNeedNoValue() {
        assertThat(first(this.connection.createStatement("SELECT ?3").bind(2, "x"), String.class))
                .containsExactly("x");
    }

    @Test
    void c29ExecuteIsLazy() {
        Flux<? extends Result> insert = Flux.from(
                this.connection.createStatement("INSERT INTO t(id) VALUES (1)").execute());
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
        await(insert.then());
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(1);
    }

    @Test
    void c29NothingRunsBeforeRequest() {
        StepVerifier.create(
                        this.connection
                                .createStatement("INSERT INTO t(id) VALUES (1)")
                                .execute(),
                        0)
                .expectSubscription()
                .then(() -> assertThat(integers("SELECT count(*) FROM t")).containsExactly(0))
                .thenRequest(1)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(1);
    }

    @Test
    void c29EachSubscriptionRunsAgain() {
        Flux<Long> insert = counts(this.connection
                .createStatement("INSERT INTO t(v) VALUES (?)")
                .bind(0, "x")
                .execute());
        assertThat(await(insert.repeat(4))).containsExactly(1L, 1L, 1L, 1L, 1L);
        assertThat(await(Flux.merge(insert, insert, insert))).containsExactly(1L, 1L, 1L);
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(8);
    }

    @Test
    void c29QueryIsRepeatable() {
        Flux<Integer> query = numbers(3);
        assertThat(await(query.repeat(2))).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3);
        assertThat(await(query)).containsExactly(1, 2, 3);
    }

    @Test
    void c29FailedStatementCanBeRetried() {
        execute("INSERT INTO t(id) VALUES (1)");
        AtomicInteger attempts = new AtomicInteger();
        Mono<Long> makeRoom = counts(
                        this.connection.createStatement("DELETE FROM t").execute())
                .single();
        Mono<Long> insert = Mono.defer(() -> {
                    attempts.incrementAndGet();
                    return Mono.empty();
                })
                .thenMany(counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (1)")
                        .execute()))
                .single()
                .retryWhen(Retry.from(failures ->
                        failures.concatMap(failure -> failure.totalRetries() < 2 ? Mono.just(0L) : makeRoom)));
        StepVerifier.create(insert).expectNext(1L).verifyComplete();
        assertThat(attempts).hasValue(4);
    }

    @Test
    void c29BindAfterExecuteDoesNotChangeTheEarlierPublisher() {
        Statement statement = this.connection.createStatement("SELECT :a").bind("a", "early");
        Flux<? extends Result> early = Flux.from(statement.execute());
        statement.bind("a", "late");
        Flux<? extends Result> late = Flux.from(statement.execute());
        assertThat(await(early.concatMap(it -> it.map((row, metadata) -> row.get(0)))))
                .containsExactly("early");
        assertThat(await(late.concatMap(it -> it.map((row, metadata) -> row.get(0)))))
                .containsExactly("late");
    }

    @Test
    void c29AddAfterExecuteDoesNotChangeTheEarlierPublisher() {
        Statement statement =
                this.connection.createStatement("INSERT INTO t(v) VALUES (?)").bind(0, "a");
        Flux<Long> one = counts(statement.execute());
        statement.add().bind(0, "b");
        Flux<Long> two = counts(statement.execute());
        statement.returnGeneratedValues("id");
        assertThat(await(one)).hasSize(1);
        assertThat(await(two)).hasSize(2);
        assertThat(query("SELECT v FROM t ORDER BY id", String.class)).containsExactly("a", "a", "b");
    }

    @Test
    void c29SubscriberOnAnotherThreadSeesWhatWasBound() {
        Statement statement = this.connection.createStatement("SELECT ?").bind(0, 7);
        Flux<Integer> query = Flux.from(statement.execute())
                .concatMap(it -> it.map(row -> row.get(0, Integer.class)))
                .subscribeOn(Schedulers.parallel());
        assertThat(await(query)).containsExactly(7);
    }

    @Test
    void c30AddStartsAnEmptySet() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(id, v) VALUES (:id, :v)")
                .bind("id", 1)
                .bind("v", "a")
                .add()
                .bind("id", 2);
        assertThatIllegalStateException().isThrownBy(statement::execute).withMessageContaining("v");
        assertThatIllegalStateException().isThrownBy(statement::add);
        statement.bind("v", "b");
        assertThat(await(counts(statement.execute()))).containsExactly(1L, 1L);
        assertThat(query("SELECT v FROM t ORDER BY id", String.class)).containsExactly("a", "b");
    }

    @Test
    void c30TrailingAddIsIllegal() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(id) VALUES (?)")
                .bind(0, 1)
                .add();
        assertThatIllegalStateException().isThrownBy(statement::execute);
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
    }

    @Test
    void c31OutParametersAreRefused() {
        Statement statement = this.connection.createStatement("SELECT ?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.bind(0, Parameters.out(R2dbcType.INTEGER)))
                .withMessageContaining("OUT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.bind(0, Parameters.inOut(R2dbcType.INTEGER, 1)));
    }

    @Test
    void c33FetchSizeIsAHint() {
        for (int size : List.of(0, 1, 2, 1_000_000)) {
            Statement statement =
                    this.connection.createStatement(String.format(NUMBERS, 5)).fetchSize(size);
            assertThat(first(statement, Integer.class)).containsExactly(1, 2, 3, 4, 5);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.createStatement("SELECT 1").fetchSize(-1));
    }

    @ParameterizedTest
    @EnumSource(value = R2dbcType.class, mode = EnumSource.Mode.EXCLUDE, names = "COLLECTION")
    void c35ParameterOfEveryTypeMayBeNull(R2dbcType type) {
        Statement statement =
                this.connection.createStatement("SELECT ? IS NULL").bind(0, Parameters.in(type));
        assertThat(first(statement, Boolean.class)).containsExactly(true);
    }

    @Test
    void c35ParametersCarryTheirValue() {
        assertThat(first(
                        this.connection.createStatement("SELECT ?").bind(0, Parameters.in(R2dbcType.INTEGER, 5)),
                        Integer.class))
                .containsExactly(5);
        assertThat(first(this.connection.createStatement("SELECT ?").bind(0, Parameters.in("x")), String.class))
                .containsExactly("x");
        assertThat(first(
                        this.connection.createStatement("SELECT ? IS NULL").bind(0, Parameters.in(String.class)),
                        Boolean.class))
                .containsExactly(true);
        assertThat(first(
                        this.connection.createStatement("SELECT :a").bind("a", Parameters.in(R2dbcType.VARCHAR, "y")),
                        String.class))
                .containsExactly("y");
    }

    @Test
    void c35UnknownTypesAreRefusedByName() {
        Type unknown = new Type() {
            @Override
            public Class<?> getJavaType() {
                return Object.class;
            }

            @Override
            public String getName() {
                return "GEOMETRY";
            }
        };
        Statement statement = this.connection.createStatement("SELECT ?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.bind(0, Parameters.in(unknown, "x")))
                .withMessageContaining("GEOMETRY");
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(0, Parameters.in(unknown)));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(0, Parameters.in(Thread.class)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.bind(0, Parameters.in(R2dbcType.COLLECTION, List.of())));
    }

    @Test
    void c36ValuesWithoutCodecAreRefusedByName() {
        Statement statement = this.connection.createStatement("SELECT ?");
        for (Object value : List.of(
                Optional.of("x"), new Object(), String.class, List.of(1), new int[] {1}, Thread.currentThread())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> statement.bind(0, value))
                    .withMessageContaining(value.getClass().getName());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.bindNull(0, Thread.class))
                .withMessageContaining("Thread");
    }

    @Test
    void c36EnumsCharactersAndBigNumbersAreBound() {
        assertThat(first(this.connection.createStatement("SELECT ?").bind(0, TimeUnit.DAYS), String.class))
                .containsExactly("DAYS");
        assertThat(first(this.connection.createStatement("SELECT ?").bind(0, 'c'), String.class))
                .containsExactly("c");
        assertThat(first(this.connection.createStatement("SELECT ?").bind(0, BigInteger.TWO.pow(80)), BigInteger.class))
                .containsExactly(BigInteger.TWO.pow(80));
    }

    @Test
    void failedBindLeavesTheEarlierValue() {
        Statement statement = this.connection.createStatement("SELECT ?").bind(0, "kept");
        assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(0, new Object()));
        assertThat(first(statement, String.class)).containsExactly("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", ";", " ; ; ", "-- comment", "/* comment */", "/* never closed", "--\n;"})
    void textWithoutStatementIsBadGrammarWhenSubscribed(String sql) {
        Flux<? extends Result> nothing =
                Flux.from(this.connection.createStatement(sql).execute());
        StepVerifier.create(nothing)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcBadGrammarException.class,
                                it -> assertThat(it.getOffendingSql()).isEqualTo(sql)));
        StepVerifier.create(nothing).verifyError(R2dbcBadGrammarException.class);
        assertUsable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1;",
                ";SELECT 1",
                " ;; SELECT 1 ;; ",
                "SELECT 1 -- end",
                "-- start\nSELECT 1",
                "/* a */ SELECT /* b */ 1 /* c */;",
                "VALUES (1)",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "select\n1"
            })
    void statementIsFoundAmongBlanksAndComments(String sql) {
        assertThat(integers(sql)).containsExactly(1);
        assertUsable();
    }

    @Test
    void wrongSqlIsToldWhenSubscribedNotWhenCreated() {
        Statement statement = this.connection.createStatement("SELEKT ?").bind(0, 1);
        Flux<? extends Result> execute = Flux.from(statement.execute());
        StepVerifier.create(execute.concatMap(Result::getRowsUpdated)).verifyError(R2dbcBadGrammarException.class);
        assertUsable();
    }

    @Test
    void statementCanBeCreatedInAdvanceOfItsTable() {
        Flux<Integer> query = TestDatabase.rows(this.connection, "SELECT x FROM later", Integer.class);
        execute("CREATE TABLE later(x)", "INSERT INTO later VALUES (3)");
        assertThat(await(query)).containsExactly(3);
    }

    @Test
    void textWithNulCharacterIsStoredWhole() {
        String text = "before\u0000after";
        execute("DELETE FROM t");
        await(counts(this.connection
                .createStatement("INSERT INTO t(id, v) VALUES (1, ?)")
                .bind(0, text)
                .execute()));
        assertThat(query("SELECT v FROM t", String.class)).containsExactly(text);
    }

    @Test
    void sqlWithEveryPlaneOfUnicodeArrivesWhole() {
        String text = "\u00e4\u20ac\ud83d\ude00\uffff";
        assertThat(query("SELECT '" + text + "'", String.class)).containsExactly(text);
        assertThat(first(this.connection.createStatement("SELECT ?").bind(0, text), String.class))
                .containsExactly(text);
        assertThat(first(this.connection.createStatement("SELECT length(?)").bind(0, "\ud83d\ude00"), Integer.class))
                .containsExactly(1);
    }

    @Test
    void manyParametersAreBound() {
        int count = 5_000;
        StringBuilder sql = new StringBuilder("SELECT ?");
        sql.append(" + ?".repeat(count - 1));
        Statement statement = this.connection.createStatement(sql.toString());
        for (int i = 0; i < count; i++) {
            statement.bind(i, 1);
        }
        // SQLite's own limit of an expression's depth says no; the connection stays usable.
        StepVerifier.create(Flux.from(statement.execute()).concatMap(it -> it.map(row -> row.get(0))))
                .verifyError(R2dbcBadGrammarException.class);
        StringBuilder list = new StringBuilder("SELECT count(*) FROM (VALUES (?)");
        list.append(", (?)".repeat(count - 1)).append(')');
        Statement values = this.connection.createStatement(list.toString());
        for (int i = 0; i < count; i++) {
            values.bind(i, i);
        }
        assertThat(first(values, Integer.class)).containsExactly(count);
    }

    @Test
    void c29OneStatementMayRunOnManySubscriptionsAtOnce() {
        Statement statement = this.connection.createStatement("SELECT ?").bind(0, 1);
        Flux<? extends Result> execute = Flux.from(statement.execute());
        assertThat(await(Flux.range(0, 100)
                        .flatMap(i -> execute.concatMap(it -> it.map(row -> row.get(0, Integer.class))), 100)))
                .hasSize(100)
                .containsOnly(1);
    }

    @Test
    void statementsOfOneConnectionDoNotShareBindings() {
        TursoConnection other = this.database.connect();
        Statement mine = this.connection.createStatement("SELECT ?").bind(0, "mine");
        Statement same = this.connection.createStatement("SELECT ?").bind(0, "same");
        Statement others = other.createStatement("SELECT ?").bind(0, "others");
        assertThat(first(mine, String.class)).containsExactly("mine");
        assertThat(first(same, String.class)).containsExactly("same");
        assertThat(first(others, String.class)).containsExactly("others");
    }

    @Test
    void c28NumberedParametersHaveTheirNumberAsName() {
        for (String name : List.of("1", "?1")) {
            assertThat(first(this.connection.createStatement("SELECT ?1").bind(name, "x"), String.class))
                    .containsExactly("x");
        }
    }

    @Test
    void c28PrefixedNamesAreTakenAtTheirWord() {
        Statement statement = this.connection.createStatement("SELECT :a || @a || $a");
        assertThat(first(statement.bind(":a", "1").bind("@a", "2").bind("$a", "3"), String.class))
                .containsExactly("123");
        assertThat(first(this.connection.createStatement("SELECT :a || @a").bind("a", "x"), String.class))
                .containsExactly("xx");
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> this.connection.createStatement("SELECT :a").bind("@a", 1))
                .withMessageContaining("@a");
    }
}
