package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Transactions that SQL begins and ends by itself: the connection follows. */
class TransactionSqlContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    @Test
    void sqlBeginAndCommitAreFollowed() {
        for (String begin : List.of("BEGIN", "begin transaction", "BEGIN IMMEDIATE", "BEGIN /* x */ EXCLUSIVE")) {
            for (String end : List.of("COMMIT", "END", "ROLLBACK", "commit transaction", "rollback -- all of it")) {
                execute(begin);
                assertThat(this.connection.isAutoCommit()).as(begin).isFalse();
                execute("INSERT OR REPLACE INTO t(id) VALUES (1)");
                execute(end);
                assertThat(this.connection.isAutoCommit()).as(end).isTrue();
            }
        }
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void sqlTransactionIsEndedByTheApi() {
        execute("BEGIN");
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN");
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void apiTransactionIsEndedBySql() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        execute("COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (2)");
        execute("ROLLBACK");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
        await(this.connection.commitTransaction());
    }

    @Test
    void sqlEndsAPendingTransaction() {
        for (String end : List.of("COMMIT", "ROLLBACK")) {
            await(this.connection.beginTransaction());
            execute(end);
            assertThat(this.connection.isAutoCommit()).as(end).isTrue();
        }
        await(this.connection.beginTransaction());
        execute("BEGIN IMMEDIATE");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void sqlSavepointOpensATransactionAndItsReleaseEndsIt() {
        execute("SAVEPOINT a");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        execute("SAVEPOINT b");
        execute("RELEASE b");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("RELEASE SAVEPOINT a");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void sqlRollbackToKeepsTheTransaction() {
        execute("SAVEPOINT a");
        execute("INSERT INTO t(id) VALUES (1)");
        execute("ROLLBACK TO a");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("RELEASE a");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void sqlErrorsOfTransactionControlKeepTheState() {
        StepVerifier.create(one("COMMIT")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        StepVerifier.create(one("ROLLBACK")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        StepVerifier.create(one("RELEASE nothing")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN");
        StepVerifier.create(one("BEGIN")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        StepVerifier.create(one("RELEASE nothing")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        execute("COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void wholeTransactionInOneTextIsFollowed() {
        execute("BEGIN; INSERT INTO t(id) VALUES (1); COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN; INSERT INTO t(id) VALUES (2)");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (3); ROLLBACK; BEGIN; INSERT INTO t(id) VALUES (4)");
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.commitTransaction());
        assertThat(this.database.query("SELECT id FROM t ORDER BY id", Integer.class))
                .containsExactly(1, 4);
    }
}
