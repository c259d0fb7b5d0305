package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.TestDatabase.await;
import static turso.r2dbc.TestDatabase.execute;
import static turso.r2dbc.TestDatabase.query;

import io.r2dbc.spi.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/**
 * Connections that nobody closes and nobody can close any more. Spring, for one, forgets a connection whose begin was
 * cancelled (spring-framework#32115).
 */
class DroppedConnectionTest {

    private static final int DROPPED = 20;

    private final TestDatabase database = TestDatabase.file();

    @BeforeEach
    void createTable() {
        this.database.execute("CREATE TABLE t (n INTEGER)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    /** What a connection was last used for. */
    enum LastUse {
        NOTHING(connection -> {}),
        PENDING_BEGIN(connection -> await(connection.beginTransaction())),
        OPEN_TRANSACTION(connection -> {
            await(connection.beginTransaction());
            execute(connection, "INSERT INTO t VALUES (1)");
        }),
        OPEN_TRANSACTION_OF_SQL(connection -> execute(connection, "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)")),
        READ_TRANSACTION(connection -> {
            execute(connection, "BEGIN");
            query(connection, "SELECT count(*) FROM t", Long.class);
        }),
        LOST_TRANSACTION(connection -> {
            await(connection.beginTransaction());
            execute(connection, "INSERT INTO t(rowid) VALUES (1)");
            await(Mono.from(connection
                            .createStatement("INSERT OR ROLLBACK INTO t(rowid) VALUES (1)")
                            .execute())
                    .onErrorComplete());
        }),
        UNREAD_RESULT(connection ->
                await(Mono.from(connection.createStatement("SELECT * FROM t").execute())));

        private final Consumer<TursoConnection> use;

        LastUse(Consumer<TursoConnection> use) {
            this.use = use;
        }
    }

    /** Once the garbage collector has found it, its transaction is rolled back and its file closed. */
    @ParameterizedTest
    @EnumSource
    void droppedConnectionLetsGoOfLockAndFile(LastUse last) {
        for (int i = 0; i < DROPPED; i++) {
            last.use.accept(await(this.database.factory().create()));
            if (last.name().startsWith("OPEN")) {
                // Its lock keeps the next one waiting.
                break;
            }
        }

        OpenDatabase.until(() -> {
            System.gc();
            return isReleased();
        });

        // The lock is let go of a moment after the file.
        TursoConnection next = this.database.connect("lockWaitTimeout=1s");
        execute(next, "INSERT INTO t VALUES (2)");
        assertThat(query(next, "SELECT n FROM t", Integer.class)).containsExactly(2);
    }

    /** SQLite removes the WAL when the last connection is closed. */
    private boolean isReleased() {
        return !Files.exists(Path.of(this.database.path() + "-wal"))
                && (!Leftovers.canBeCounted()
                        || Leftovers.openFiles(this.database.directory()).isEmpty());
    }

    @Test
    void writersQueuedBehindADroppedTransactionGetTheirTurn() {
        LastUse.OPEN_TRANSACTION.use.accept(await(this.database.factory().create()));
        List<Mono<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writers.add(drained(this.database.connect("lockWaitTimeout=60s"), "INSERT INTO t VALUES (2)"));
        }

        CompletableFuture<Void> all = Mono.when(writers).toFuture();
        OpenDatabase.until(() -> {
            System.gc();
            return all.isDone();
        });

        await(Mono.fromFuture(all));
        assertThat(this.database.query("SELECT n FROM t", Integer.class)).containsExactly(2, 2, 2);
    }

    /** Whatever can still use the connection keeps it: here the statements, the rows and the commit to come. */
    @Test
    void connectionStaysWhileAnythingOfItIsInUse() {
        await(insertedReadAndCommitted());

        assertThat(this.database.query("SELECT n FROM t", Integer.class)).containsExactly(1, 2, 3);
    }

    /** {@return the use of a connection that nothing else refers to} */
    private Mono<Void> insertedReadAndCommitted() {
        TursoConnection connection = await(this.database.factory().create());
        await(connection.beginTransaction());
        return drained(connection, "INSERT INTO t VALUES (1), (2), (3)")
                .then(collectGarbage())
                .thenMany(TestDatabase.rows(connection, "SELECT n FROM t", Integer.class)
                        .delayUntil(n -> collectGarbage()))
                .then(collectGarbage())
                .then(connection.commitTransaction());
    }

    private static Mono<Void> collectGarbage() {
        // A cleaner that finds something has acted by the time the delay is over, or the test would be red later.
        return Mono.delay(Duration.ofMillis(20))
                .doOnNext(tick -> System.gc())
                .delayElement(Duration.ofMillis(20))
                .then();
    }

    private static Mono<Void> drained(TursoConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }
}
