package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Task;

/**
 * Interrupts the engine while it works for one particular task, and never at another moment: an interrupt ends
 * whatever statements the connection is running, so that a late one would hit the wrong one.
 */
final class Interrupter {

    /** Stands for "being interrupted"; the worker does not go on until it is gone. */
    private static final Object INTERRUPTING = new Object();

    private final Engine engine;

    /** The task the engine works for, or {@link #INTERRUPTING}, or null. */
    private final AtomicReference<@Nullable Object> working = new AtomicReference<>();

    Interrupter(Engine engine) {
        this.engine = engine;
    }

    /**
     * Goes on with a run while other cursors of the connection are open. An interrupt would end those too, so the engine
     * asks every so often whether to stop.
     */
    CommandRun.Progress runBeside(CommandRun run) {
        this.engine.watch(run::shouldStop);
        try {
            return run.advance();
        } finally {
            this.engine.unwatch();
        }
    }

    /** Goes on with a run while no other cursor of the connection is open. */
    CommandRun.Progress runAlone(CommandRun run) {
        this.working.set(run.task());
        try {
            return run.advance();
        } finally {
            leave(run.task());
        }
    }

    /** The engine has stopped working for the task; no interrupt meant for it comes after this. */
    private void leave(Task task) {
        while (!this.working.compareAndSet(task, null)) {
            if (this.working.get() == null) {
                return;
            }
            // Another thread is between two instructions of interrupt().
            Thread.onSpinWait();
        }
    }

    /** Interrupts the engine if it is working for the task. From any thread. */
    void interrupt(Task task) {
        if (this.working.compareAndSet(task, INTERRUPTING)) {
            try {
                this.engine.interrupt();
            } finally {
                this.working.set(null);
            }
        }
    }
}
