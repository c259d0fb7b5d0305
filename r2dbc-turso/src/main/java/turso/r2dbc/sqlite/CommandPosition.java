package turso.r2dbc.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Execution;

/** How far a command has come: which of its executions is running, and with which set of values. */
final class CommandPosition {

    private final Command command;

    private boolean inPrelude;

    private int index;

    private int set;

    CommandPosition(Command command) {
        this.command = command;
        this.inPrelude = !command.prelude().isEmpty();
    }

    Command command() {
        return this.command;
    }

    boolean isInPrelude() {
        return this.inPrelude;
    }

    /** {@return what becomes of the rows of the current execution} */
    Rows rows() {
        return this.inPrelude ? Rows.DISCARDED : this.command.rows();
    }

    /** {@return the execution that is running, or comes next; null at the end} */
    @Nullable
    Execution current() {
        List<Execution> executions = this.inPrelude ? this.command.prelude() : this.command.executions();
        return this.index < executions.size() ? executions.get(this.index) : null;
    }

    /** {@return its number among those of the command that are no prelude} */
    int index() {
        return this.index;
    }

    /** {@return which set of values comes next, or runs} */
    int set() {
        return this.set;
    }

    boolean isLastSet(Execution execution) {
        return this.set == execution.bindings().size() - 1;
    }

    /** Sets of values, of which none is the last one, have run. */
    void passSets(int count) {
        this.set += count;
    }

    /** The current execution has run with all its values. */
    void passExecution() {
        this.set = 0;
        this.index++;
        if (this.inPrelude && this.index == this.command.prelude().size()) {
            this.inPrelude = false;
            this.index = 0;
        }
    }
}
