package turso.r2dbc.api;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A connection to one database: R2DBC's {@link Connection} with Reactor's types.
 *
 * <p>Everything is cold: nothing happens before a publisher is subscribed to, and each subscription runs anew. Work
 * subscribed to on one connection runs in the order of subscription, one piece after another, on a thread of the
 * driver, which is also the thread the results are signalled on. Methods may be called from any thread.
 *
 * <p>A connection is one session and one transaction scope: flows that must not see each other's transactions use a
 * connection each.
 *
 * <p>After {@link #close()} every method that would use the database throws or signals {@link IllegalStateException};
 * {@link #validate(ValidationDepth)} then answers false.
 */
public interface TursoConnection extends Connection, Lifecycle {

    /**
     * Begins a transaction. The engine's own {@code BEGIN} runs together with the first statement that follows, so an
     * unused transaction takes no lock. Does nothing while a transaction is open.
     */
    @Override
    Mono<Void> beginTransaction();

    /**
     * Begins a transaction with attributes, which hold for this transaction only.
     *
     * <p>Honoured: {@link TransactionDefinition#READ_ONLY} (writes are refused),
     * {@link TransactionDefinition#LOCK_WAIT_TIMEOUT}, {@link TransactionDefinition#NAME} (accepted, without effect),
     * {@link TransactionDefinition#ISOLATION_LEVEL} (every level is accepted: SQLite's is serializable, which satisfies
     * them all) and {@link TursoTransactionDefinition#MODE}.
     */
    @Override
    Mono<Void> beginTransaction(TransactionDefinition definition);

    /**
     * Commits. Once subscribed to, it runs even if the subscriber cancels. Does nothing without a transaction. A commit
     * that fails leaves the transaction open, unless the engine has ended it.
     */
    @Override
    Mono<Void> commitTransaction();

    /** Rolls back. Once subscribed to, it runs even if the subscriber cancels. Does nothing without a transaction. */
    @Override
    Mono<Void> rollbackTransaction();

    /**
     * Sets a savepoint, beginning a transaction where none is open.
     *
     * @param name any text; it is quoted
     */
    @Override
    Mono<Void> createSavepoint(String name);

    /** Releases a savepoint. Does nothing if a rollback to it released it before (R2DBC specification, savepoints). */
    @Override
    Mono<Void> releaseSavepoint(String name);

    /** Rolls back to a savepoint and releases it (R2DBC specification, savepoints). */
    @Override
    Mono<Void> rollbackTransactionToSavepoint(String name);

    /** Switches auto-commit; switching it on or off while a transaction is open commits that transaction. */
    @Override
    Mono<Void> setAutoCommit(boolean autoCommit);

    /**
     * Sets how long a statement waits for a lock that another connection holds, from now on.
     *
     * @param timeout the wait; zero fails at once
     */
    @Override
    Mono<Void> setLockWaitTimeout(Duration timeout);

    /**
     * Sets how long a statement may take until its first row or count, from now on.
     *
     * @param timeout the limit; zero is none
     */
    @Override
    Mono<Void> setStatementTimeout(Duration timeout);

    /** Remembers the level; SQLite's transactions are serializable whatever it is. */
    @Override
    Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel);

    /**
     * Answers whether the connection can be used; never signals an error.
     *
     * @param depth LOCAL asks this object, REMOTE asks the engine
     */
    @Override
    Mono<Boolean> validate(ValidationDepth depth);

    /**
     * Closes the connection after the work submitted before it. Rows that are still being read then end with an
     * {@link IllegalStateException}, and an open transaction is rolled back. Closing twice is harmless.
     */
    @Override
    Mono<Void> close();

    @Override
    TursoStatement createStatement(String sql);

    @Override
    TursoBatch createBatch();

    @Override
    ConnectionMetadata getMetadata();

    /** Does nothing: a connection comes from {@link #preRelease()} or from opening in its initial state. */
    @Override
    Mono<Void> postAllocate();

    /** Rolls back, closes open cursors and restores every setting, so that a pool hands on a clean connection. */
    @Override
    Mono<Void> preRelease();
}
