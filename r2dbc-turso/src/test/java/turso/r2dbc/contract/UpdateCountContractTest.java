package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** C-41: update counts. */
class UpdateCountContractTest extends ContractTest {

    @BeforeEach
    void createTables() {
        execute(
                "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE u(x)",
                "CREATE TABLE u AS SELECT * FROM t",
                "CREATE INDEX i ON t(v)",
                "CREATE VIEW w AS SELECT * FROM t",
                "CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM t; END",
                "ALTER TABLE t ADD COLUMN x",
                "ALTER TABLE t RENAME TO u",
                "DROP TABLE t",
                "ANALYZE",
                "REINDEX",
                "VACUUM",
                "PRAGMA foreign_keys = ON",
                "PRAGMA user_version = 7",
                "BEGIN",
                "SAVEPOINT s",
                "ATTACH ':memory:' AS other"
            })
    void c41StatementsThatChangeNoRowsCountZero(String sql) {
        assertThat(update("UPDATE t SET v = v || 'x'")).isEqualTo(3);
        StepVerifier.create(counts(this.connection.createStatement(sql).execute()))
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void c41EndsOfTransactionsCountZero() {
        for (String end : new String[] {"COMMIT", "ROLLBACK", "END"}) {
            execute("BEGIN", "UPDATE t SET v = v || 'x'");
            assertThat(update(end)).as(end).isZero();
        }
        execute("SAVEPOINT s", "UPDATE t SET v = v || 'x'");
        assertThat(update("ROLLBACK TO s")).isZero();
        assertThat(update("RELEASE s")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "SELECT 1 WHERE false",
                "VALUES (1), (2)",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "PRAGMA table_info(t)",
                "PRAGMA foreign_key_check",
                "EXPLAIN DELETE FROM t",
                "EXPLAIN QUERY PLAN SELECT * FROM t"
            })
    void c41QueriesHaveNoCount(String sql) {
        assertThat(update("UPDATE t SET v = v || 'x'")).isEqualTo(3);
        StepVerifier.create(counts(this.connection.createStatement(sql).execute()))
                .verifyComplete();
        assertThat(this.database.count("t")).isEqualTo(3);
    }

    @Test
    void c41DmlCountsItsRows() {
        assertThat(update("INSERT INTO t(v) VALUES ('d'), ('e')")).isEqualTo(2);
        assertThat(update("INSERT INTO t(v) SELECT v || v FROM t")).isEqualTo(5);
        assertThat(update("UPDATE t SET v = v || id")).isEqualTo(10);
        assertThat(update("UPDATE t SET v = v")).isEqualTo(10);
        assertThat(update("DELETE FROM t WHERE id <= 4")).isEqualTo(4);
        assertThat(update("DELETE FROM t")).isEqualTo(6);
    }

    @Test
    void c41NoHitsCountZero() {
        assertThat(update("UPDATE t SET v = 'x' WHERE false")).isZero();
        assertThat(update("DELETE FROM t WHERE id = 99")).isZero();
        assertThat(update("INSERT INTO t SELECT * FROM t WHERE false")).isZero();
        assertThat(update("INSERT OR IGNORE INTO t(v) VALUES ('a')")).isZero();
        assertThat(update("INSERT INTO t(v) VALUES ('a') ON CONFLICT DO NOTHING"))
                .isZero();
    }

    @Test
    void c41ReplaceCountsInsertsNotTheRowsItRemoves() {
        assertThat(update("REPLACE INTO t VALUES (1, 'c')")).isEqualTo(1);
        assertThat(this.database.count("t")).isEqualTo(2);
        assertThat(update("INSERT OR REPLACE INTO t VALUES (2, 'x'), (9, 'y')")).isEqualTo(2);
    }

    @Test
    void c41UpsertCountsEachRowOnce() {
        assertThat(update("INSERT INTO t(v) VALUES ('a'), ('new')"
                        + " ON CONFLICT(v) DO UPDATE SET v = 'A' WHERE v = 'a'"))
                .isEqualTo(2);
    }

    @Test
    void c41TriggersAreNotCounted() {
        execute(
                "CREATE TABLE log(x)",
                "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (1), (2), (3); END",
                "CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO log VALUES (4); END");
        assertThat(update("INSERT INTO t(v) VALUES ('d')")).isEqualTo(1);
        assertThat(update("DELETE FROM t WHERE id <= 2")).isEqualTo(2);
        assertThat(this.database.count("log")).isEqualTo(5);
        assertThat(await(one("INSERT INTO t(v) VALUES ('e') RETURNING id").flatMapMany(Result::getRowsUpdated)))
                .containsExactly(1L);
    }

    @Test
    void c41CascadesAreNotCounted() {
        execute(
                "CREATE TABLE child(t INTEGER REFERENCES t(id) ON DELETE CASCADE)",
                "INSERT INTO child VALUES (1), (1), (1)");
        assertThat(update("DELETE FROM t WHERE id = 1")).isEqualTo(1);
        assertThat(this.database.count("child")).isZero();
    }

    @Test
    void c41CountIsNotTheOneOfAnEarlierStatement() {
        assertThat(update("UPDATE t SET v = v || 'x'")).isEqualTo(3);
        assertThat(update("INSERT INTO t(v) SELECT 'no' WHERE false")).isZero();
        assertThat(update("CREATE TABLE u(x)")).isZero();
        assertThat(update("UPDATE u SET x = 1")).isZero();
    }

    @Test
    void c41CountsOfSeveralStatementsAreEachTheirOwn() {
        Statement statement = this.connection.createStatement(
                "UPDATE t SET v = v || 'x'; CREATE TABLE u(x);"
                        + " INSERT INTO u VALUES (1), (2); SELECT * FROM u; DELETE FROM t WHERE id = 1; PRAGMA user_version = 1");
        StepVerifier.create(counts(statement.execute()))
                .expectNext(3L, 0L, 2L, 1L, 0L)
                .verifyComplete();
    }

    @Test
    void c41CountLargerThanAnIntIsALong() {
        StepVerifier.create(one("UPDATE t SET v = v").flatMapMany(Result::getRowsUpdated))
                .assertNext(it -> assertThat(it).isInstanceOf(Long.class))
                .verifyComplete();
    }

    @Test
    void c41DmlHasRunWhenItsResultIsEmitted() {
        await(Flux.from(this.connection.createStatement("DELETE FROM t").execute())
                .then());
        assertThat(this.database.count("t")).isZero();
        Result ignored = await(one("INSERT INTO t(v) VALUES ('z')"));
        assertThat(ignored).isNotNull();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c41QueryIsRunAndDrainedByItsCount() {
        StepVerifier.create(one("SELECT abs(-9223372036854775808)").flatMapMany(Result::getRowsUpdated))
                .verifyError(io.r2dbc.spi.R2dbcException.class);
        assertUsable();
    }
}
