package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * Writes of several sessions that wait for the {@link Lane} together, at the place of the first of them, and share a
 * transaction when it is their turn.
 *
 * <p>They are run in the order in which they came, and none is answered before what it has seen of the others is committed.
 * One that makes SQLite undo the whole transaction leaves the group, and those before it are run again. What takes long is
 * committed before the rest.
 *
 * <p>Whatever goes wrong with the group and not with a single one of them, they are left to their sessions, so that each has
 * an outcome of its own; unless nobody knows how far a commit has got.
 */
final class WriteGroup implements Lane.Member, Runnable {

    /** What has run for so long is committed, and answered, before the group goes on. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LONGEST_DELAY = TimeUnit.MILLISECONDS.toNanos(32);

    /** How far a transaction is, and so what those are told that have run, should the group end now. */
    private enum Stage {
        /** Nothing of it stays: each is left to its session. */
        OPEN,
        /** Nobody knows what stays: each has failed. */
        COMMITTING,
        /** Each has the outcome that it had. */
        COMMITTED
    }

    private record Executed(SharedWrite write, Outcome outcome) {}

    private final GroupCommit owner;

    /** Guarded by the owner until the group begins; from then on its turns', which come one after another. */
    private final Deque<SharedWrite> writes = new ArrayDeque<>();

    /** Those that have run in the transaction that is open. */
    private final Deque<Executed> executed = new ArrayDeque<>();

    /** Those that have undone a transaction, in which they have seen what is being done again in this one. */
    private final Deque<Executed> undoing = new ArrayDeque<>();

    private Stage stage = Stage.OPEN;

    /** What went wrong while committing. */
    private EngineFailure failure = EngineFailure.of(Reason.INTERNAL, "The commit has not come to its end");

    private boolean begun;

    private long delay = FIRST_DELAY;

    private int committed;

    private volatile int size;

    private volatile String statement = "none";

    WriteGroup(GroupCommit owner) {
        this.owner = owner;
    }

    /** For the owner, until the group begins. */
    void add(SharedWrite write) {
        this.writes.addLast(write);
        this.size = this.writes.size();
    }

    @Override
    public void laneGranted() {
        this.owner.granted(this);
    }

    /** A turn of the group, which has the lane. */
    @Override
    public void run() {
        if (!this.begun) {
            this.begun = true;
            this.owner.begins(this);
        }
        boolean over = true;
        try {
            over = turn();
        } catch (Throwable thrown) {
            // Also what Reactor calls fatal: nobody is to wait for ever, neither for an answer nor for the lane.
            this.failure = new EngineFailure(Reason.INTERNAL, 0, String.valueOf(thrown), null, thrown);
            this.owner.broken(thrown);
        } finally {
            if (over) {
                end();
            }
        }
    }

    /** {@return whether the group is over} If not, there is another turn, which may have begun already. */
    private boolean turn() {
        this.writes.removeIf(write -> !write.isWanted());
        if (this.writes.isEmpty()) {
            return true;
        }
        GroupConnection connection;
        try {
            connection = this.owner.connection();
            if (connection == null || !begin(connection)) {
                return true;
            }
        } catch (EngineError error) {
            return !tryLater(error.failure());
        }
        return transaction(connection);
    }

    /** Begins a transaction. @return false if the schema does not let writes share one */
    private boolean begin(GroupConnection connection) throws EngineError {
        if (connection.begin()) {
            return true;
        }
        this.owner.unfit();
        return false;
    }

    /** @return whether there will be another turn: another process is in the way, and not something else */
    private boolean tryLater(EngineFailure conflict) {
        if (!Codes.isLockConflict(conflict.code())) {
            this.owner.discardConnection();
            return false;
        }
        this.writes.forEach(write -> write.conflict(conflict));
        long pause = this.delay;
        this.delay = Math.min(pause * 2, LONGEST_DELAY);
        Timers.schedule(() -> this.owner.execute(this), pause);
        return true;
    }

    /** Goes on with a transaction that has begun. @return whether the group is over */
    private boolean transaction(GroupConnection connection) {
        try {
            long began = System.nanoTime();
            while (!execute(connection, began)) {
                if (!begin(connection)) {
                    return true;
                }
            }
            this.stage = Stage.COMMITTING;
            connection.commit();
            this.stage = Stage.COMMITTED;
        } catch (EngineError error) {
            undo(error.failure());
            return true;
        }
        this.owner.committed();
        this.committed += this.executed.size();
        if (this.writes.isEmpty()) {
            return true;
        }
        tell();
        this.stage = Stage.OPEN;
        this.owner.execute(this);
        return false;
    }

    /**
     * Runs writes until there are no more, or it is time to commit.
     *
     * @param began when this turn has begun to run writes
     * @return false if one of them has undone the transaction
     */
    private boolean execute(GroupConnection connection, long began) throws EngineError {
        SharedWrite write;
        while ((write = this.writes.peekFirst()) != null) {
            if (!write.take()) {
                this.writes.removeFirst();
                continue;
            }
            this.statement = write.execution().sql();
            Outcome outcome = connection.run(write);
            EngineFailure own = outcome.failure();
            if (own != null && own.primaryCode() == Codes.FULL && !this.executed.isEmpty()) {
                // The room may have been taken by others, who may not get it in the end.
                throw new EngineError(own);
            }
            this.executed.addLast(new Executed(this.writes.removeFirst(), outcome));
            if (own != null && !connection.isTransactionOpen()) {
                this.undoing.addLast(this.executed.removeLast());
                while (!this.executed.isEmpty()) {
                    this.writes.addFirst(this.executed.removeLast().write());
                }
                return false;
            }
            if (System.nanoTime() - began > SLICE) {
                return true;
            }
        }
        return true;
    }

    /** Makes sure that nothing of the transaction stays, as far as that is possible. */
    private void undo(EngineFailure why) {
        if (why.primaryCode() != Codes.IOERR) {
            this.stage = Stage.OPEN;
        }
        this.failure = new EngineFailure(why.reason(), why.code(), why.message(), null, why.cause());
        // It may have had a part in it.
        this.owner.discardConnection();
    }

    private void end() {
        this.size = 0;
        this.owner.tells();
        try {
            this.owner.ended(this, this.committed);
        } finally {
            // Only now: with the last of them its database may go.
            tellAll();
        }
    }

    private void tellAll() {
        try {
            tell();
            this.writes.forEach(write -> write.answer(null));
        } finally {
            this.owner.hasTold();
        }
    }

    /** Tells those that have run. */
    private void tell() {
        tell(this.executed);
        tell(this.undoing);
    }

    private void tell(Deque<Executed> those) {
        Executed next;
        while ((next = those.pollFirst()) != null) {
            next.write().answer(verdict(next.outcome()));
        }
    }

    private @Nullable Outcome verdict(Outcome outcome) {
        return switch (this.stage) {
            case OPEN -> null;
            case COMMITTING -> Outcome.failed(this.failure, outcome.counts());
            case COMMITTED -> outcome;
        };
    }

    @Override
    public void makeWay() {
        // It never reads.
    }

    @Override
    public int size() {
        return this.size;
    }

    @Override
    public String describe() {
        return this.statement;
    }
}
