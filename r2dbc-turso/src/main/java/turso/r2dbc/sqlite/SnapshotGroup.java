package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * Lets queries that wait behind one another read one snapshot of the database: to take a snapshot and to let it go is
 * most of what a small query costs in a file, and a part of it in memory.
 *
 * <p>Members are the queries that had been submitted when the snapshot was taken, and so may see it; each is a query in
 * auto-commit. Before anything else runs, and before the worker turns to another session, the group ends.
 *
 * <p>Confined to the session's worker.
 */
final class SnapshotGroup {

    /** With so many tasks waiting, a group is worth its BEGIN and COMMIT. */
    private static final int WORTHWHILE = 4;

    private static final @Nullable Object[] NO_VALUES = new Object[0];

    private final StatementCache statements;

    /** Tells the members of one group from those of another. */
    private long number;

    private boolean open;

    SnapshotGroup(StatementCache statements) {
        this.statements = statements;
    }

    /** Begins a group, of which all that are waiting are members, if that is worth it. */
    void begin(TaskQueue queue) {
        if (queue.waiting() < WORTHWHILE) {
            return;
        }
        try {
            run("BEGIN");
        } catch (EngineError impossible) {
            // Then each of them reads by itself.
            return;
        }
        this.open = true;
        this.number++;
        queue.forEachWaiting(run -> run.group(this.number));
    }

    boolean isOpen() {
        return this.open;
    }

    boolean hasMember(TaskRun run) {
        return run.group() == this.number;
    }

    /** {@return whether the next one to begin is a member, too} */
    boolean hasMore(TaskQueue queue) {
        TaskRun next = queue.nextWaiting();
        return next != null && hasMember(next);
    }

    /** Ends the group, if there is one. Queries that are half read keep their snapshot by themselves. */
    void end() {
        if (!this.open) {
            return;
        }
        this.open = false;
        for (int attempt = 1; ; attempt++) {
            try {
                run("COMMIT");
                return;
            } catch (EngineError error) {
                if (error.failure().code() != Codes.INTERRUPT) {
                    // An error of a member has ended the transaction; it had nothing to lose.
                    return;
                }
                if (attempt == Engine.LATE_INTERRUPTS) {
                    throw new IllegalStateException("A group's transaction could not be ended", error);
                }
                // Meant for the last member, which has run already. Whatever comes next must not find a transaction.
            }
        }
    }

    private void run(String sql) throws EngineError {
        EngineStatement statement = this.statements.acquire(sql);
        try {
            statement.start(NO_VALUES);
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
    }
}
