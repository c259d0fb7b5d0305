package turso.r2dbc.session;

/** What a statement does to the session's transaction when it succeeds. */
public enum Effect {
    /** Nothing. */
    NONE,
    /** Opens a transaction. */
    BEGIN,
    /** Ends the transaction: COMMIT, END or ROLLBACK. */
    END,
    /** Sets a savepoint, which opens a transaction where none is open. */
    SAVEPOINT,
    /** Undoes what came after a savepoint. */
    ROLLBACK_TO,
    /** Releases a savepoint, which ends a transaction that this savepoint opened. */
    RELEASE
}
