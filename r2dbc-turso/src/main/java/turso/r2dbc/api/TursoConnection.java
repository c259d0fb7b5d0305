package turso.r2dbc.api;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection to one database: R2DBC's {@link Connection} with Reactor's types, and beside it the flow of Python's
 * {@code turso.aio}: {@link #executeScript}, {@link #execute}, {@link TursoExecution#fetchOne()}. Both work on the same
 * session and the same transaction.
 *
 * <p>Everything is cold: nothing happens before a publisher is subscribed to, and each subscription runs anew. Work
 * subscribed to on one connection runs in the order of subscription, one piece after another, on a thread of the
 * driver, which is also the thread the results are signalled on. Methods may be called from any thread.
 *
 * <p>Who begins transactions depends on where the connection is from: those of a connection factory start in auto-commit,
 * as R2DBC wants it; on those of {@code Turso.connect}, INSERT, UPDATE, DELETE and REPLACE open a transaction which
 * {@link #commit()} makes permanent ({@link Autocommit#LEGACY}). That holds for all statements of a connection, whichever
 * method they come through.
 *
 * <p>A connection is one session and one transaction scope: flows that must not see each other's transactions use a
 * connection each, or {@link #transaction(Function)}, which holds the connection as long as it needs it.
 *
 * <p>After {@link #close()} every method that would use the database throws or signals {@link TursoClosedException}, an
 * {@link IllegalStateException}; {@link #validate(ValidationDepth)} then answers false.
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

    /**
     * Switches auto-commit; switching it on or off while a transaction is open commits that transaction.
     *
     * <p>On a connection of {@code Turso.connect} this chooses between {@link Autocommit#ON} and {@link Autocommit#OFF} for
     * good; on one of a factory, switching it off begins one transaction, at whose end it is on again.
     */
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
     * Sets how long a statement may take until its first row or count, from now on. One that has taken effect when SQLite
     * gets to know that its time is over has succeeded.
     *
     * @param timeout the limit; zero is none
     */
    @Override
    Mono<Void> setStatementTimeout(Duration timeout);

    /** Remembers the level; SQLite's transactions are serializable whatever it is. */
    @Override
    Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel);

    /**
     * Answers whether the connection is open and can be handed to somebody; never signals an error. Not so, though it goes
     * on to work, while a transaction was begun that has run nothing: the statements of whoever gets the connection would
     * become part of it. A pool asks this of a connection it hands out.
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

    /**
     * Does what {@link #preRelease()} does if a transaction is open or on its way. r2dbc-pool takes a connection back
     * without a word when its user cancels.
     */
    @Override
    Mono<Void> postAllocate();

    /** Rolls back, closes open cursors and restores every setting, so that a pool hands on a clean connection. */
    @Override
    Mono<Void> preRelease();

    // ---- the aio flow

    /**
     * Prepares to run one statement; what is wanted of it is said by the methods of what is returned, and it runs when they
     * are subscribed to.
     *
     * <p>Values are bound in the order of SQLite's parameter numbers, of which there must be as many as values: {@code ?}
     * takes the next one, {@code ?3} alone takes three values, and {@code :a}, {@code @a} and {@code $a} are numbered by
     * their first appearance. Accepted are the types R2DBC statements accept. A map or a list is not one value:
     * {@link #execute(String, Map)} takes values by name.
     *
     * @param sql exactly one statement; a semicolon and comments behind it are fine
     * @param arguments the values; {@code (Object) null} is NULL
     * @return the statement, ready to run
     * @throws IllegalArgumentException if the text or the array is null
     */
    TursoExecution execute(String sql, @Nullable Object... arguments);

    /**
     * Prepares to run one statement with values by name.
     *
     * @param sql exactly one statement; a semicolon and comments behind it are fine
     * @param arguments the values by name, with or without the prefix ({@code "x"} or {@code ":x"}; {@code "1"} is
     *     {@code ?1}); null is NULL. Every parameter must have a value; names the statement does not have are ignored
     * @return the statement, ready to run
     * @throws IllegalArgumentException if an argument is null
     */
    TursoExecution execute(String sql, Map<String, ?> arguments);

    /**
     * Runs one INSERT, UPDATE, DELETE or REPLACE once for each set of values.
     *
     * <p>In a transaction, which on a connection of {@code Turso.connect} opens by itself, sets before one that fails stay
     * in it. In auto-commit all sets are one transaction, and it is all or nothing ({@link BatchMode#ATOMIC}). Rows of a
     * RETURNING clause are thrown away.
     *
     * @param sql exactly one statement; another kind of statement is a {@link TursoBadGrammarException}
     * @param sets each an {@code Object[]} or a {@link java.util.Collection} of values by position, or a {@link Map} of
     *     values by name; iterated at each subscription. At most {@code maxBufferedRows} (option; 100,000), or it fails
     *     with a {@link TursoTransientResourceException} before anything runs; more can be run in portions
     * @return the number of rows that were inserted, updated or deleted in all
     * @throws IllegalArgumentException if an argument is null
     */
    Mono<Long> executeMany(String sql, Iterable<?> sets);

    /**
     * Runs one INSERT, UPDATE, DELETE or REPLACE once for each set of values a publisher emits, as
     * {@link #executeMany(String, Iterable)} does. The sets are collected before the connection is used, so that a slow
     * publisher holds no lock, and one that itself uses this connection does not wait for itself.
     *
     * @param sql exactly one statement
     * @param sets subscribed to at each subscription; bounded as above, in portions for instance with
     *     {@code flux.buffer(10_000).concatMap(sets -> connection.executeMany(sql, sets))}
     * @return the number of rows that were inserted, updated or deleted in all
     * @throws IllegalArgumentException if an argument is null
     */
    Mono<Long> executeMany(String sql, Publisher<?> sets);

    /**
     * Runs the statements of a script one after another, up to the first that fails. What ran before it stays: each
     * statement commits by itself unless the script, or somebody before it, begins a transaction. Rows are thrown away,
     * parameters are NULL, and a script without a statement does nothing.
     *
     * <p>On a connection with {@link Autocommit#LEGACY}, a transaction that is open is committed first, and statements of
     * the script begin none by themselves. The text is split by SQLite's own rules, so that semicolons in strings, comments
     * and triggers are no end of a statement.
     *
     * @param sql any number of statements, separated by semicolons
     * @return completes when all have run
     * @throws IllegalArgumentException if the text is null or has a NUL character in it
     */
    Mono<Void> executeScript(String sql);

    /**
     * Commits the transaction, if one is open; {@link #commitTransaction()} by its usual name.
     *
     * <p>Once subscribed to, it runs even if the subscriber cancels. A commit that fails leaves the transaction open, unless
     * the engine has ended it.
     *
     * @return completes when it is committed, or if there is nothing to commit
     */
    Mono<Void> commit();

    /**
     * Rolls the transaction back, if one is open; {@link #rollbackTransaction()} by its usual name. Once subscribed to, it
     * runs even if the subscriber cancels.
     *
     * @return completes when it is rolled back, or if there is nothing to roll back
     */
    Mono<Void> rollback();

    /** {@return whether a transaction is open, when it is this question's turn} */
    Mono<Boolean> inTransaction();

    /**
     * Runs a function in a transaction of its own, {@code BEGIN IMMEDIATE} unless {@link #transaction(TransactionMode,
     * Function)} says otherwise.
     *
     * <p>The transaction owns this connection from BEGIN to COMMIT. Work submitted through this object or any other handle
     * of the connection waits until it has ended, first come, first served; so flows that share a connection cannot commit
     * or roll back each other's work. It waits for at most the lock wait timeout, then it fails with a
     * {@link TursoTimeoutException} (55P03), a {@link #commit()} or {@link #rollback()} too; at most
     * {@code maxQueuedTasks} statements wait, further ones fail at once with a {@link TursoTransientResourceException}
     * (53400). {@link #close()} and {@link #preRelease()} do not wait, and end the transaction.
     *
     * <p><strong>The function works on the connection it is given.</strong> What it does on the outer one would wait for its
     * own end: where that can be told from the Reactor context, that fails at once with an {@link IllegalStateException},
     * elsewhere (a {@code subscribe()} of its own, a callback of another library) with the timeout. The given connection is
     * no longer usable when the transaction has ended ({@link TursoClosedException}), and it does not commit, roll back or
     * close: that is what the end of the function is for.
     *
     * <p>The transaction is committed when the publisher completes, and only then the value is emitted. If the publisher
     * fails, the function throws, or the subscriber cancels, it is rolled back. If the commit fails, it is rolled back and
     * the error of the commit is signalled.
     *
     * <p>If a transaction is open already, be it that of {@link Autocommit#LEGACY} or another such function's, this one is a
     * savepoint in it: it is undone as a whole by itself, and becomes permanent with the transaction around it.
     *
     * @param work gets the connection to work on, and returns what is to be done
     * @param <T> the value's type
     * @return the value, emitted after the commit; empty if there is none. Each subscription is a transaction
     * @throws IllegalArgumentException if the function is null
     */
    <T> Mono<T> transaction(Function<? super TursoConnection, ? extends Mono<? extends T>> work);

    /**
     * Runs a function in a transaction of its own, as {@link #transaction(Function)} does.
     *
     * @param mode how the transaction begins; of no interest where one is open already
     * @param work gets the connection to work on, and returns what is to be done
     * @param <T> the value's type
     * @return the value, emitted after the commit; empty if there is none
     * @throws IllegalArgumentException if an argument is null
     */
    <T> Mono<T> transaction(TransactionMode mode, Function<? super TursoConnection, ? extends Mono<? extends T>> work);

    /**
     * Runs statements in one transaction and in one turn: all of them or, if one fails, none. Where a transaction is open
     * already they run in a savepoint of it.
     *
     * @param statements run in order
     * @param mode how the transaction begins; of no interest where one is open already
     * @return one result for each statement, in order, emitted after the commit. Rows are kept in memory until then, at
     *     most {@code maxBufferedRows} for each query
     * @throws IllegalArgumentException if an argument or a statement is null
     */
    Flux<TursoResult> batch(List<BoundSql> statements, TransactionMode mode);

    /** {@return a new cursor} Nothing is run for it. */
    TursoCursor cursor();

    /**
     * Stops the statement that is running, which then fails with a {@link TursoInterruptedException}; a write inside a
     * transaction takes the whole transaction with it, as SQLite does. Does not wait for the statements before it, and does
     * nothing if none is running. Open cursors that are not being read go on. Commit and rollback are not stopped.
     *
     * @return completes when the statement, if there is one, was told to stop
     */
    Mono<Void> interrupt();
}
