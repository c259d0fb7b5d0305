package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one session, and the choice of the one that gets the next turn:
 *
 * <ol>
 *   <li>one that goes on: a cursor with new demand, a cancelled one, one that was woken;
 *   <li>the <em>head</em>: the task whose command is running. While it waits for a lock, nothing new begins;
 *   <li>the first of those waiting to begin.
 * </ol>
 *
 * So tasks begin in the order of their submission, and a statement waiting for a lock holds up no stream of rows.
 *
 * <p>Confined to the session's worker.
 */
final class TaskQueue {

    private final Deque<TaskRun> waiting = new ArrayDeque<>();

    private final Deque<TaskRun> ready = new ArrayDeque<>();

    private final Set<TaskRun> paused = new LinkedHashSet<>();

    /** Those that let others come first, in the order of their submission. */
    private final Deque<TaskRun> held = new ArrayDeque<>();

    /**
     * The head, from the end of its first turn on: {@link TaskRun#isHead()} tells who it is. Most tasks end in their first turn, and
     * a reference from here to a new object makes a garbage collector take note of it.
     */
    private @Nullable TaskRun head;

    /** Whether there is a head. */
    private boolean headTaken;

    /** The {@link TaskRun#group()} of the task whose turn it is; 0 between turns. */
    private long groupInTurn;

    void addLast(TaskRun run) {
        this.waiting.addLast(run);
    }

    /** {@return whether no task is waiting to begin} */
    boolean isNobodyWaiting() {
        return this.waiting.isEmpty();
    }

    /** Adds a run that stands behind nobody. */
    void addAwake(TaskRun run) {
        run.state(TaskRun.State.RUNNING);
        this.ready.addLast(run);
    }

    /** {@return how many tasks are waiting to begin} */
    int waiting() {
        return this.waiting.size();
    }

    /** {@return the one that is going to begin next, if none comes before it} */
    @Nullable
    TaskRun nextWaiting() {
        TaskRun next;
        while ((next = this.waiting.peekFirst()) != null && next.state() == TaskRun.State.ENDED) {
            this.waiting.removeFirst();
        }
        return next;
    }

    void forEachWaiting(Consumer<TaskRun> action) {
        this.waiting.forEach(action);
    }

    /** Adds a run that goes on with what the current one does. */
    void addFirst(TaskRun run) {
        if (this.groupInTurn != 0) {
            run.group(this.groupInTurn);
        }
        this.waiting.addFirst(run);
    }

    /** {@return whose turn it is now, or null if nobody can go on} */
    @Nullable
    TaskRun next() {
        TaskRun next = this.ready.pollFirst();
        if (next != null) {
            return next;
        }
        TaskRun first = this.head;
        if (first != null) {
            return first.state() == TaskRun.State.PARKED ? null : first;
        }
        while ((next = this.waiting.pollFirst()) != null) {
            if (next.state() != TaskRun.State.ENDED) {
                this.headTaken = true;
                next.head(true);
                next.state(TaskRun.State.RUNNING);
                return next;
            }
        }
        return null;
    }

    void beginTurn(TaskRun run) {
        run.inTurn(true);
        this.groupInTurn = run.group();
    }

    void endTurn(TaskRun run) {
        run.inTurn(false);
        this.groupInTurn = 0;
        if (run.isHead()) {
            this.head = run;
        }
    }

    /**
     * {@return whether the run may go on with its command now} One that comes back from a pause with a new command must
     * not run it in the middle of another's; it waits then, before all others.
     */
    boolean mayRun(TaskRun run) {
        if (run.commands().isAmongRows() || hasTurn(run)) {
            return true;
        }
        awaitTurn(run);
        return false;
    }

    /** {@return whether nothing else is running; the run is the head then} */
    boolean hasTurn(TaskRun run) {
        if (!this.headTaken) {
            this.headTaken = true;
            run.head(true);
            if (!run.isInTurn()) {
                this.head = run;
            }
        }
        return run.isHead();
    }

    /** The run waits for its turn, before all others. */
    void awaitTurn(TaskRun run) {
        run.state(TaskRun.State.WAITING);
        this.waiting.addFirst(run);
    }

    /** The run has used its slice. */
    void yield(TaskRun run) {
        if (!run.isHead()) {
            this.ready.addFirst(run);
        }
    }

    /** The run has nothing to do until it is woken. */
    void pause(TaskRun run) {
        run.state(TaskRun.State.PAUSED);
        this.paused.add(run);
        leaveHead(run);
    }

    /** The run lets others come first, until {@link #letIn()}. */
    void hold(TaskRun run) {
        run.state(TaskRun.State.HELD);
        this.held.addLast(run);
        leaveHead(run);
    }

    /** Gives those that are held back their place before all that wait. */
    void letIn() {
        TaskRun last;
        while ((last = this.held.pollLast()) != null) {
            last.state(TaskRun.State.WAITING);
            this.waiting.addFirst(last);
        }
    }

    /** The run waits for a lock. */
    void park(TaskRun run) {
        run.state(TaskRun.State.PARKED);
    }

    void unpark(TaskRun run) {
        if (run.state() == TaskRun.State.PARKED) {
            run.state(TaskRun.State.RUNNING);
        }
    }

    /** The run has something to do again. */
    void wake(TaskRun run) {
        if (run.isInTurn()) {
            run.wokenInTurn(true);
        } else if (run.state() == TaskRun.State.PAUSED) {
            run.state(TaskRun.State.RUNNING);
            this.paused.remove(run);
            this.ready.addLast(run);
        } else if (run.state() == TaskRun.State.HELD) {
            run.state(TaskRun.State.RUNNING);
            this.held.remove(run);
            this.ready.addLast(run);
        }
    }

    /** The run has come to its end. If it is waiting, it is passed over when its turn comes. */
    void end(TaskRun run) {
        switch (run.state()) {
            case PAUSED -> this.paused.remove(run);
            case HELD -> this.held.remove(run);
            default -> {}
        }
        run.state(TaskRun.State.ENDED);
        leaveHead(run);
    }

    private void leaveHead(TaskRun run) {
        if (run.isHead()) {
            run.head(false);
            this.headTaken = false;
            this.head = null;
        }
    }

    /** {@return the runs that are paused or held back now; a copy} */
    List<TaskRun> resting() {
        List<TaskRun> resting = new ArrayList<>(this.paused);
        resting.addAll(this.held);
        return resting;
    }
}
