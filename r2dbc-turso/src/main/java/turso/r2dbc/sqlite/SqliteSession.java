package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/**
 * The serial executor of one connection: tasks come in from any thread ({@link Mailbox}), wait for their turn
 * ({@link TaskQueue}), and run their commands on the engine ({@link SessionEngine}).
 *
 * <p>A turn ends when its task is done, has nothing to do, has used its slice, or waits for a lock.
 */
final class SqliteSession implements Session, Mailbox.Owner, SessionEngine.Wakeups {

    private static final int SUBMITTED = 1;

    private static final int WOKEN = 1 << 1;

    private static final int CANCELLED = 1 << 2;

    private static final int RESUMED = 1 << 3;

    private static final EngineFailure CLOSED = EngineFailure.of(Reason.CLOSED, "The connection is closed");

    private static final EngineFailure CANCELLATION = EngineFailure.of(Reason.CANCELLED, "The statement was cancelled");

    private final Workers workers;

    private final Mailbox mailbox;

    private final Interrupter interrupter;

    private final SessionEngine engine;

    private final FactoryNumbers factory;

    private final SessionNumbers numbers;

    private final String version;

    private final TaskQueue queue = new TaskQueue();

    private final AtomicBoolean closing = new AtomicBoolean();

    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** Gives the session a turn when somebody wants it to make way; paused in between. */
    private final WayTask wayTask = new WayTask(this);

    /** Whether everything is released; tasks that still come are abandoned. */
    private boolean shut;

    SqliteSession(
            Engine engine,
            Database database,
            Workers workers,
            SqliteSettings settings,
            FactoryNumbers factory,
            String version) {
        this.workers = workers;
        this.factory = factory;
        this.numbers = factory.opened(database);
        this.version = version;
        this.mailbox = new Mailbox(workers, this);
        this.interrupter = new Interrupter(engine);
        this.engine = new SessionEngine(
                engine, database, settings, workers, this.interrupter, this.queue, this.numbers, this);
        this.engine.opened();
    }

    // ---- from any thread

    @Override
    public void submit(Task task) {
        boolean onWorker = this.mailbox.isOnWorker();
        // The bound is for what waits for a thread; with nothing in front of it, the task has one.
        boolean counted = task.bounded() && !(onWorker && this.queue.isNobodyWaiting());
        if (counted && !this.workers.admit()) {
            task.onAbandoned(queueFull());
            return;
        }
        if (onWorker) {
            this.queue.addLast(letIn(task, counted));
        } else {
            this.mailbox.send(task, SUBMITTED);
        }
    }

    @Override
    public void submitNext(Task task) {
        if (this.mailbox.isOnWorker()) {
            // Its parent has just been let in; the bound is for what comes from outside.
            this.queue.addFirst(letIn(task, false));
        } else {
            submit(task);
        }
    }

    private EngineFailure queueFull() {
        return EngineFailure.of(
                Reason.REJECTED,
                "The limit of " + this.workers.maxQueuedTasks()
                        + " statements waiting for a thread is reached (option maxQueuedTasks)");
    }

    @Override
    public void wake(Task task) {
        if (this.mailbox.isOnWorker()) {
            woken(task);
        } else {
            this.mailbox.send(task, WOKEN);
        }
    }

    @Override
    public Disposable wakeLater(Task task, long nanos) {
        return Timers.schedule(() -> wake(task), nanos);
    }

    @Override
    public void interrupt() {
        this.engine.interrupt();
    }

    @Override
    public void cancel(Task task) {
        this.interrupter.interrupt(task, task::isCancelled);
        if (this.mailbox.isOnWorker()) {
            cancelled(task);
        } else {
            this.mailbox.send(task, CANCELLED);
        }
    }

    @Override
    public void resume(Task task) {
        this.mailbox.send(task, RESUMED);
    }

    @Override
    public void makeWay() {
        this.mailbox.send(this.wayTask, WOKEN);
    }

    @Override
    public boolean isOpen() {
        return !this.closing.get();
    }

    @Override
    public String databaseVersion() {
        return this.version;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (this.closing.compareAndSet(false, true)) {
                submit(new CloseTask(this));
            }
            return this.closed.asMono();
        });
    }

    // ---- signals, on the worker

    @Override
    public void receive(Task task, int signals) {
        if ((signals & SUBMITTED) != 0) {
            this.queue.addLast(letIn(task, task.bounded()));
        }
        if ((signals & WOKEN) != 0) {
            woken(task);
        }
        if ((signals & RESUMED) != 0) {
            TaskRun run = run(task);
            if (run != null) {
                this.queue.unpark(run);
            }
        }
        if ((signals & CANCELLED) != 0) {
            cancelled(task);
        }
    }

    private TaskRun letIn(Task task, boolean counted) {
        TaskRun run = new TaskRun(this.engine, task, counted);
        task.sessionState(run);
        return run;
    }

    private static @Nullable TaskRun run(Task task) {
        return (TaskRun) task.sessionState();
    }

    private void woken(Task task) {
        TaskRun run = run(task);
        if (run != null) {
            this.queue.wake(run);
        } else if (task == this.wayTask) {
            this.queue.addAwake(letIn(task, false));
        }
    }

    private void cancelled(Task task) {
        TaskRun run = run(task);
        if (run == null || !task.droppable()) {
            return;
        }
        switch (run.state()) {
            case WAITING -> {
                if (!run.commands().hasCommand()) {
                    abandon(run, CANCELLATION);
                }
            }
            case HELD -> abandon(run, CANCELLATION);
            case PAUSED -> this.queue.wake(run);
            case PARKED -> this.queue.unpark(run);
            case RUNNING, ENDED -> {}
        }
    }

    // ---- turns, on the worker

    @Override
    public boolean turn() {
        TaskRun run = this.queue.next();
        if (run == null) {
            return false;
        }
        discount(run);
        this.queue.beginTurn(run);
        try {
            if (this.shut) {
                abandon(run, CLOSED);
            } else {
                steps(run);
            }
        } catch (Throwable failure) {
            // Also what Reactor calls fatal: whoever waits is told, and others get the engine and the lane.
            abandon(run, new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure), null, failure));
        } finally {
            this.queue.endTurn(run);
        }
        this.engine.makeWay();
        return true;
    }

    @Override
    public void rest() {
        this.engine.snapshot().pause();
    }

    private void steps(TaskRun run) {
        CommandRun commands = run.commands();
        for (; ; ) {
            if (run.takeCancellation() && commands.hasCommand()) {
                this.engine.abort(commands);
                run.task().onFailure(CANCELLATION);
            }
            if (!commands.hasCommand() && !nextCommand(run) || !this.queue.mayRun(run)) {
                return;
            }
            this.engine.snapshot().prepareFor(run);
            switch (this.engine.advance(commands, run.isCancellable())) {
                case FINISHED -> {
                    this.engine.snapshot().rest();
                    commands.tell();
                }
                case YIELDED -> {
                    if (run.isCancelled()) {
                        // Nothing may run beside it: the interrupt that was meant for it would end that too.
                        continue;
                    }
                    if (this.closing.get() && commands.isStreaming()) {
                        // However long the stream is, closing gets its turn, and ends it.
                        this.queue.pause(run);
                    } else {
                        this.queue.yield(run);
                    }
                    return;
                }
                case UNWANTED -> {
                    this.queue.pause(run);
                    run.task().onPaused();
                    return;
                }
                case PARKED -> {
                    this.engine.snapshot().end();
                    this.queue.park(run);
                    return;
                }
            }
        }
    }

    /** Asks the task what to do. @return false if it has nothing to do at the moment, or ever */
    private boolean nextCommand(TaskRun run) {
        for (; ; ) {
            run.wokenInTurn(false);
            Step step = run.task().next();
            if (step instanceof Command command) {
                run.begin(command);
                return true;
            }
            if (step == Step.Rest.DONE) {
                this.queue.end(run);
                return false;
            }
            if (step == Step.Rest.TURN) {
                this.queue.awaitTurn(run);
                return false;
            }
            if (step == Step.Rest.HOLD) {
                this.queue.hold(run);
                return false;
            }
            if (!run.wasWokenInTurn()) {
                this.queue.pause(run);
                return false;
            }
        }
    }

    private void abandon(TaskRun run, EngineFailure failure) {
        try {
            this.engine.abort(run.commands());
        } finally {
            if (run.state() != TaskRun.State.ENDED) {
                this.queue.end(run);
                discount(run);
                run.task().onAbandoned(failure);
            }
        }
    }

    private void discount(TaskRun run) {
        if (run.takeCount()) {
            this.workers.release();
        }
    }

    @Override
    public void letIn() {
        this.queue.letIn();
    }

    @Override
    public void abandon(Task task, EngineFailure why) {
        TaskRun run = run(task);
        if (run != null && run.state() == TaskRun.State.PAUSED) {
            abandon(run, why);
        }
    }

    @Override
    public boolean hasTurn(Task task) {
        TaskRun run = run(task);
        return run != null && this.queue.hasTurn(run);
    }

    @Override
    public void closeCursors(EngineFailure why) {
        for (TaskRun run : this.queue.resting()) {
            if (run.task() != this.wayTask) {
                abandon(run, why);
            }
        }
    }

    @Override
    public boolean isTransactionOpen() {
        return this.engine.isTransactionOpen();
    }

    /** Releases everything, and answers whoever is left. Called in the turn of the last task. */
    void shut() {
        closeCursors(CLOSED);
        this.shut = true;
        try {
            this.engine.close();
        } catch (EngineError error) {
            throw new IllegalStateException("The database could not be closed", error);
        } finally {
            this.factory.closed(this.numbers);
            this.closed.tryEmitEmpty();
        }
    }
}
