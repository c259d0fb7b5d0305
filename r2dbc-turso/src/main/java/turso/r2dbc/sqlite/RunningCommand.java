package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Knows which run the engine of a session is working on, between its slices too, so that whoever interrupts the session
 * stops that one and nothing else.
 *
 * <p>Confined to the session's worker, but for {@link #interrupt()}.
 */
final class RunningCommand {

    private final Interrupter interrupter;

    /** The run, unless the {@link Interrupter} knows it. Who interrupts may see it a moment late. */
    private final AtomicReference<@Nullable CommandRun> running = new AtomicReference<>();

    RunningCommand(Interrupter interrupter) {
        this.interrupter = interrupter;
    }

    /** Goes on with a run while no other cursor of the connection is open. */
    CommandRun.Progress advanceAlone(CommandRun run) {
        this.interrupter.enter(run.task());
        try {
            CommandRun.Progress progress = run.advance(true);
            // Before the interrupter forgets it, so that whoever looks there first, and then here, does not miss it.
            runs(progress == CommandRun.Progress.YIELDED ? run : null);
            return progress;
        } finally {
            this.interrupter.leave(run.task());
        }
    }

    /** Goes on with a run while other cursors of the connection are open. */
    CommandRun.Progress advanceBesideCursors(CommandRun run) {
        runs(run);
        CommandRun.Progress progress = this.interrupter.runBeside(run);
        if (progress != CommandRun.Progress.YIELDED) {
            runs(null);
        }
        return progress;
    }

    private void runs(@Nullable CommandRun run) {
        if (this.running.getPlain() != run) {
            this.running.lazySet(run);
        }
    }

    /** Stops what the engine is working on, if anything. From any thread. */
    void interrupt() {
        CommandRun run = this.interrupter.running();
        if (run == null) {
            run = this.running.get();
        }
        if (run != null) {
            run.limits().interrupt();
            this.interrupter.interrupt(run.task(), run.limits()::isInterrupted);
        }
    }
}
