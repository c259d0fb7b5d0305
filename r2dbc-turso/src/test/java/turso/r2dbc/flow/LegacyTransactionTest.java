package turso.r2dbc.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.Turso;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BoundSql;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTimeoutException;

/** Python's legacy transaction control, through both doors of one connection. */
class LegacyTransactionTest {

    @TempDir
    private Path directory;

    private Path path;

    private TursoConnection connection;

    @BeforeEach
    void open() {
        this.path = this.directory.resolve("legacy.db");
        this.connection = get(Turso.connect(this.path, it -> it.lockWaitTimeout(Duration.ZERO)));
        await(this.connection.executeScript("CREATE TABLE t (v INTEGER UNIQUE)"));
    }

    @AfterEach
    void close() {
        await(this.connection.close());
    }

    private boolean inTransaction() {
        return get(this.connection.inTransaction());
    }

    private void execute(String sql) {
        await(this.connection.execute(sql).then());
    }

    private long committed() {
        return get(Turso.usingConnection(
                        this.path,
                        other -> other.execute("SELECT count(*) FROM t").fetchOne()))
                .getLong(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "insert into t values (1)",
                "  /* c */ -- d\n REPLACE INTO t VALUES (1)",
                "UPDATE t SET v = 2",
                "DELETE FROM t",
                "INSERT INTO t VALUES (1) RETURNING v"
            })
    void writesBeginATransaction(String sql) {
        execute(sql);
        assertThat(inTransaction()).isTrue();
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollback());
        assertThat(inTransaction()).isFalse();
        assertThat(this.connection.isAutoCommit()).isTrue();

        run(this.connection, sql);
        assertThat(inTransaction()).isTrue();
        await(this.connection.rollbackTransaction());
        assertThat(committed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "VALUES (1)",
                "CREATE TABLE u (v)",
                "PRAGMA user_version",
                "EXPLAIN DELETE FROM t",
                "WITH x AS (SELECT 1 AS v) INSERT INTO t SELECT v FROM x"
            })
    void nothingElseDoes(String sql) {
        execute(sql);
        assertThat(inTransaction()).isFalse();
        assertThat(committed()).isEqualTo(sql.startsWith("WITH") ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"INSERT INTO t VALUES (", "INSERT INTO missing VALUES (1)", "DELETE FROM t WHERE nothing = 1"})
    void writeThatIsNotUnderstoodBeginsNothing(String sql) {
        assertThat(failure(this.connection.execute(sql).then())).isInstanceOf(R2dbcBadGrammarException.class);
        assertThat(inTransaction()).isFalse();
        assertThat(failure(this.connection, sql)).isInstanceOf(R2dbcBadGrammarException.class);
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void errorKeepsTheTransactionAndItsRows() {
        execute("INSERT INTO t VALUES (1)");
        assertThat(failure(this.connection.execute("INSERT INTO t VALUES (1)").then()))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(inTransaction()).isTrue();
        await(this.connection.commit());
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void transactionTheEngineHasEndedIsOver() {
        execute("INSERT INTO t VALUES (1)");
        failure(this.connection.execute("INSERT OR ROLLBACK INTO t VALUES (1)").then());

        assertThat(inTransaction()).isFalse();
        // Nothing that was meant for it commits by itself.
        assertThat(failure(this.connection.execute("INSERT INTO t VALUES (2)").then()))
                .isInstanceOf(R2dbcRollbackException.class);
        await(this.connection.rollback());
        execute("INSERT INTO t VALUES (3)");
        await(this.connection.commit());
        assertThat(column(this.connection, "SELECT v FROM t")).containsExactly(3);
    }

    @Test
    void orRollbackOfTheStatementThatBeganItLeavesNothing() {
        run(this.connection, "INSERT INTO t VALUES (1)");
        await(this.connection.commit());
        failure(this.connection.execute("INSERT OR ROLLBACK INTO t VALUES (1)").then());

        assertThat(inTransaction()).isFalse();
        execute("INSERT INTO t VALUES (2)");
        assertThat(inTransaction()).isTrue();
    }

    @Test
    void severalStatementsOfOneTextBeginItWhereItIsDue() {
        run(this.connection, "CREATE TABLE u (v); INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2)");
        assertThat(inTransaction()).isTrue();
        assertThat(committed()).isEqualTo(1);
        await(this.connection.commit());
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void bindingSetsBeginItAndStayInIt() {
        var statement = this.connection.createStatement("INSERT INTO t VALUES (?)");
        statement.bind(0, 1).add().bind(0, 2).add().bind(0, 1).add().bind(0, 3);
        failure(statement.execute().flatMap(it -> it.getRowsUpdated()).then());
        assertThat(inTransaction()).isTrue();
        await(this.connection.commit());
        assertThat(committed()).isEqualTo(2);

        failure(this.connection.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(4), List.of(4), List.of(5))));
        assertThat(inTransaction()).isTrue();
        await(this.connection.commit());
        assertThat(column(this.connection, "SELECT v FROM t ORDER BY v")).containsExactly(1, 2, 4);
    }

    @Test
    void executeManyOfNothingBeginsIt() {
        assertThat(get(this.connection.executeMany("INSERT INTO t VALUES (?)", List.of())))
                .isZero();
        assertThat(inTransaction()).isTrue();
    }

    @Test
    void scriptCommitsWhatIsOpenFirst() {
        for (String script : List.of("SELECT 1;", "", "-- nothing")) {
            execute("INSERT INTO t SELECT count(*) FROM t");
            await(this.connection.executeScript(script));
            assertThat(inTransaction()).isFalse();
        }
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void scriptBeginsNothingByItself() {
        await(this.connection.executeScript("INSERT INTO t VALUES (1)"));
        assertThat(inTransaction()).isFalse();
        await(this.connection.executeScript("BEGIN; INSERT INTO t VALUES (2)"));
        assertThat(inTransaction()).isTrue();
        await(this.connection.rollback());
        failure(this.connection.executeScript("BEGIN; INSERT INTO t VALUES (3); INSERT INTO t VALUES (1); SELECT 1"));
        assertThat(inTransaction()).isTrue();
        await(this.connection.rollback());
        assertThat(committed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Isolation.class,
            names = {"DEFERRED", "IMMEDIATE", "EXCLUSIVE"})
    void isolationSaysHowItBegins(Isolation isolation) {
        TursoConnection other =
                get(Turso.connect(this.path, it -> it.isolation(isolation).lockWaitTimeout(Duration.ZERO)));
        try {
            // A write of nothing takes the write lock if, and only if, the transaction begins with it.
            await(other.executeMany("INSERT INTO t VALUES (?)", List.of()));
            var write = this.connection.execute("INSERT INTO t VALUES (1)").then();
            if (isolation == Isolation.DEFERRED) {
                await(write);
            } else {
                assertThat(failure(write)).isInstanceOf(TursoTimeoutException.class);
                await(other.commit());
                await(write);
            }
        } finally {
            await(other.close());
        }
    }

    @Test
    void withoutIsolationEveryStatementCommits() {
        TursoConnection other = get(Turso.connect(this.path, it -> it.isolation(Isolation.NONE)));
        try {
            await(other.execute("INSERT INTO t VALUES (1)").then());
            assertThat(get(other.inTransaction())).isFalse();
            await(other.execute("BEGIN").then());
            await(other.execute("INSERT INTO t VALUES (2)").then());
            await(other.rollback());
            assertThat(get(other.inTransaction())).isFalse();
            assertThat(failure(other.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(3), List.of(1)))))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class);
            assertThat(committed()).isEqualTo(1);
        } finally {
            await(other.close());
        }
    }

    @Test
    void withAutocommitOffATransactionIsAlwaysOpen() {
        TursoConnection other = get(Turso.connect(this.path, it -> it.autocommit(false)));
        assertThat(get(other.inTransaction())).isTrue();
        await(other.execute("INSERT INTO t VALUES (1)").then());
        await(other.commit());
        assertThat(get(other.inTransaction())).isTrue();
        assertThat(other.isAutoCommit()).isFalse();
        await(other.executeScript("INSERT INTO t VALUES (2); COMMIT; INSERT INTO t VALUES (3)"));
        await(other.transaction(
                scope -> scope.execute("INSERT INTO t VALUES (4)").then()));
        await(other.batch(List.of(BoundSql.of("INSERT INTO t VALUES (?)", 5)), TransactionMode.IMMEDIATE)
                .then());
        await(other.rollback());
        assertThat(committed()).isEqualTo(2);
        await(other.batch(List.of(BoundSql.of("INSERT INTO t VALUES (?)", 6)), TransactionMode.IMMEDIATE)
                .then());
        assertThat(get(other.inTransaction())).isTrue();
        await(other.close());
        assertThat(column(this.connection, "SELECT v FROM t ORDER BY v")).containsExactly(1, 2, 6);
    }

    @Test
    void withAutocommitOffATransactionFollowsTheCommitWithinAText() {
        TursoConnection other = get(Turso.connect(this.path, it -> it.autocommit(false)));
        run(other, "INSERT INTO t VALUES (1); COMMIT; CREATE TABLE u (v); INSERT INTO u VALUES (1)");
        await(other.rollback());
        await(other.close());
        assertThat(column(this.connection, "SELECT name FROM sqlite_schema WHERE name IN ('t', 'u')"))
                .containsExactly("t");
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void autocommitCanBeSwitched() {
        execute("INSERT INTO t VALUES (1)");
        await(this.connection.setAutoCommit(true));
        assertThat(committed()).isEqualTo(1);
        execute("INSERT INTO t VALUES (2)");
        assertThat(inTransaction()).isFalse();
        await(this.connection.setAutoCommit(false));
        assertThat(inTransaction()).isTrue();
        execute("INSERT INTO t VALUES (3)");
        await(this.connection.rollback());
        assertThat(inTransaction()).isTrue();
        await(this.connection.preRelease());
        assertThat(inTransaction()).isFalse();
        execute("INSERT INTO t VALUES (4)");
        assertThat(inTransaction()).isTrue();
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void autocommitOnIsR2dbcs() {
        TursoConnection other = get(Turso.connect(this.path, it -> it.autocommit(Autocommit.ON)));
        await(other.setAutoCommit(false));
        await(other.execute("INSERT INTO t VALUES (1)").then());
        await(other.commit());
        assertThat(other.isAutoCommit()).isTrue();
        await(other.close());
    }

    @Test
    void explicitTransactionsOfR2dbcWorkOnIt() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        await(this.connection.createSavepoint("s"));
        execute("INSERT INTO t VALUES (2)");
        await(this.connection.rollbackTransactionToSavepoint("s"));
        await(this.connection.commitTransaction());
        assertThat(value(this.connection, "SELECT count(*) FROM t")).isEqualTo(1L);
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void failingCommitLeavesItOpen() {
        await(this.connection.executeScript("CREATE TABLE p (id INTEGER PRIMARY KEY);"
                + " CREATE TABLE c (id REFERENCES p DEFERRABLE INITIALLY DEFERRED)"));
        execute("INSERT INTO c VALUES (1)");
        assertThat(failure(this.connection.commit())).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(inTransaction()).isTrue();
        assertThat(failure(this.connection.executeScript("SELECT 1")))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        execute("INSERT INTO p VALUES (1)");
        await(this.connection.commit());
    }
}
