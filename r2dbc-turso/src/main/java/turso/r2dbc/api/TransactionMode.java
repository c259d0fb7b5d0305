package turso.r2dbc.api;

/**
 * How a transaction begins, that is when it takes SQLite's locks.
 *
 * @see <a href="https://www.sqlite.org/lang_transaction.html">SQLite: transaction control</a>
 */
public enum TransactionMode {

    /**
     * Takes a lock only when the first statement needs one. A transaction that reads first and writes later can fail
     * at the write when another connection committed in between: no waiting cures that, only running it again.
     */
    DEFERRED,

    /** Takes the write lock at once, so that a transaction that has begun cannot fail for want of a lock. */
    IMMEDIATE,

    /** Like {@link #IMMEDIATE}, and outside WAL mode keeps readers out as well. */
    EXCLUSIVE
}
