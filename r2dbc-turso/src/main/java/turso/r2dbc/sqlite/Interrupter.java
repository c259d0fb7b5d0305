package turso.r2dbc.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Task;

/**
 * Stops the engine while it works for one particular task, and never at another moment: an interrupt ends whatever
 * statements the connection is running, so that a late one would hit the wrong one.
 *
 * @see <a href="https://www.sqlite.org/c3ref/interrupt.html">sqlite3_interrupt</a>
 */
final class Interrupter {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(64);

    /** Stands for "being interrupted"; the worker does not go on until it is gone. */
    private static final Object INTERRUPTING = new Object();

    private final Engine engine;

    /** The task the engine works for, or {@link #INTERRUPTING}, or null. */
    private final AtomicReference<@Nullable Object> working = new AtomicReference<>();

    /** Whether the engine asks whether to stop. On the worker only. */
    private boolean watching;

    /** What the connection had counted when the statement began, while the engine asks. */
    private long totalChanges;

    Interrupter(Engine engine) {
        this.engine = engine;
    }

    /** {@return what the engine works for, if it is a run of this session} From any thread. */
    @Nullable
    CommandRun running() {
        Object now;
        while ((now = this.working.get()) == INTERRUPTING) {
            // Another thread is between two instructions of interrupt().
            Thread.onSpinWait();
        }
        return now instanceof Task task && task.sessionState() instanceof TaskRun run ? run.commands() : null;
    }

    /** The engine begins to work for the task, which may be one of another session; {@link #leave} must follow. */
    void enter(Task task) {
        this.working.set(task);
    }

    /**
     * Goes on with a run while other cursors of the connection are open. An interrupt would end those too, so the engine
     * asks every so often whether to stop.
     */
    CommandRun.Progress runBeside(CommandRun run) {
        this.engine.watch(run::shouldStopStatement);
        this.watching = true;
        try {
            return run.advance(true);
        } finally {
            this.watching = false;
            this.engine.unwatch();
        }
    }

    /** A statement is about to begin; see {@link #isLate}. */
    void statementBegins() throws EngineError {
        if (this.watching) {
            this.totalChanges = this.engine.totalChanges();
        }
    }

    /**
     * {@return whether the write that has failed had done everything before} SQLite asks once more whether to stop when a
     * statement has ended, and been committed perhaps, and reports it as interrupted then. One that was interrupted in the
     * middle is undone, and has changed no rows. Of what is not counted, as changes of the schema, nobody can tell.
     */
    boolean isLate(EngineError error) throws EngineError {
        return this.watching
                && error.failure().code() == Codes.INTERRUPT
                && this.engine.totalChanges() != this.totalChanges
                && this.engine.changes() > 0;
    }

    /** The engine has stopped working for the task; no interrupt meant for it comes after this. */
    void leave(Task task) {
        while (!this.working.compareAndSet(task, null)) {
            // Another thread is between two instructions of interrupt().
            Thread.onSpinWait();
        }
    }

    /**
     * Interrupts the engine if it is working for the task. From any thread.
     *
     * <p>SQLite forgets an interrupt that comes just before a statement's first step, so it is repeated until the engine
     * has left the task.
     *
     * @param wanted whether the task is still to be stopped
     */
    void interrupt(Task task, BooleanSupplier wanted) {
        interrupt(task, wanted, FIRST_PAUSE);
    }

    private void interrupt(Task task, BooleanSupplier wanted, long pause) {
        if (!wanted.getAsBoolean() || !this.working.compareAndSet(task, INTERRUPTING)) {
            return;
        }
        try {
            this.engine.interrupt();
        } finally {
            this.working.set(task);
        }
        Timers.schedule(() -> interrupt(task, wanted, Math.min(pause * 2, LONGEST_PAUSE)), pause);
    }
}
