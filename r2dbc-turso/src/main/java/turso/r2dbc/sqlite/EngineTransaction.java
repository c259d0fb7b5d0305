package turso.r2dbc.sqlite;

import turso.r2dbc.session.Execution;

/**
 * What a session knows about the engine's transaction, which SQLite does not tell and statements of any kind may begin
 * and end.
 *
 * <p>Confined to the session's worker.
 */
final class EngineTransaction {

    private final Engine engine;

    private final Database database;

    private boolean open;

    private boolean openedBySavepoint;

    private boolean schemaChanged;

    /** Whether the command that is running has ended the transaction. */
    private boolean ended;

    EngineTransaction(Engine engine, Database database) {
        this.engine = engine;
        this.database = database;
    }

    boolean isOpen() {
        return this.open;
    }

    /** Follows a statement that succeeded. */
    void executed(Execution execution) {
        switch (execution.effect()) {
            case NONE -> {}
            case BEGIN -> this.open = true;
            case END -> end();
            case SAVEPOINT -> {
                this.openedBySavepoint |= !this.open;
                this.open = true;
            }
            case ROLLBACK_TO -> {
                if (this.schemaChanged) {
                    // Perhaps it is as it was before.
                    this.database.schemaChanged();
                }
            }
            case RELEASE -> {
                if (this.openedBySavepoint) {
                    synchronize();
                }
            }
        }
        if (execution.changesSchema()) {
            this.schemaChanged = this.open;
            this.database.schemaChanged();
        }
    }

    /** Asks the engine whether the transaction is still open: an error, an interrupt or a RELEASE may have ended it. */
    void synchronize() {
        if (this.open && !this.engine.probeTransaction()) {
            end();
        }
    }

    private void end() {
        this.open = false;
        this.ended = true;
        this.openedBySavepoint = false;
        if (this.schemaChanged) {
            this.schemaChanged = false;
            // Others may have looked at the schema between the statement and the commit.
            this.database.schemaChanged();
        }
    }

    /** {@return whether the command that has just ended has ended the transaction} To be asked once. */
    boolean takeEnded() {
        boolean was = this.ended;
        this.ended = false;
        return was;
    }

    /** The engine has been closed, which rolls an open transaction back. */
    void closed() {
        this.open = false;
    }
}
