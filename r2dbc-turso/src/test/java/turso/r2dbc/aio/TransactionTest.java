package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException.Category;

/** transactions. */
class TransactionTest extends AioTest {

    /** Fails at once where a lock is held. */
    private TursoConnection impatient() {
        return connect(options -> options.lockWaitTimeout(Duration.ZERO));
    }

    private void accounts() {
        script("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER);"
                + "INSERT INTO accounts VALUES (1, 1000), (2, 500)");
    }

    private void transfer() {
        run("UPDATE accounts SET balance = balance - 100 WHERE id = 1");
        run("UPDATE accounts SET balance = balance + 100 WHERE id = 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (2)",
                "UPDATE t SET x = 3",
                "DELETE FROM t",
                "REPLACE INTO t VALUES (4)",
                "insert into t values (2)",
                "  \n\tdelete from t where x = 99",
                "-- a comment\n/* and another */ Update t SET x = 3",
                "; INSERT INTO t VALUES (2)"
            })
    void r104_writesOpenATransaction(String sql) {
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
        assertThat(inTransaction()).isFalse();
        run(sql);
        assertThat(inTransaction()).isTrue();
        await(this.conn.rollback());
        assertThat(inTransaction()).isFalse();
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "CREATE TABLE u (x)",
                "PRAGMA user_version = 1",
                "WITH n(x) AS (VALUES (2)) SELECT x FROM n",
                "WITH n(x) AS (VALUES (2)) INSERT INTO t SELECT x FROM n",
                "VALUES (1)",
                "EXPLAIN INSERT INTO t VALUES (1)"
            })
    void r105_nothingElseOpensOne(String sql) {
        script("CREATE TABLE t (x)");
        await(this.conn.execute(sql).then());
        assertThat(inTransaction()).isFalse();
        await(this.cur.execute("SELECT 1"));
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void r106_commitKeepsAndRollbackUndoes() {
        accounts();
        transfer();
        await(this.conn.rollback());
        assertThat(column("SELECT balance FROM accounts ORDER BY id")).containsExactly(1000L, 500L);
        transfer();
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT balance FROM accounts ORDER BY id")).containsExactly(row(900L), row(600L));

        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        await(this.conn.rollback());
        assertThat(rows("SELECT x FROM t")).isEmpty();
    }

    @Test
    void r107_tablesMadeInTheTransactionAreUndone() {
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        run("CREATE TABLE u (x)");
        assertThat(inTransaction()).isTrue();
        await(this.conn.rollback());
        assertThat(column("SELECT name FROM sqlite_schema")).containsExactly("t");
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r108_commitAndRollbackOfNothingDoNothing() {
        await(this.conn.commit());
        await(this.conn.rollback());
        await(this.conn.commit().then(this.conn.commit()));
        assertThat(inTransaction()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "BEGIN, COMMIT, 1",
        "BEGIN IMMEDIATE, END, 1",
        "BEGIN EXCLUSIVE, ROLLBACK, 0",
        "begin deferred, end transaction, 1"
    })
    void r109_transactionsOfSqlAreNoticed(String begin, String end, long rows) {
        script("CREATE TABLE t (x)");
        run(begin);
        assertThat(inTransaction()).isTrue();
        run("INSERT INTO t VALUES (1)");
        run(end);
        assertThat(inTransaction()).isFalse();
        assertThat(rows(connect(), "SELECT count(*) FROM t")).containsExactly(row(rows));

        // One begun by a method may be ended by SQL, and the reverse.
        run("INSERT INTO t VALUES (2)");
        run("ROLLBACK");
        assertThat(inTransaction()).isFalse();
        run("BEGIN");
        run("INSERT INTO t VALUES (3)");
        await(this.conn.rollback());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(rows);
    }

    @Test
    void r110_controlAtTheWrongMomentIsRefused() {
        assertRefused("COMMIT", "cannot commit - no transaction is active");
        assertRefused("ROLLBACK", "cannot rollback - no transaction is active");
        assertRefused("RELEASE x", "no such savepoint: x");
        script("CREATE TABLE t (x)");
        run("BEGIN");
        run("INSERT INTO t VALUES (1)");
        assertRefused("BEGIN", "cannot start a transaction within a transaction");
        assertThat(inTransaction()).isTrue();
        await(this.conn.commit());
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    private void assertRefused(String sql, String words) {
        assertFails(
                Category.OPERATIONAL, Code.ERROR, words, this.conn.execute(sql).then());
    }

    @Test
    void r111_savepoints() {
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        run("SAVEPOINT a");
        run("INSERT INTO t VALUES (2)");
        run("SAVEPOINT b");
        run("INSERT INTO t VALUES (3)");
        run("ROLLBACK TO b");
        run("RELEASE a");
        assertThat(inTransaction()).isTrue();
        await(this.conn.createSavepoint("c"));
        run("INSERT INTO t VALUES (4)");
        await(this.conn.rollbackTransactionToSavepoint("c"));
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT x FROM t ORDER BY x")).containsExactly(row(1L), row(2L));

        run("SAVEPOINT outermost");
        assertThat(inTransaction()).isTrue();
        run("INSERT INTO t VALUES (5)");
        run("RELEASE outermost");
        assertThat(inTransaction()).isFalse();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(3L);
    }

    @Test
    void r112_errorKeepsTheTransactionAndEarlierRows() {
        script("CREATE TABLE t (x UNIQUE)");
        run("INSERT INTO t VALUES (1)");
        assertFails(
                Category.INTEGRITY,
                this.conn.execute("INSERT INTO t VALUES (1)").then());
        assertFails(Category.PROGRAMMING, this.conn.execute("INSRT").then());
        assertThat(inTransaction()).isTrue();
        run("INSERT INTO t VALUES (2)");
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT x FROM t ORDER BY x")).containsExactly(row(1L), row(2L));
    }

    @Test
    void r113_failedStatementChangesNothingUnlessToldTo() {
        script("CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1), (5)");
        assertFails(
                Category.INTEGRITY,
                this.conn.execute("INSERT INTO t VALUES (2), (1)").then());
        assertFails(
                Category.INTEGRITY,
                this.conn.execute("UPDATE t SET x = x + 4 WHERE x < 5").then());
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 5L);
        assertFails(
                Category.INTEGRITY,
                this.conn.execute("INSERT OR FAIL INTO t VALUES (2), (1), (3)").then());
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L, 5L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT OR ROLLBACK INTO t VALUES (1)", "INSERT INTO t VALUES (99)"})
    void r114_rollbackByTheStatementEndsTheTransaction(String sql) {
        script("CREATE TABLE t (x UNIQUE);"
                + "CREATE TRIGGER refuse BEFORE INSERT ON t WHEN new.x = 99 BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
        run("INSERT INTO t VALUES (1)");
        assertFails(Category.INTEGRITY, this.conn.execute(sql).then());
        assertThat(inTransaction()).isFalse();

        // Beyond pyturso: what was meant for the lost transaction never commits by itself (design, section 3).
        assertThat(failure(this.conn.execute("INSERT INTO t VALUES (2)").then()))
                .isInstanceOf(R2dbcRollbackException.class);
        await(this.conn.rollback());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
        run("INSERT INTO t VALUES (3)");
        await(this.conn.commit());
        assertThat(column("SELECT x FROM t")).containsExactly(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES (", "INSERT INTO missing VALUES (1)", "DELETE FROM t WHERE y = 1"})
    void r115_badWriteOpensNoTransaction(String sql) {
        script("CREATE TABLE t (x)");
        assertFails(Category.PROGRAMMING, this.conn.execute(sql).then());
        assertThat(inTransaction()).isFalse();
        assertFails(Category.PROGRAMMING, this.cur.execute(sql));
        assertThat(inTransaction()).isFalse();
        await(impatient().execute("INSERT INTO t VALUES (1)").then());
    }

    @Test
    void r116_withoutIsolationEveryStatementCommits() {
        script("CREATE TABLE t (x)");
        TursoConnection none = connect(options -> options.isolation(Isolation.NONE));
        await(none.execute("INSERT INTO t VALUES (1)").then());
        assertThat(inTransaction(none)).isFalse();
        assertThat(column("SELECT x FROM t")).containsExactly(1L);

        await(none.execute("BEGIN").then());
        assertThat(inTransaction(none)).isTrue();
        await(none.execute("INSERT INTO t VALUES (2)").then());
        await(none.rollback());
        assertThat(inTransaction(none)).isFalse();
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEFERRED", "IMMEDIATE", "EXCLUSIVE"})
    void r117_secondWriterIsRefusedUntilTheFirstCommits(Isolation isolation) {
        script("CREATE TABLE t (x)");
        TursoConnection first = connect(options -> options.isolation(isolation));
        TursoConnection second = connect(options -> options.isolation(isolation).lockWaitTimeout(Duration.ZERO));
        await(first.execute("INSERT INTO t VALUES (1)").then());
        Mono<Long> insert = second.execute("INSERT INTO t VALUES (2)").rowCount();

        assertFails(Category.OPERATIONAL, insert).isInstanceOfSatisfying(R2dbcTimeoutException.class, error -> {
            assertThat(error.getErrorCode()).isEqualTo(Code.BUSY);
            assertThat(error.getSqlState()).isEqualTo("55P03");
        });
        await(first.commit());
        assertThat(await(insert).longValue()).isEqualTo(1);
        await(second.commit());
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L);
    }

    @Test
    void r118_whatIsUncommittedIsInvisible() {
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
        TursoConnection reader = impatient();
        run("INSERT INTO t VALUES (2)");
        Mono<Long> count = reader.execute("SELECT count(*) FROM t").fetchOne().map(row -> row.getLong(0));
        if (this.database.isFile()) {
            assertThat(await(count).longValue()).isEqualTo(1);
        } else {
            // Memory has no write-ahead log: there a writer keeps readers out.
            assertFails(Category.OPERATIONAL, count).isInstanceOf(R2dbcTimeoutException.class);
        }
        await(this.conn.commit());
        assertThat(await(count).longValue()).isEqualTo(2);
    }

    @Test
    void r119_writeOnAStaleSnapshotFailsAtOnce() {
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
        TursoConnection other = impatient();
        run("BEGIN");
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(1L);
        Mono<Void> write = other.execute("INSERT INTO t VALUES (2)").then().then(other.commit());
        if (this.database.isFile()) {
            await(write);
            Mono<Void> late = this.conn.execute("INSERT INTO t VALUES (3)").then();
            assertFails(Category.OPERATIONAL, Code.BUSY_SNAPSHOT, "database is locked", late);
            assertThat(failure(late)).isInstanceOf(R2dbcRollbackException.class);
        } else {
            // Memory has no write-ahead log: the reader keeps the writer out, and so no snapshot grows old.
            assertFails(Category.OPERATIONAL, write).isInstanceOf(R2dbcTimeoutException.class);
            await(other.rollback());
        }
        await(this.conn.rollback());
        run("INSERT INTO t VALUES (3)");
        await(this.conn.commit());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(this.database.isFile() ? 3L : 2L);
    }

    @Test
    void r120_failedCommitLeavesTheTransactionOpen() {
        script("CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                + "CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
        run("INSERT INTO child VALUES (9)");
        assertFails(
                Category.INTEGRITY, Code.CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed", this.conn.commit());
        assertThat(inTransaction()).isTrue();
        run("INSERT INTO parent VALUES (9)");
        await(this.conn.commit());
        assertThat(inTransaction()).isFalse();
        assertThat(column("SELECT id FROM child")).containsExactly(9L);
    }

    @Test
    void r121_withoutAutocommitThereIsAlwaysATransaction() {
        script("CREATE TABLE t (x)");
        TursoConnection off = connect(options -> options.autocommit(Autocommit.OFF));
        assertThat(inTransaction(off)).isTrue();
        await(off.execute("INSERT INTO t VALUES (1)").then());
        await(off.commit());
        assertThat(inTransaction(off)).isTrue();
        await(off.execute("INSERT INTO t VALUES (2)").then());
        await(off.rollback());
        assertThat(inTransaction(off)).isTrue();
        await(off.execute("INSERT INTO t VALUES (3)").then());
        await(off.close());
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    @Test
    void r122_withAutocommitNothingOpensOne() {
        script("CREATE TABLE t (x)");
        TursoConnection on = connect(options -> options.autocommit(Autocommit.ON));
        await(on.execute("INSERT INTO t VALUES (1)").then());
        await(on.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(2), List.of(3))));
        assertThat(inTransaction(on)).isFalse();
        await(on.rollback());
        await(on.commit());
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L, 3L);
    }

    /** Not as in pyturso, where it leaves the transaction open: here it does what it says. */
    @Test
    void r123_rollbackEndsAnExplicitTransactionInAutocommitToo() {
        script("CREATE TABLE t (x)");
        TursoConnection on = connect(options -> options.autocommit(Autocommit.ON));
        await(on.execute("BEGIN").then());
        await(on.execute("INSERT INTO t VALUES (1)").then());
        assertThat(inTransaction(on)).isTrue();
        await(on.rollback());
        assertThat(inTransaction(on)).isFalse();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r124_switchingAutocommitOnCommits() {
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        await(this.conn.setAutoCommit(true));
        assertThat(inTransaction()).isFalse();
        assertThat(rows(connect(), "SELECT x FROM t")).containsExactly(row(1L));
        run("INSERT INTO t VALUES (2)");
        assertThat(inTransaction()).isFalse();

        await(this.conn.setAutoCommit(false));
        run("INSERT INTO t VALUES (3)");
        await(this.conn.setAutoCommit(true));
        assertThat(rows(connect(), "SELECT count(*) FROM t")).containsExactly(row(3L));
    }

    @Test
    void r125_commitWithPendingRowsOfReturningKeepsThemAll() {
        script("CREATE TABLE t (x)");
        await(this.cur.execute("INSERT INTO t VALUES (1), (2), (3) RETURNING x"));
        assertThat(next(this.cur)).isEqualTo(row(1L));
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT count(*) FROM t")).containsExactly(row(3L));
        assertThat(next(this.cur)).isEqualTo(row(2L));
        assertThat(next(this.cur)).isEqualTo(row(3L));
        assertThat(next(this.cur)).isNull();
    }

    @Test
    void r126_partlyReadReturningInsertsAll() {
        script("CREATE TABLE t (x)");
        await(this.cur.execute("INSERT INTO t VALUES (1), (2), (3) RETURNING x"));
        assertThat(next(this.cur)).isEqualTo(row(1L));
        await(this.cur.close());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(3L);
        assertThat(await(this.conn
                                .execute("INSERT INTO t VALUES (4), (5) RETURNING x")
                                .fetchOne())
                        .values())
                .isEqualTo(row(4L));
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT count(*) FROM t")).containsExactly(row(5L));
    }

    @Test
    void r127_vacuumInsideATransactionIsRefused() {
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        assertRefused("VACUUM", "cannot VACUUM from within a transaction");
        assertThat(inTransaction()).isTrue();
        await(this.conn.commit());
        await(this.conn.execute("VACUUM").then());
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }
}
