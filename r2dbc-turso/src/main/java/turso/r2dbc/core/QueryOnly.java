package turso.r2dbc.core;

import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;

/**
 * SQLite's {@code query_only}, by which a read-only transaction refuses writes. It outlives the transaction in the engine,
 * and is undone together with whatever comes next. Confined to the session's worker.
 */
final class QueryOnly {

    private static final Execution ON = Execution.of("PRAGMA query_only = 1", Effect.NONE, false);

    private static final Execution OFF = Execution.of("PRAGMA query_only = 0", Effect.NONE, false);

    /** Whether the engine may still refuse writes. */
    private boolean imposed;

    /** Whether the command that is running ends that. */
    private boolean restoring;

    boolean isImposed() {
        return this.imposed;
    }

    /** A command is put together. */
    void newCommand() {
        this.restoring = false;
    }

    /** {@return what a command has to run so that the engine writes again} */
    Execution restore() {
        this.restoring = true;
        return OFF;
    }

    /** {@return what a command has to run so that the engine refuses writes} */
    Execution impose() {
        this.restoring = false;
        this.imposed = true;
        return ON;
    }

    /** The command has run whole. */
    void commandSucceeded() {
        if (this.restoring) {
            this.restoring = false;
            this.imposed = false;
        }
    }
}
