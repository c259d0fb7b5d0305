package turso.r2dbc.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;

/**
 * A unit of work of one session, from its submission to its end; in the R2DBC layer it is the subscription itself.
 *
 * <p>The session asks {@link #next()} what to do, runs the command it gets, reports what came of it, and asks again,
 * until the answer is {@link Step.Rest#DONE}. All these calls are made on the session's worker, one at a time, so a
 * task needs no locks for what it keeps between them. While a task has a command running, no new task of the session
 * starts; one that pauses, or whose rows find no demand, lets others pass.
 *
 * <p>Demand and cancellation may come from any thread.
 */
public abstract class Task {

    private static final AtomicLongFieldUpdater<Task> DEMAND = AtomicLongFieldUpdater.newUpdater(Task.class, "demand");

    private static final AtomicIntegerFieldUpdater<Task> SIGNALS =
            AtomicIntegerFieldUpdater.newUpdater(Task.class, "signals");

    /** The demand of a task that its session does not know yet. */
    private static final long NOT_SUBMITTED = -1;

    private final Session session;

    private volatile long demand;

    private volatile boolean cancelled;

    private volatile int signals;

    private @Nullable Object sessionState;

    protected Task(Session session) {
        this.session = session;
        // Whoever gets to know the task gets to know this.
        DEMAND.lazySet(this, NOT_SUBMITTED);
    }

    /** {@return what to run now} Called on the worker, after everything about the last command has been reported. */
    public abstract Step next();

    /** The columns of the statement whose rows follow. Not called for a statement without columns. */
    public void onColumns(Columns columns) {}

    /** The current row; the reader is valid during this call only. */
    public void onRow(RowReader row) {}

    /** The command stands at a row that nobody has asked for yet, and the engine has stopped working for it. */
    public void onPaused() {}

    /**
     * An execution has finished for one set of values.
     *
     * @param execution index in the command's list
     * @param changes rows the statement inserted, updated or deleted; meaningful for such statements only
     */
    public void onExecuted(int execution, long changes) {}

    /** The command has run whole. */
    public void onSuccess() {}

    /** The command has failed, or was cancelled; what ran before the failing statement stays run. */
    public abstract void onFailure(EngineFailure failure);

    /**
     * The session ends this task: it was cancelled before it began, a bound is reached, or the session is closed.
     * Nothing is called after it. When a bound is reached, this comes on the submitting thread.
     */
    public abstract void onAbandoned(EngineFailure failure);

    /**
     * {@return whether a cancelled task that has not begun may be dropped without a trace} False for work that must
     * happen once it is asked for: commit, rollback, close.
     */
    public boolean droppable() {
        return true;
    }

    /** {@return whether the session's bound of queued tasks applies} */
    public boolean bounded() {
        return true;
    }

    /** {@return the session this task belongs to} */
    protected final Session session() {
        return this.session;
    }

    /** Hands the task to its session; called once, at the first demand. */
    protected void submitTask() {
        this.session.submit(this);
    }

    /** Adds to the demand, from any thread. The first demand submits the task. */
    protected final void addDemand(long n) {
        if (this.demand == NOT_SUBMITTED && DEMAND.compareAndSet(this, NOT_SUBMITTED, n)) {
            submitTask();
        } else if (Operators.addCap(DEMAND, this, n) == 0) {
            this.session.wake(this);
        }
    }

    /**
     * Asks for the end of the task, from any thread.
     *
     * @return whether it was never submitted, so that the session knows nothing of it
     */
    protected final boolean cancelTask() {
        this.cancelled = true;
        if (this.demand == NOT_SUBMITTED && DEMAND.compareAndSet(this, NOT_SUBMITTED, 0)) {
            return true;
        }
        this.session.cancel(this);
        return false;
    }

    /** {@return whether {@link #cancelTask()} was called} */
    public final boolean isCancelled() {
        return this.cancelled;
    }

    /** {@return how many rows are wanted now, once there was any demand; {@link Long#MAX_VALUE} is without bound} */
    public final long demand() {
        return this.demand;
    }

    /** Takes delivered rows off the demand. @return what is left */
    public final long delivered(long rows) {
        return Operators.produced(DEMAND, this, rows);
    }

    /** For the session: sets a signal. @return whether none was set before, so that the task must be enqueued */
    public final boolean signal(int bits) {
        for (; ; ) {
            int current = this.signals;
            if ((current & bits) == bits && current != 0) {
                return false;
            }
            if (SIGNALS.compareAndSet(this, current, current | bits)) {
                return current == 0;
            }
        }
    }

    /** For the session: takes all signals set so far. */
    public final int takeSignals() {
        return SIGNALS.getAndSet(this, 0);
    }

    /** For the session: what it keeps about this task; confined to the worker. */
    public final @Nullable Object sessionState() {
        return this.sessionState;
    }

    /** For the session: see {@link #sessionState()}. */
    public final void sessionState(@Nullable Object state) {
        this.sessionState = state;
    }
}
