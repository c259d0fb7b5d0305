package turso.r2dbc.sqlite;

/**
 * The snapshot that queries of one session share: when it is taken, used, left to whoever wants to write, and let go.
 * {@link SnapshotGroup} does that; this decides it, by what else the session does.
 *
 * <p>Confined to the session's worker.
 */
final class SessionSnapshot {

    private final SnapshotGroup group;

    private final LanePlace place;

    private final OpenCursors cursors;

    private final EngineTransaction transaction;

    private final TaskQueue queue;

    SessionSnapshot(
            SnapshotGroup group, LanePlace place, OpenCursors cursors, EngineTransaction transaction, TaskQueue queue) {
        this.group = group;
        this.place = place;
        this.cursors = cursors;
        this.transaction = transaction;
        this.queue = queue;
    }

    /** Takes the snapshot or lets it go, as the run needs it that is about to go on. */
    void prepareFor(TaskRun run) {
        claim();
        CommandRun commands = run.commands();
        if (commands.isAmongRows() || this.group.isOpen() && this.group.hasMember(run) && commands.isPlainQuery()) {
            return;
        }
        end();
        if (!this.transaction.isOpen() && this.cursors.isEmpty() && commands.isPlainQuery()) {
            this.group.begin(this.queue);
        }
    }

    /** It is about to be used, or let go; unless that has been done for one who writes. */
    private void claim() {
        if (!this.group.claim()) {
            this.place.readingWasEnded();
        }
    }

    /** Somebody is about to be told something. Whoever wants to write meanwhile need not wait for that. */
    void rest() {
        if (this.cursors.isEmpty()) {
            this.group.rest();
            if (this.place.isWayWanted()) {
                end();
            }
        }
    }

    /** The worker turns to other things, or a run waits: nobody is to keep a snapshot for that long. */
    void end() {
        // Whoever wants to write finds a snapshot that nobody uses, or waits for its end, which is a moment.
        this.place.endRest();
        claim();
        if (this.group.isOpen()) {
            this.group.end();
            this.place.readingEnded(isReading());
        }
    }

    /** The worker turns to other things. */
    void pause() {
        end();
        this.group.pause();
    }

    /** A command has ended, and is to be told. */
    void commandEnded() {
        claim();
        if (this.group.isOpen() && (this.place.isWayWanted() || !this.group.hasMore(this.queue))) {
            // Who gets the last answer may rely on the snapshot being let go.
            this.group.end();
        }
    }

    /** {@return whether something that is not running keeps a snapshot} */
    boolean isReading() {
        return this.group.isOpen() || !this.cursors.isEmpty() || this.transaction.isOpen();
    }

    /** See {@link SnapshotGroup#mayBecomeOld()}. */
    void mayBecomeOld() {
        this.group.mayBecomeOld();
    }

    /** The session is over. */
    void close() {
        end();
        this.group.close();
    }
}
