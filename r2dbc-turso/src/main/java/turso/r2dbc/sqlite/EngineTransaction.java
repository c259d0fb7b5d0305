package turso.r2dbc.sqlite;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Task;

/**
 * What a session knows about the engine's transaction, and the session's place in the write lane, which it keeps from
 * the first statement that writes until the transaction is over.
 *
 * <p>Confined to the session's worker, but for the lane's call-backs.
 */
final class EngineTransaction implements WriteLane.Writer {

    private final Engine engine;

    private final Database database;

    private final Consumer<Task> granted;

    private boolean open;

    private boolean openedBySavepoint;

    private boolean schemaChanged;

    private boolean inLane;

    /** The task that entered the lane outside a transaction. */
    private @Nullable Task writer;

    /** Whether the command that is running has ended the transaction. */
    private boolean transactionEnded;

    /** The task because of which this session is in the queue for the lane; set before the lane can call back. */
    private volatile @Nullable Task waiting;

    private volatile String lastWrite = "none";

    EngineTransaction(Engine engine, Database database, Consumer<Task> granted) {
        this.engine = engine;
        this.database = database;
        this.granted = granted;
    }

    boolean isOpen() {
        return this.open;
    }

    /** Makes sure that this session may write. @return false if the run must wait */
    boolean enterLane(CommandRun run) throws EngineError {
        if (!this.inLane) {
            WriteLane lane = this.database.lane();
            boolean queued = this.waiting != null;
            this.waiting = run.task();
            if (queued ? !lane.isHeldBy(this) : !lane.enter(this)) {
                awaitLane(run, lane);
                return false;
            }
            this.inLane = true;
            this.waiting = null;
        }
        if (!this.open) {
            this.writer = run.task();
        }
        this.lastWrite = run.sql();
        return true;
    }

    private static void awaitLane(CommandRun run, WriteLane lane) throws EngineError {
        LockWait wait = run.lockWait();
        if (wait.expired()) {
            throw new EngineError(wait.timeout("held by " + lane.describeHolder(), null));
        }
        wait.awaitGrant();
    }

    /** Another process, or another lock of this one, is in the way: the run is tried again after a pause. */
    void retryLater(CommandRun run, EngineFailure conflict) throws EngineError {
        LockWait wait = run.lockWait();
        if (wait.expired()) {
            throw new EngineError(wait.timeout(conflict.message(), conflict));
        }
        wait.awaitRetry();
    }

    /** Follows a statement that succeeded. */
    void executed(Execution execution) {
        switch (execution.effect()) {
            case NONE -> {}
            case BEGIN -> this.open = true;
            case END -> ended();
            case SAVEPOINT -> {
                this.openedBySavepoint |= !this.open;
                this.open = true;
            }
            case ROLLBACK_TO -> {
                if (this.schemaChanged) {
                    // Perhaps it is as it was before.
                    this.database.schemaChanged();
                }
            }
            case RELEASE -> {
                if (this.openedBySavepoint) {
                    synchronize();
                }
            }
        }
        if (execution.changesSchema()) {
            this.schemaChanged = this.open;
            this.database.schemaChanged();
        }
    }

    /** Asks the engine whether the transaction is still open: an error, an interrupt or a RELEASE may have ended it. */
    void synchronize() {
        if (this.open && !this.engine.probeTransaction()) {
            ended();
        }
    }

    private void ended() {
        this.open = false;
        this.transactionEnded = true;
        this.openedBySavepoint = false;
        if (this.schemaChanged) {
            this.schemaChanged = false;
            // Others may have looked at the schema between the statement and the commit.
            this.database.schemaChanged();
        }
    }

    /**
     * Leaves the lane, or the queue for it, where the command that has ended was the reason to be there. A command may
     * end while another one waits or writes: a stream of rows goes on beside it.
     */
    void commandEnded(CommandRun run) {
        boolean done = this.waiting == run.task()
                || this.inLane && !this.open && (this.writer == run.task() || this.transactionEnded);
        this.transactionEnded = false;
        if (done) {
            leaveLane();
        }
    }

    private void leaveLane() {
        this.inLane = false;
        this.waiting = null;
        this.writer = null;
        this.database.lane().leave(this);
    }

    /** Closes the engine, which rolls an open transaction back, and only then lets others write. */
    void close() throws EngineError {
        try {
            this.open = false;
            this.engine.close();
        } finally {
            leaveLane();
        }
    }

    @Override
    public void laneGranted() {
        Task task = this.waiting;
        if (task != null) {
            this.granted.accept(task);
        }
    }

    @Override
    public String describe() {
        return this.lastWrite;
    }
}
