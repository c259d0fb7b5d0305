package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Execution.Tie;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * One session's part in {@link GroupCommit}: what it hands over, and what that leaves to be done on its own connection.
 *
 * <p>Confined to the session's worker, but for {@link #interrupt()}.
 */
final class GroupMember {

    private final GroupCommit group;

    private final Database database;

    private final RowCounters counters;

    private final SessionNumbers numbers;

    /** Whether something was done to the connection that others do not know of; then it keeps to itself. */
    private boolean apart;

    /** What is handed over at the moment. */
    private volatile @Nullable SharedWrite shared;

    /** Of the schema when the counters were right for the last time: none that asked for them would have let writes go. */
    private long schemaVersion;

    GroupMember(GroupCommit group, Database database, StatementCache statements, SessionNumbers numbers) {
        this.group = group;
        this.database = database;
        this.counters = new RowCounters(statements);
        this.numbers = numbers;
    }

    /**
     * {@return whether a write may be handed over, and had better be} To be asked while the session uses the database for
     * nothing else: no transaction and no cursor is open, and it is not in the lane.
     */
    boolean mayHandOver(Execution execution) throws EngineError {
        if (this.apart
                || execution.lock() != Lock.WRITE
                || execution.tie() != Tie.NONE
                || this.database.readersTakeTurns()
                || !this.group.isWorthwhile()) {
            return false;
        }
        this.counters.prepare();
        return true;
    }

    /** Hands a write over. */
    void handOver(SharedWrite write) {
        if (!this.counters.isBehind()) {
            this.schemaVersion = this.database.schemaVersion();
        }
        this.shared = write;
        this.group.submit(write);
    }

    /** A write is back: answered, or withdrawn. */
    void isBack(SharedWrite write) {
        this.shared = null;
        Outcome outcome = write.outcome();
        if (outcome == null) {
            return;
        }
        if (outcome.counts() != null) {
            this.counters.ranElsewhere(outcome.counts());
        }
        if (outcome.failure() == null) {
            this.numbers.groupedWrites.add(1);
        }
    }

    /** The session is over. */
    void leave() {
        this.database.leaveGroups(this.group);
    }

    /** Makes the write that is handed over fail, if it is running. From any thread. */
    void interrupt() {
        SharedWrite write = this.shared;
        if (write != null) {
            write.interrupt();
        }
    }

    /**
     * The session is about to run a statement on its own connection, which must not find out that others were run elsewhere. A
     * query that does not ask is let through; but a view may have begun to ask for it.
     */
    void runsItself(Execution execution) throws EngineError {
        if (execution.tie() == Tie.CHANGES) {
            this.apart = true;
        }
        if (this.counters.isBehind()
                && (execution.lock() != Lock.READ
                        || execution.tie() != Tie.NONE
                        || this.schemaVersion != this.database.schemaVersion())) {
            this.counters.catchUp();
        }
    }
}
