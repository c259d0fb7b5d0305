package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets queries that wait behind one another read one snapshot of the database: to take a snapshot and to let it go is
 * most of what a small query costs in a file, and a part of it in memory.
 *
 * <p>Members are the queries that had been submitted when the snapshot was taken, and so may see it; each is a query in
 * auto-commit. Of a database in memory nobody can write a newer one while this one is held, so that whatever query comes
 * is a member. Before anything else runs, and before the worker turns to another session, the group ends.
 *
 * <p>Between two members the snapshot {@linkplain #rest() rests}: whoever wants to write may {@linkplain #revoke let it
 * go}, and need not wait for the worker, which may be telling somebody who waits for the writer.
 *
 * <p>Confined to the session's worker, but for {@link #revoke}.
 */
final class SnapshotGroup {

    /** With so many tasks waiting, a group is worth its BEGIN and COMMIT. */
    private static final int WORTHWHILE = 4;

    private static final @Nullable Object[] NO_VALUES = new Object[0];

    private enum State {
        /** There is none. */
        ENDED,
        /** The worker uses it. */
        IN_USE,
        /** Nobody uses it. */
        RESTING,
        /** Somebody lets it go: whoever wants to write, or the worker before it turns to something else. */
        BEING_REVOKED
    }

    private final Engine engine;

    /** Whether nobody can write while the snapshot is held. */
    private boolean current;

    /** Whether statements stay prepared while there is no group. */
    private final boolean keepsStatements;

    private final AtomicReference<State> state = new AtomicReference<>(State.ENDED);

    private @Nullable EngineStatement begin;

    private volatile @Nullable EngineStatement commit;

    /** Tells the members of one group from those of another. */
    private long number;

    /** Whether there is a group, unless it was revoked. */
    private boolean open;

    /** Whether the worker has run a query, and has not rested since. */
    private boolean following;

    /**
     * @param current whether nobody can write while a snapshot is held
     * @param keepsStatements whether statements stay prepared while there is no group
     */
    SnapshotGroup(Engine engine, boolean current, boolean keepsStatements) {
        this.engine = engine;
        this.current = current;
        this.keepsStatements = keepsStatements;
    }

    /**
     * Begins a group, of which all that are waiting are members, if that is worth it. A query that may be a member is about
     * to run.
     */
    void begin(TaskQueue queue) {
        boolean worthwhile = queue.waiting() >= WORTHWHILE || this.current && this.following;
        this.following = true;
        if (!worthwhile || !hasBegun()) {
            return;
        }
        this.state.lazySet(State.IN_USE);
        this.open = true;
        if (!this.current) {
            this.number++;
            queue.forEachWaiting(run -> run.group(this.number));
        }
    }

    /** {@return whether there is a snapshot to come} Otherwise each query reads by itself. */
    private boolean hasBegun() {
        try {
            EngineStatement beginning = this.begin;
            if (beginning == null || beginning.isClosed()) {
                beginning = this.engine.prepare("BEGIN");
                this.begin = beginning;
            }
            beginning.start(NO_VALUES);
            return true;
        } catch (EngineError impossible) {
            ended();
            return false;
        }
    }

    boolean isOpen() {
        return this.open;
    }

    boolean hasMember(TaskRun run) {
        return this.current || run.group() == this.number;
    }

    /** {@return whether whoever is next may be a member, too} Somebody may be asking for the next when he is told. */
    boolean hasMore(TaskQueue queue) {
        if (this.current) {
            return true;
        }
        TaskRun next = queue.nextWaiting();
        return next != null && hasMember(next);
    }

    /** The session may read something that others write while the snapshot is held. There must be no group. */
    void mayBecomeOld() {
        this.current = false;
    }

    /**
     * The worker does not use the snapshot until it {@linkplain #claim() claims} it. Who finds it in use before this, and
     * leaves word, is seen after this.
     */
    void rest() {
        if (this.open && this.current && this.state.get() == State.IN_USE) {
            this.state.set(State.RESTING);
        }
    }

    /** {@return whether the snapshot is still there, if there was one} */
    boolean claim() {
        while (this.open) {
            State now = this.state.get();
            if (now == State.IN_USE || now == State.RESTING && this.state.compareAndSet(now, State.IN_USE)) {
                return true;
            }
            if (now == State.ENDED) {
                ended();
                return false;
            }
            // Another thread is ending an empty transaction, or is to go on doing so.
            Thread.yield();
        }
        return true;
    }

    /**
     * Lets the snapshot go if it rests, or waits for one who is doing so. From any thread.
     *
     * @param left runs when it is gone, and before its session can go on, which waits for that: must take no time
     * @return whether it has been let go
     */
    boolean revoke(Runnable left) {
        boolean waited = false;
        while (!this.state.compareAndSet(State.RESTING, State.BEING_REVOKED)) {
            if (this.state.get() != State.BEING_REVOKED) {
                return waited;
            }
            waited = true;
            // Another thread is ending an empty transaction, or is to go on doing so.
            Thread.yield();
        }
        try {
            letGo();
            left.run();
        } finally {
            this.state.lazySet(State.ENDED);
        }
        return true;
    }

    /**
     * Ends the group, if there is one, which the worker has claimed. Queries that are half read keep their snapshot by
     * themselves.
     */
    void end() {
        if (this.open) {
            this.state.lazySet(State.ENDED);
            try {
                letGo();
            } finally {
                ended();
            }
        }
    }

    private void ended() {
        this.open = false;
        if (!this.keepsStatements) {
            close();
        }
    }

    /** The worker turns to something else. */
    void pause() {
        this.following = false;
    }

    private void letGo() {
        for (int attempt = 1; ; attempt++) {
            try {
                commit().start(NO_VALUES);
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

    private EngineStatement commit() throws EngineError {
        EngineStatement ending = this.commit;
        if (ending == null || ending.isClosed()) {
            ending = this.engine.prepare("COMMIT");
            this.commit = ending;
        }
        return ending;
    }

    /** Finalises its statements. There must be no group. */
    void close() {
        close(this.begin);
        close(this.commit);
    }

    private static void close(@Nullable EngineStatement statement) {
        if (statement != null) {
            statement.close();
        }
    }
}
