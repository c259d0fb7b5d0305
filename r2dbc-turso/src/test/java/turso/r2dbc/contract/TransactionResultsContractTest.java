package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;

/** Results and open cursors across the end of their transaction. */
class TransactionResultsContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    @Test
    void resultConsumedAfterItsTransactionEndedIsIllegal() {
        execute("INSERT INTO t(id) VALUES (1)");
        for (Mono<Void> end : List.of(
                this.connection.commitTransaction(),
                this.connection.rollbackTransaction(),
                counts(this.connection.createStatement("COMMIT").execute()).then())) {
            await(this.connection.beginTransaction());
            Result result = await(one("SELECT id FROM t"));
            integers("SELECT 1");
            await(end);
            StepVerifier.create(result.map(row -> row.get(0))).verifyError(IllegalStateException.class);
        }
        await(this.connection.beginTransaction());
        Result result = await(one("SELECT id FROM t"));
        integers("SELECT 1");
        await(this.connection.commitTransaction());
        await(this.connection.beginTransaction());
        StepVerifier.create(result.getRowsUpdated()).verifyError(IllegalStateException.class);
        await(this.connection.rollbackTransaction());
    }

    @Test
    void resultConsumedAfterAPendingTransactionEndedIsIllegal() {
        await(this.connection.beginTransaction());
        Result result = await(one("SELECT id FROM t"));
        await(this.connection.commitTransaction());
        StepVerifier.create(result.map(row -> row.get(0))).verifyError(IllegalStateException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    @Test
    void resultOfAutoCommitMayBeConsumedWithinALaterTransaction() {
        execute("INSERT INTO t(id) VALUES (1)");
        Result result = await(one("SELECT id FROM t"));
        await(this.connection.beginTransaction());
        StepVerifier.create(result.map(row -> row.get(0, Integer.class)))
                .expectNext(1)
                .verifyComplete();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void halfReadCursorSurvivesCommit() {
        StepVerifier.create(Flux.from(this.connection.beginTransaction()).thenMany(numbers(5)), 2)
                .expectNext(1, 2)
                .then(() -> await(this.connection.commitTransaction()))
                .then(() -> assertThat(this.connection.isAutoCommit()).isTrue())
                .thenRequest(10)
                .expectNext(3, 4, 5)
                .verifyComplete();
        execute("INSERT INTO t(id) VALUES (1)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void halfReadCursorSurvivesTheRollbackOfRows() {
        execute("INSERT INTO t(id) VALUES (1), (2), (3)");
        await(this.connection.beginTransaction());
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> execute("INSERT INTO t(id) VALUES (9)"))
                .then(() -> await(this.connection.rollbackTransaction()))
                .then(() -> assertThat(this.connection.isAutoCommit()).isTrue())
                .thenRequest(10)
                .expectNext(2, 3)
                .verifyComplete();
        execute("INSERT INTO t(id) VALUES (4)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }

    @Test
    void halfReadCursorEndsWithTheRollbackOfASchemaChange() {
        execute("INSERT INTO t(id) VALUES (1), (2), (3)");
        await(this.connection.beginTransaction());
        execute("CREATE TABLE u(x)");
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> await(this.connection.rollbackTransaction()))
                .thenRequest(10)
                .thenConsumeWhile(it -> true)
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (4)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }
}
