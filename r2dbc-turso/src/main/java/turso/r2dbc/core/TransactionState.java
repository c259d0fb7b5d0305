package turso.r2dbc.core;

/**
 * Where a connection stands with its transaction.
 *
 * <pre>
 *               begin, autoCommit=false,      first statement
 *               createSavepoint               (engine's BEGIN)
 * AUTO_COMMIT ------------------------&gt; PENDING -----------------&gt; ACTIVE
 *      ^   ^                               |                        |   |
 *      |   +-------------------------------+                        |   | the engine has ended it:
 *      |        commit, rollback                                    |   | an error, an interrupt,
 *      +------------------------------------------------------------+   | ON CONFLICT ROLLBACK
 *      |        commit, rollback                                        v
 *      +------------------------------------------------------------- LOST
 *               rollback; commit (which fails with 40001)
 * </pre>
 *
 * A statement's own BEGIN or SAVEPOINT leads from AUTO_COMMIT to ACTIVE, its own COMMIT or ROLLBACK back.
 * On a connection of {@code Turso.connect}, a write leads there too ({@code Autocommit.LEGACY}), or there is no
 * AUTO_COMMIT, and the end of a transaction leads to PENDING ({@code Autocommit.OFF}).
 */
public enum TransactionState {
    /** Every statement commits by itself. */
    AUTO_COMMIT,
    /** A transaction was asked for, and begins with the next statement. */
    PENDING,
    /** A transaction is open. */
    ACTIVE,
    /** The engine has ended the transaction; statements are refused, lest they commit by themselves. */
    LOST
}
