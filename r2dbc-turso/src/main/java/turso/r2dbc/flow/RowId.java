package turso.r2dbc.flow;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.sql.StatementKind;

/**
 * Asks for the rowid of what a statement has inserted, in the same command, so that nothing comes in between.
 *
 * @see <a href="https://www.sqlite.org/c3ref/last_insert_rowid.html">Last Insert Rowid</a>
 */
final class RowId {

    private static final Execution QUESTION = Execution.of("SELECT last_insert_rowid()", Effect.NONE, false);

    private final PlannedStatement statement;

    /** Whether the statement has run, and what comes now is the answer. */
    private boolean executed;

    private boolean inserted;

    private long value;

    RowId(PlannedStatement statement) {
        this.statement = statement;
    }

    /** {@return whether the statement may insert} */
    boolean isAsked() {
        return this.statement.kind() == StatementKind.INSERT;
    }

    /** {@return the statement, and the question behind it} */
    List<Execution> executions() {
        Execution execution = this.statement.execution();
        return isAsked() ? List.of(execution, QUESTION) : List.of(execution);
    }

    /** {@return whether the row was the answer} */
    boolean onRow(RowReader row) {
        if (!this.executed) {
            return false;
        }
        this.value = row.longValue(0);
        return true;
    }

    void onExecuted(int execution, long changes) {
        if (execution == 0) {
            this.executed = true;
            this.inserted = isAsked() && changes > 0;
        }
    }

    /** {@return the rowid, or null if the statement has inserted nothing} SQLite's 0 says that there never was one. */
    @Nullable
    Long value() {
        return this.inserted && this.value != 0 ? this.value : null;
    }
}
