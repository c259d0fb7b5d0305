package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What may surprise in SQLite, seen through DatabaseClient. */
class EngineTest extends SpringTest {

    @Test
    void severalStatementsInOneTextAllRun() {
        execute("INSERT INTO log VALUES ('a'); INSERT INTO log VALUES ('b'); INSERT INTO log VALUES ('c')");

        assertThat(value("SELECT count(*) FROM log", Long.class)).isEqualTo(3);
    }

    /** A pooled connection that has prepared a statement before another one changed the table. */
    @Test
    void changedTableIsNoticed() {
        execute("CREATE TABLE changing (a, b)");
        await(Flux.range(0, 20)
                .flatMap(i -> this.client.sql("SELECT * FROM changing").fetch().all()));
        execute("DROP TABLE changing");
        execute("CREATE TABLE changing (a)");
        await(Flux.range(0, 20)
                .flatMap(i -> this.client
                        .sql("INSERT INTO changing VALUES (:a)")
                        .bind("a", i)
                        .fetch()
                        .rowsUpdated()));

        assertThat(value("SELECT count(*) FROM changing", Long.class)).isEqualTo(20);
        execute("DROP TABLE changing");
    }

    /** So is a statement that is in use half-way: it does not keep its connection from committing. */
    @Test
    void halfReadPragmaIsNoOpenStatement() {
        Map<String, Object> column =
                await(this.client.sql("PRAGMA table_info(person)").fetch().first());
        execute("INSERT INTO log VALUES ('a')");

        assertThat(column).containsEntry("name", "id");
        assertThat(value("SELECT count(*) FROM log", Long.class)).isEqualTo(1);
    }

    /** SQLite takes a name in double quotes that it does not know for a string: nobody can tell that it is misspelt. */
    @Test
    void misspeltNameInDoubleQuotesIsText() {
        execute("INSERT INTO log VALUES ('a')");

        assertThat(value("SELECT \"lien\" FROM log", String.class)).isEqualTo("lien");
    }

    @Test
    void namedParametersOfSpring() {
        assertThat(await(this.client
                        .sql("SELECT :a || ':a' || :a || ' -- :b' /* :c */ || strftime('%H:%M', :d) || (5 & 1)")
                        .bind("a", "x")
                        .bind("d", "12:34")
                        .mapValue(String.class)
                        .one()))
                .isEqualTo("x:ax -- :b12:341");
        assertThat(await(this.client
                        .sql("SELECT count(*) FROM (VALUES (1, 2), (3, 4)) WHERE (column1, column2) IN (VALUES :pairs)")
                        .bind("pairs", List.of(new Object[] {1, 2}, new Object[] {3, 5}))
                        .mapValue(Long.class)
                        .one()))
                .isEqualTo(1);
        assertThat(await(this.client
                        .sql("SELECT ? || ?")
                        .bind(0, "a")
                        .bind(1, "b")
                        .mapValue(String.class)
                        .one()))
                .isEqualTo("ab");
        assertThat(await(this.client
                        .sql("SELECT :nothing IS NULL")
                        .bindNull("nothing", String.class)
                        .mapValue(Boolean.class)
                        .one()))
                .isTrue();
    }

    /** What follows a row runs on the engine's thread, where waiting is an error at once and never a deadlock. */
    @Test
    void rowsArriveOnAThreadThatMustNotBlock() {
        Mono<String> thread = this.client
                .sql("SELECT 1")
                .map(row -> Thread.currentThread().getName())
                .one();
        assertThat(await(thread)).startsWith("turso-");
        Mono<Long> blocking = this.client
                .sql("SELECT 1")
                .map(row ->
                        await(this.client.sql("SELECT 2").mapValue(Long.class).one()))
                .one();

        assertThatIllegalStateException().isThrownBy(() -> await(blocking)).withMessageContaining("block");
    }

    /** Nothing tells a pool that SQL has begun a transaction: the driver ends it when the connection is returned. */
    @Test
    void transactionBegunInSqlEndsWithItsUse() {
        ConnectionPool pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(ConnectionFactories.get(sharedUrl("?lockWaitTimeout=2s")))
                        .initialSize(1)
                        .maxSize(1)
                        .build());
        try {
            await(DatabaseClient.create(pool).sql("BEGIN IMMEDIATE").then());
            execute("INSERT INTO log VALUES ('a')");
            assertThat(value("SELECT count(*) FROM log", Long.class)).isEqualTo(1);
        } finally {
            pool.dispose();
        }
    }

    /** Anything else that is a key is an ordinary column, and empty if nothing is inserted into it. */
    @ParameterizedTest
    @CsvSource({"INTEGER PRIMARY KEY, 1", "BIGINT PRIMARY KEY,"})
    void onlyIntegerPrimaryKeyIsGenerated(String type, Long key) {
        execute("CREATE TABLE keyed (id " + type + ", a)");
        try {
            assertThat(await(this.client
                            .sql("INSERT INTO keyed (a) VALUES ('x')")
                            .filter(statement -> statement.returnGeneratedValues("id"))
                            .fetch()
                            .one()))
                    .containsEntry("id", key == null ? null : key.intValue());
        } finally {
            execute("DROP TABLE keyed");
        }
    }

    @Test
    void manyWritersAllGetTheirTurn() {
        execute("INSERT INTO person (name, age) VALUES ('counter', 0)");

        List<Long> counts = await(Flux.range(0, 300)
                .flatMap(
                        i -> this.client
                                .sql("UPDATE person SET age = age + 1")
                                .fetch()
                                .rowsUpdated(),
                        64));

        assertThat(counts).hasSize(300).containsOnly(1L);
        assertThat(value("SELECT age FROM person", Integer.class)).isEqualTo(300);
    }
}
