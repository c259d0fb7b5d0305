package turso.r2dbc.contract;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/** Reads many rows, ten at a time, and prints how many there were and the sum of their bytes. */
final class StreamingProgram {

    private static final int BATCH = 10;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private StreamingProgram() {}

    /** @param arguments the URL, and the number of rows */
    public static void main(String[] arguments) throws InterruptedException {
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get(arguments[0]);
        TursoConnection connection = factory.create().block(LIMIT);
        if (connection == null) {
            throw new AssertionError("no connection");
        }
        Flux.from(connection
                        .createStatement("CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT); INSERT INTO t(body)"
                                + " WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < "
                                + arguments[1] + ") SELECT printf('%0100d', x) FROM n")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .blockLast(LIMIT);
        Counter counter = new Counter();
        Mono.from(connection.createStatement("SELECT id, body FROM t").execute())
                .flatMapMany(it -> it.map((row, metadata) -> row.get("body", String.class)))
                .subscribe(counter);
        if (!counter.end.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("no end after " + counter.rows + " rows");
        }
        Throwable error = counter.error.get();
        if (error != null) {
            throw new AssertionError(error);
        }
        System.out.println(counter.rows + " " + counter.bytes);
        connection.close().block(LIMIT);
    }

    private static final class Counter extends BaseSubscriber<String> {

        private final CountDownLatch end = new CountDownLatch(1);

        private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

        private volatile long rows;

        private volatile long bytes;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(BATCH);
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField")
        protected void hookOnNext(String value) {
            // Signals come one at a time.
            this.rows = this.rows + 1;
            this.bytes = this.bytes + value.length();
            if (this.rows % BATCH == 0) {
                request(BATCH);
            }
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            this.error.set(throwable);
            this.end.countDown();
        }

        @Override
        protected void hookOnComplete() {
            this.end.countDown();
        }
    }
}
