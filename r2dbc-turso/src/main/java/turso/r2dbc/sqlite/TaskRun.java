package turso.r2dbc.sqlite;

import turso.r2dbc.session.Command;
import turso.r2dbc.session.Task;

/**
 * A task on its way through a session: where it stands in {@link TaskQueue}, and the commands it runs one after another.
 *
 * <p>Confined to the session's worker.
 */
final class TaskRun {

    /** Where a task stands. */
    enum State {
        /** Not begun, or waiting to begin another command. */
        WAITING,
        /** Can go on, or is going on. */
        RUNNING,
        /** Has nothing to do until it is woken: by demand, or by what its owner waits for. */
        PAUSED,
        /** Lets others come first, and is asked again before those that came after it. */
        HELD,
        /** Waits for a lock. New tasks of the session wait with it. */
        PARKED,
        /** Nothing is left to do. */
        ENDED
    }

    private final Task task;

    private final CommandRun commands;

    private State state = State.WAITING;

    private boolean head;

    private boolean inTurn;

    private boolean counted;

    private boolean cancelDelivered;

    private boolean wokenInTurn;

    private long group;

    /**
     * @param engine what runs the task's commands
     * @param counted whether it counts against the bound of waiting tasks until it begins
     */
    TaskRun(SessionEngine engine, Task task, boolean counted) {
        this.task = task;
        this.commands = new CommandRun(engine, task);
        this.counted = counted;
    }

    Task task() {
        return this.task;
    }

    CommandRun commands() {
        return this.commands;
    }

    State state() {
        return this.state;
    }

    void state(State next) {
        this.state = next;
    }

    /** {@return whether it is the head of its {@link TaskQueue}} */
    boolean isHead() {
        return this.head;
    }

    void head(boolean is) {
        this.head = is;
    }

    /** {@return whether it is its turn at the moment} */
    boolean isInTurn() {
        return this.inTurn;
    }

    void inTurn(boolean is) {
        this.inTurn = is;
    }

    void begin(Command command) {
        this.commands.begin(command);
    }

    /** {@return the number of the {@link SnapshotGroup} it is a member of; 0 for none} */
    long group() {
        return this.group;
    }

    void group(long number) {
        this.group = number;
    }

    /** {@return whether it counted against the bound of waiting tasks until now} */
    boolean takeCount() {
        boolean was = this.counted;
        this.counted = false;
        return was;
    }

    /** The task was woken; if that happens in the middle of its own turn, the turn must not end in a pause. */
    void wokenInTurn(boolean woken) {
        this.wokenInTurn = woken;
    }

    boolean wasWokenInTurn() {
        return this.wokenInTurn;
    }

    /** {@return whether cancelling the task ends what it is doing} What it does after it was told is not ended again. */
    boolean isCancellable() {
        return !this.cancelDelivered && this.task.droppable() && this.commands.isCancellable();
    }

    /** {@return whether the task is cancelled and has not been told} */
    boolean isCancelled() {
        return this.task.isCancelled() && isCancellable();
    }

    /** {@return whether the task is to be told now that it is cancelled} The question is answered with yes only once. */
    boolean takeCancellation() {
        if (isCancelled() && this.commands.recall()) {
            this.cancelDelivered = true;
            return true;
        }
        return false;
    }
}
