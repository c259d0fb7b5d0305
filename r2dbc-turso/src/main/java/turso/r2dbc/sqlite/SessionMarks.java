package turso.r2dbc.sqlite;

import java.util.List;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Execution.Tie;

/**
 * What one session has to do with {@link ReadMarks}: it says that it runs queries, and has them let go of for what may be a
 * checkpoint.
 *
 * <p>Confined to the session's worker.
 */
final class SessionMarks {

    private final Database database;

    private final boolean readOnly;

    private int queries;

    /** Whether the session may have to do with other files too. */
    private boolean mayHaveAttached;

    /** What is let go of because of the command that is running. */
    private List<ReadMarks> letGo = List.of();

    SessionMarks(Database database, boolean readOnly) {
        this.database = database;
        this.readOnly = readOnly;
    }

    /** A statement is about to be run, and has the locks of this process that it needs. */
    void runs(Execution execution, boolean inTransaction) {
        if (execution.tie() == Tie.CHANGES) {
            this.mayHaveAttached = true;
        }
        if (inTransaction || this.readOnly) {
            return;
        }
        if (execution.lock() == Lock.READ) {
            this.queries++;
            if (this.queries % ReadMarks.BATCH == 0) {
                queried();
            }
        } else if (execution.writes() && execution.effect() == Effect.NONE && execution.tie() != Tie.NONE) {
            // It may be a PRAGMA that makes a checkpoint.
            letGo();
        }
    }

    private void queried() {
        ReadMarks marks = this.database.readMarks();
        if (marks != null) {
            marks.queried();
        }
    }

    private void letGo() {
        if (this.letGo.isEmpty()) {
            ReadMarks own = this.database.readMarks();
            this.letGo = this.mayHaveAttached ? Databases.readMarks() : own == null ? List.of() : List.of(own);
            this.letGo.forEach(ReadMarks::beginCheckpoint);
        }
    }

    /** A command of the session has ended, or the session. */
    void ended() {
        if (!this.letGo.isEmpty()) {
            this.letGo.forEach(ReadMarks::endCheckpoint);
            this.letGo = List.of();
        }
    }
}
