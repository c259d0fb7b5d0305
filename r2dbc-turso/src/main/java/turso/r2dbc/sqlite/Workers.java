package turso.r2dbc.sqlite;

/**
 * The threads engine work runs on, and the bound of what may wait for them.
 */
interface Workers {

    /**
     * Runs the drain on some worker, behind everything handed over before it. Never runs it on the caller's thread, and does
     * not fail: others may wait for what the caller does next.
     */
    void execute(Runnable drain);

    /** {@return whether others are waiting for a worker} A hint, used for fairness. */
    boolean hasWaiting();

    /** Counts a new task in. @return false if the bound is reached; the task is not counted then */
    boolean admit();

    /** Counts a task out that {@link #admit()} counted in: it has begun, or never will. */
    void release();

    /** {@return how many tasks are counted in} */
    int queuedTasks();

    /** {@return how many threads there are now; 0 if they are somebody else's} */
    int threads();

    /** {@return the bound of {@link #admit()}} */
    int maxQueuedTasks();

    /** Lets go of the threads, if they are this object's own. Work handed over before still runs. */
    void close();
}
