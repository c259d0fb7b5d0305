package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * Writes of several sessions that wait for the {@link Lane} together, at the place of the first of them, and share a
 * transaction when it is their turn.
 *
 * <p>They are run in the order in which they came. None is answered before the commit, but those that have failed. One that
 * makes SQLite undo the whole transaction leaves the group with its error, and those before it are run again: nobody has
 * been told of them. What takes long is committed before the rest.
 */
final class WriteGroup implements Lane.Member, Runnable {

    /** What has run for so long is committed, and answered, before the group goes on. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LONGEST_DELAY = TimeUnit.MILLISECONDS.toNanos(32);

    private record Executed(SharedWrite write, Outcome outcome) {}

    private final GroupCommit owner;

    /** Guarded by the owner until the group begins; from then on its turns', which come one after another. */
    private final Deque<SharedWrite> writes = new ArrayDeque<>();

    /** Those that have run in the transaction that is open. */
    private final List<Executed> executed = new ArrayList<>();

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
        this.owner.execute(this);
    }

    /** A turn of the group, which has the lane. */
    @Override
    public void run() {
        if (!this.begun) {
            this.begun = true;
            this.owner.begins(this);
        }
        try {
            turn();
        } catch (Throwable failure) {
            // Also what Reactor calls fatal: whoever waits is told, and others get the lane.
            try {
                this.owner.discardConnection();
            } finally {
                end(Outcome.failed(
                        new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure), null, failure), null));
            }
        }
    }

    private void turn() {
        this.writes.removeIf(write -> !write.isWanted());
        if (this.writes.isEmpty()) {
            end(null);
            return;
        }
        GroupConnection connection;
        try {
            connection = this.owner.connection();
            if (connection == null) {
                end(null);
                return;
            }
            connection.begin();
        } catch (EngineError error) {
            notBegun(error.failure());
            return;
        }
        transaction(connection);
    }

    /** Another process is in the way, or the file cannot be opened once more. */
    private void notBegun(EngineFailure failure) {
        if (!Codes.isLockConflict(failure.code())) {
            end(null);
            return;
        }
        this.writes.forEach(write -> write.conflict(failure));
        Timers.schedule(() -> this.owner.execute(this), this.delay);
        this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
    }

    private void transaction(GroupConnection connection) {
        try {
            if (!connection.isFit()) {
                connection.rollBack();
                this.owner.unfit();
                end(null);
                return;
            }
            execute(connection);
            connection.commit();
        } catch (EngineError error) {
            connection.rollBack();
            failed(error.failure());
            return;
        }
        this.owner.committed();
        this.committed += this.executed.size();
        goOn();
    }

    /** Runs writes until there are no more, or it is time to commit. */
    private void execute(GroupConnection connection) throws EngineError {
        long began = System.nanoTime();
        SharedWrite write;
        while ((write = this.writes.peekFirst()) != null) {
            if (!write.take()) {
                this.writes.removeFirst();
                continue;
            }
            this.statement = write.execution().sql();
            Outcome outcome = connection.run(write);
            // Only now, so that it is answered whatever happens.
            this.writes.removeFirst();
            EngineFailure failure = outcome.failure();
            if (failure != null && !connection.isTransactionOpen()) {
                againWithout(write, outcome);
                connection.begin();
                began = System.nanoTime();
                continue;
            }
            this.executed.add(new Executed(write, outcome));
            if (System.nanoTime() - began > SLICE) {
                return;
            }
        }
    }

    /** A write has made SQLite undo the transaction, and with it what was done for others. */
    private void againWithout(SharedWrite write, Outcome outcome) {
        for (int i = this.executed.size() - 1; i >= 0; i--) {
            this.writes.addFirst(this.executed.get(i).write());
        }
        this.executed.clear();
        write.answer(outcome);
    }

    /**
     * The transaction could not be committed. Where the disk is full, it may be so for a single one of them, so that each
     * is left to try by itself; any other error is everybody's.
     */
    private void failed(EngineFailure failure) {
        boolean full = (failure.code() & 0xFF) == Codes.FULL;
        List<Executed> undone = List.copyOf(this.executed);
        this.executed.clear();
        EngineFailure everybodys =
                new EngineFailure(failure.reason(), failure.code(), failure.message(), null, failure.cause());
        // The connection may have had a part in it.
        this.owner.discardConnection();
        end(null);
        for (Executed each : undone) {
            if (each.outcome().failure() != null) {
                each.write().answer(each.outcome());
            } else {
                each.write()
                        .answer(
                                full
                                        ? null
                                        : Outcome.failed(
                                                everybodys, each.outcome().counts()));
            }
        }
    }

    /** What has run is committed. */
    private void goOn() {
        List<Executed> answers = List.copyOf(this.executed);
        this.executed.clear();
        if (this.writes.isEmpty()) {
            // Before they are answered: with the last of them its database may go.
            leave();
            answers.forEach(each -> each.write().answer(each.outcome()));
            return;
        }
        answers.forEach(each -> each.write().answer(each.outcome()));
        this.owner.execute(this);
    }

    /** The group is over. @param outcome for those that are left; null leaves them to their sessions */
    private void end(@Nullable Outcome outcome) {
        List<SharedWrite> left = new ArrayList<>();
        this.executed.forEach(each -> left.add(each.write()));
        left.addAll(this.writes);
        this.executed.clear();
        this.writes.clear();
        leave();
        left.forEach(write -> write.answer(outcome));
    }

    private void leave() {
        this.size = 0;
        this.owner.ended(this, this.committed);
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
