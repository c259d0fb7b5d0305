package turso.r2dbc.sqlite;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/**
 * The runs of a session that are in the middle of a query while others have their turn: those that have a statement open in
 * the engine, up to a limit, and those whose rows, or some of them, were read into memory, up to another limit.
 *
 * <p>Confined to the session's worker.
 */
final class OpenCursors {

    private final int maxOpenCursors;

    private final int maxBufferedRows;

    private final SessionNumbers numbers;

    private final Set<CommandRun> open = new LinkedHashSet<>();

    private final Set<CommandRun> putAside = new LinkedHashSet<>();

    OpenCursors(SqliteSettings settings, SessionNumbers numbers) {
        this.maxOpenCursors = settings.maxOpenCursors();
        this.maxBufferedRows = settings.maxBufferedRows();
        this.numbers = numbers;
    }

    boolean isEmpty() {
        return this.open.isEmpty();
    }

    /** The run goes on, or ends. */
    void resumed(CommandRun run) {
        if (run.hasOpenCursor() && this.open.remove(run)) {
            count();
        }
    }

    /** The run lets others have their turn. */
    void suspended(CommandRun run) {
        if (run.hasOpenCursor() && this.open.add(run)) {
            count();
        }
    }

    /** The run has come to its end. */
    void ended(CommandRun run) {
        if (!this.putAside.isEmpty()) {
            // To ask for the hash code of each run takes longer than all the rest.
            this.putAside.remove(run);
        }
    }

    private void count() {
        this.numbers.openCursors.set(this.open.size());
    }

    /** Refuses another one if there are as many as there may be. */
    void checkRoom() throws EngineError {
        if (this.open.size() >= this.maxOpenCursors) {
            throw new EngineError(EngineFailure.of(
                    Reason.REJECTED,
                    "The limit of " + this.maxOpenCursors
                            + " half-read queries of a connection is reached (option maxOpenCursors)"));
        }
    }

    /** {@return whether nobody asks for rows of any of them} Otherwise one goes on by itself. */
    boolean areUnwanted() {
        for (CommandRun run : this.open) {
            if (!run.isStreaming() || run.task().demand() > 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Ends them by reading what is left of them into memory.
     *
     * @return one that is still open, since it has more rows than may be held; null if there is none
     */
    @Nullable
    CommandRun putAside() {
        int left = this.maxBufferedRows
                - this.putAside.stream().mapToInt(CommandRun::rowsPutAside).sum();
        CommandRun tooLong = null;
        for (CommandRun run : List.copyOf(this.open)) {
            this.putAside.add(run);
            left -= run.detach(left);
            if (run.hasOpenCursor()) {
                tooLong = run;
            } else {
                this.open.remove(run);
            }
        }
        count();
        return tooLong;
    }

    /**
     * Ends them as {@link #putAside()} does, since they keep a statement from running.
     *
     * @param code what the engine said of that statement
     */
    void clearTheWay(int code) throws EngineError {
        CommandRun tooLong = putAside();
        if (tooLong != null) {
            throw new EngineError(new EngineFailure(
                    Reason.RUN,
                    code,
                    "A query that is being read is in the way, and what is left of it cannot be put aside, since there are"
                            + " more than " + this.maxBufferedRows
                            + " rows (option maxBufferedRows) or memory is short: "
                            + tooLong.sql(),
                    null,
                    null));
        }
    }
}
