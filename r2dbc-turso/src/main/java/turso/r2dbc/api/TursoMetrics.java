package turso.r2dbc.api;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Numbers that tell how a connection factory is doing. They can be read at any time from any thread, and none but
 * {@link #walBytes()} asks anybody. Numbers read one after another need not fit together.
 *
 * <p>{@link #forEach} hands all of them to a monitoring library; with Micrometer:
 *
 * <pre>{@code
 * factory.metrics().forEach((name, number) -> Gauge.builder("turso." + name, number).register(registry));
 * }</pre>
 */
public interface TursoMetrics {

    /** {@return the connections of this factory that are open now} */
    int openConnections();

    /** {@return the queries of these connections that are half read: their next row waits to be asked for} */
    int openCursors();

    /**
     * {@return the statements that wait for a thread} Unless the factory has threads of its own, of all factories that
     * share them.
     */
    int queuedTasks();

    /** {@return the bound of {@link #queuedTasks()}, beyond which statements fail at once} */
    int maxQueuedTasks();

    /** {@return the threads running now, shared as {@link #queuedTasks()} says; 0 with a scheduler of the user's} */
    int threads();

    /** {@return the connections of this process that hold the database's lock: its writer, or its readers where they
     * and the writer exclude each other; 0 while this factory has no connection open} */
    int lockHolders();

    /** {@return the connections of this process that wait for it; 0 while this factory has no connection open} */
    int lockWaiters();

    /** {@return how many statements of this factory have waited for a lock, whatever came of it} */
    long lockWaits();

    /** {@return how long they have waited in all} */
    Duration lockWaitTime();

    /** {@return how many of them have failed because the lock was not free in time} */
    long lockTimeouts();

    /** {@return how many writes were handed over to share a commit, and were committed (option {@code groupCommit})} */
    long groupedWrites();

    /** {@return how many statements were found prepared} */
    long statementCacheHits();

    /** {@return how many statements had to be prepared} */
    long statementCacheMisses();

    /**
     * {@return the size of the write-ahead log in bytes; 0 without one, and while this factory has no connection open}
     * Asks the file system, which may block for a moment.
     */
    long walBytes();

    /**
     * Hands over every number of this interface. Names are stable: {@code connections.open}, {@code cursors.open},
     * {@code tasks.queued}, {@code tasks.queued.max}, {@code threads}, {@code lock.holders}, {@code lock.waiters},
     * {@code lock.waits}, {@code lock.wait.seconds}, {@code lock.timeouts}, {@code writes.grouped},
     * {@code statement.cache.hits}, {@code statement.cache.misses} and {@code wal.bytes}.
     *
     * @param consumer gets each name with a supplier of the number at the time of the call
     */
    default void forEach(BiConsumer<String, Supplier<Number>> consumer) {
        consumer.accept("connections.open", this::openConnections);
        consumer.accept("cursors.open", this::openCursors);
        consumer.accept("tasks.queued", this::queuedTasks);
        consumer.accept("tasks.queued.max", this::maxQueuedTasks);
        consumer.accept("threads", this::threads);
        consumer.accept("lock.holders", this::lockHolders);
        consumer.accept("lock.waiters", this::lockWaiters);
        consumer.accept("lock.waits", this::lockWaits);
        consumer.accept("lock.wait.seconds", () -> lockWaitTime().toNanos() / 1e9);
        consumer.accept("lock.timeouts", this::lockTimeouts);
        consumer.accept("writes.grouped", this::groupedWrites);
        consumer.accept("statement.cache.hits", this::statementCacheHits);
        consumer.accept("statement.cache.misses", this::statementCacheMisses);
        consumer.accept("wal.bytes", this::walBytes);
    }
}
