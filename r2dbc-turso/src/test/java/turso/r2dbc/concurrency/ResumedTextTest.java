package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** SQL of several statements that was paused at a query goes on while another statement of the connection waits. */
class ResumedTextTest {

    @TempDir
    Path directory;

    /** Both would begin the transaction, if the second one decided before the first one has. */
    @Test
    void goesOnInTheTransactionThatTheWaitingStatementBegins() {
        try (OpenDatabase database =
                OpenDatabase.file(this.directory.resolve("a.db"), options -> options.batchMode(BatchMode.EACH))) {
            TursoConnection connection = database.open();
            TursoConnection holder = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3), (4), (5), (6)");
            CompletableFuture<Void> finished = new CompletableFuture<>();
            BaseSubscriber<Integer> text = paused(finished);
            connection
                    .createStatement("SELECT a FROM t; INSERT INTO t VALUES (7)")
                    .execute()
                    .concatMap(result -> result.map(row -> row.get(0, Integer.class)), 1)
                    .limitRate(1)
                    .subscribe(text);
            until(() -> database.factory().metrics().openCursors() == 1);
            await(holder.beginTransaction());
            run(holder, "INSERT INTO t VALUES (0)");

            await(connection.beginTransaction());
            CompletableFuture<Void> waiting =
                    OpenDatabase.drained(connection, "INSERT INTO t VALUES (8)").toFuture();
            until(() -> database.factory().metrics().lockWaiters() == 1);
            text.requestUnbounded();
            until(() -> database.factory().metrics().openCursors() == 0);
            await(holder.rollbackTransaction());

            await(Mono.fromFuture(waiting));
            await(Mono.fromFuture(finished));
            await(connection.rollbackTransaction());
            assertThat(column(connection, "SELECT a FROM t WHERE a > 6")).isEmpty();
        }
    }

    private static BaseSubscriber<Integer> paused(CompletableFuture<Void> finished) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnComplete() {
                finished.complete(null);
            }

            @Override
            protected void hookOnError(Throwable error) {
                finished.completeExceptionally(error);
            }
        };
    }
}
