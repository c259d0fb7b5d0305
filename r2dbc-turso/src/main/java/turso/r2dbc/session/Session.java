package turso.r2dbc.session;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * The seam between the R2DBC layer and an engine: one session of one database, which runs tasks in the order they are
 * submitted.
 *
 * <p>No method but those marked so may block, and none runs engine work on the caller's thread.
 */
public interface Session {

    /** Enqueues a task behind all others. From any thread. */
    void submit(Task task);

    /**
     * Enqueues a task before all that have not begun. From the worker, within a call to a task; elsewhere it is
     * {@link #submit(Task)}.
     */
    void submitNext(Task task);

    /** Tells that a paused task can go on: it has new demand, or what it waited for has come. From any thread. */
    void wake(Task task);

    /**
     * Wakes a task after a while.
     *
     * @param nanos how long, in nanoseconds
     * @return takes it back
     */
    Disposable wakeLater(Task task, long nanos);

    /** Asks the tasks that are held back again, in the order of their submission. On the worker only. */
    void letIn();

    /**
     * {@return whether no other task has a command running} A task that comes back from a pause may find one. On the
     * worker, within a call to the task.
     */
    boolean hasTurn(Task task);

    /** Tells that a task is cancelled. From any thread. */
    void cancel(Task task);

    /**
     * Stops the statement that is running, if one is; its command fails, unless it is one that cannot be cancelled. From
     * any thread.
     */
    void interrupt();

    /** {@return whether the engine has a transaction open} On the worker only. */
    boolean isTransactionOpen();

    /** Abandons one task if it is paused, ending its cursor now. On the worker only. */
    void abandon(Task task, EngineFailure why);

    /** Abandons every task that is paused, ending its cursor, or held back. On the worker only. */
    void closeCursors(EngineFailure why);

    /** {@return whether the session has not been closed} From any thread, without asking the engine. */
    boolean isOpen();

    /** {@return the version of the database, for instance "3.54.1"} From any thread, without asking the engine. */
    String databaseVersion();

    /**
     * Closes the session behind the tasks submitted so far, ends open cursors and rolls an open transaction back.
     * Tasks submitted later are abandoned.
     *
     * @return completes when everything is released; subscribing again, or later, completes too
     */
    Mono<Void> close();
}
