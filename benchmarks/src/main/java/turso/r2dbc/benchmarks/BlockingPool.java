package turso.r2dbc.benchmarks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The usual wrapper around JDBC: a task for each statement on {@link Schedulers#boundedElastic()}, which waits there until
 * one of the connections is free.
 *
 * @param <C> what is pooled
 */
final class BlockingPool<C extends AutoCloseable> implements AutoCloseable {

    private final BlockingQueue<C> free;

    /** A pool of so many connections. */
    BlockingPool(int size, Callable<C> connector) {
        this.free = new ArrayBlockingQueue<>(size);
        for (int i = 0; i < size; i++) {
            try {
                this.free.add(connector.call());
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Does something with a connection. */
    <T> Mono<T> use(BlockingAction<C, T> action) {
        return Mono.fromCallable(() -> {
                    C connection = this.free.take();
                    try {
                        return action.apply(connection);
                    } finally {
                        this.free.add(connection);
                    }
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public void close() {
        for (C connection : this.free) {
            try {
                connection.close();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Blocks the thread that calls it. */
    interface BlockingAction<C, T> {

        T apply(C connection) throws Exception;
    }
}
