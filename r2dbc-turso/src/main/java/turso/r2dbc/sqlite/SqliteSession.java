package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/**
 * The serial executor of one connection: tasks come in from any thread and run, one turn after another, on some worker.
 *
 * <p>A turn ends when its task is done, has nothing to do, has used its slice, or waits for a lock. Which task gets the
 * next turn:
 *
 * <ol>
 *   <li>one that goes on: a cursor with new demand, a cancelled one, one that was woken;
 *   <li>the <em>head</em>: the task whose command is running. While it waits for a lock, nothing new begins;
 *   <li>the first of those waiting to begin.
 * </ol>
 *
 * So tasks begin in the order of their submission, and a statement waiting for a lock holds up no stream of rows.
 */
final class SqliteSession implements Session, Runnable {

    private static final int SUBMITTED = 1;

    private static final int WOKEN = 1 << 1;

    private static final int CANCELLED = 1 << 2;

    private static final int RESUMED = 1 << 3;

    /** After so many turns in a row, other sessions get the worker if they wait for one. */
    private static final int TURNS = 32;

    private static final EngineFailure CLOSED = EngineFailure.of(Reason.CLOSED, "The connection is closed");

    private final Engine engine;

    private final Database database;

    private final Workers workers;

    private final StatementCache statements;

    private final EngineTransaction transaction;

    private final Interrupter interrupter;

    private final String version;

    private final int maxBufferedRows;

    private final Queue<Task> inbox = Queues.<Task>unboundedMultiproducer().get();

    private final AtomicInteger work = new AtomicInteger();

    private final AtomicBoolean closing = new AtomicBoolean();

    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** The thread draining now; null between drains. Other threads only ever compare it with themselves. */
    private volatile @Nullable Thread worker;

    // Confined to the worker from here on.

    private final Deque<TaskRun> waiting = new ArrayDeque<>();

    private final Deque<TaskRun> ready = new ArrayDeque<>();

    private final Set<TaskRun> paused = new LinkedHashSet<>();

    /** Those that have a statement open in the engine while others have their turn. */
    private final Set<TaskRun> cursors = new LinkedHashSet<>();

    private @Nullable TaskRun head;

    private @Nullable TaskRun current;

    private boolean shut;

    SqliteSession(Engine engine, Database database, Workers workers, SqliteSettings settings, String version) {
        this.engine = engine;
        this.database = database;
        this.workers = workers;
        this.version = version;
        this.statements = new StatementCache(engine, settings.statementCacheSize());
        this.maxBufferedRows = settings.maxBufferedRows();
        this.transaction = new EngineTransaction(engine, database, this::resume);
        this.interrupter = new Interrupter(engine);
    }

    // ---- from any thread

    @Override
    public void submit(Task task) {
        boolean bounded = task.bounded();
        if (bounded && !this.workers.admit()) {
            task.onAbandoned(queueFull());
            return;
        }
        if (onWorker()) {
            this.waiting.addLast(admitted(task, bounded));
        } else {
            signal(task, SUBMITTED);
        }
    }

    @Override
    public void submitNext(Task task) {
        if (!onWorker()) {
            submit(task);
            return;
        }
        // Its parent has just been let in; the bound is for what comes from outside.
        this.waiting.addFirst(admitted(task, false));
    }

    private EngineFailure queueFull() {
        return EngineFailure.of(
                Reason.REJECTED,
                "The limit of " + this.workers.maxQueuedTasks()
                        + " statements waiting for a thread is reached (option maxQueuedTasks)");
    }

    @Override
    public void wake(Task task) {
        if (onWorker()) {
            woken(task);
        } else {
            signal(task, WOKEN);
        }
    }

    @Override
    public void cancel(Task task) {
        this.interrupter.interrupt(task);
        if (onWorker()) {
            cancelled(task);
        } else {
            signal(task, CANCELLED);
        }
    }

    /** A timer or a lock lets a parked task go on. From any thread. */
    void resume(Task task) {
        signal(task, RESUMED);
    }

    /** The statement timeout of a task has expired. From the timer's thread. */
    void expired(Task task) {
        this.interrupter.interrupt(task);
        signal(task, RESUMED);
    }

    private void signal(Task task, int bits) {
        if (task.signal(bits)) {
            this.inbox.offer(task);
            if (this.work.getAndIncrement() == 0) {
                this.workers.execute(this);
            }
        }
    }

    private boolean onWorker() {
        return Thread.currentThread() == this.worker;
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

    // ---- the drain

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        this.worker = thread;
        int missed = this.work.get();
        int turns = 0;
        for (; ; ) {
            dispatchSignals();
            TaskRun next = nextRun();
            if (next == null) {
                this.worker = null;
                missed = this.work.addAndGet(-missed);
                if (missed == 0) {
                    return;
                }
                this.worker = thread;
                continue;
            }
            turn(next);
            turns++;
            if (turns >= TURNS && this.workers.hasWaiting()) {
                this.worker = null;
                this.workers.execute(this);
                return;
            }
        }
    }

    private void dispatchSignals() {
        Task task;
        while ((task = this.inbox.poll()) != null) {
            int signals = task.takeSignals();
            if ((signals & SUBMITTED) != 0) {
                this.waiting.addLast(admitted(task, task.bounded()));
            }
            if ((signals & WOKEN) != 0) {
                woken(task);
            }
            if ((signals & RESUMED) != 0) {
                unpark(task);
            }
            if ((signals & CANCELLED) != 0) {
                cancelled(task);
            }
        }
    }

    private TaskRun admitted(Task task, boolean counted) {
        TaskRun run = new TaskRun(this, task);
        run.admitted = counted;
        task.sessionState(run);
        return run;
    }

    private void woken(Task task) {
        TaskRun run = (TaskRun) task.sessionState();
        if (run == null) {
            return;
        }
        if (run == this.current) {
            run.wokenWhileRunning = true;
        } else if (run.state == TaskRun.State.PAUSED) {
            makeReady(run);
        }
    }

    private void unpark(Task task) {
        TaskRun run = (TaskRun) task.sessionState();
        if (run != null && run.state == TaskRun.State.PARKED) {
            run.state = TaskRun.State.RUNNING;
        }
    }

    private void cancelled(Task task) {
        TaskRun run = (TaskRun) task.sessionState();
        if (run == null || !task.droppable()) {
            return;
        }
        switch (run.state) {
            case WAITING -> {
                if (!run.hasCommand()) {
                    // It stays in the queue until its turn comes, and is passed over then.
                    abandon(run, EngineFailure.of(Reason.CANCELLED, "The statement was cancelled"));
                }
            }
            case PAUSED -> makeReady(run);
            case PARKED -> run.state = TaskRun.State.RUNNING;
            case RUNNING, ENDED -> {}
        }
    }

    private void makeReady(TaskRun run) {
        run.state = TaskRun.State.RUNNING;
        this.paused.remove(run);
        this.ready.addLast(run);
    }

    private @Nullable TaskRun nextRun() {
        TaskRun next = this.ready.pollFirst();
        if (next != null) {
            return next;
        }
        TaskRun first = this.head;
        if (first != null) {
            return first.state == TaskRun.State.PARKED ? null : first;
        }
        while ((next = this.waiting.pollFirst()) != null) {
            if (next.state != TaskRun.State.ENDED) {
                this.head = next;
                next.state = TaskRun.State.RUNNING;
                letIn(next);
                return next;
            }
        }
        return null;
    }

    private void turn(TaskRun run) {
        this.current = run;
        this.cursors.remove(run);
        try {
            if (this.shut) {
                abandon(run, CLOSED);
            } else {
                steps(run);
            }
        } catch (Throwable failure) {
            Exceptions.throwIfJvmFatal(failure);
            abandon(run, new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure), null, failure));
        } finally {
            this.current = null;
            if (run.hasOpenCursor()) {
                this.cursors.add(run);
            }
        }
    }

    private void steps(TaskRun run) {
        for (; ; ) {
            if (run.task.isCancelled() && !run.cancelDelivered && run.isCancellable()) {
                run.cancelDelivered = true;
                cancelCommand(run);
            }
            if (!run.hasCommand() && !nextCommand(run)) {
                return;
            }
            if (!mayRun(run)) {
                return;
            }
            TaskRun.Progress progress = advance(run);
            switch (progress) {
                case FINISHED -> {}
                case YIELDED -> {
                    if (run != this.head) {
                        this.ready.addFirst(run);
                    }
                    return;
                }
                case UNWANTED -> {
                    pause(run);
                    return;
                }
                case PARKED -> {
                    run.state = TaskRun.State.PARKED;
                    return;
                }
            }
        }
    }

    private TaskRun.Progress advance(TaskRun run) {
        if (run.cancelDelivered || !run.isCancellable()) {
            return run.advance();
        }
        if (!this.cursors.isEmpty()) {
            return this.interrupter.runBeside(run);
        }
        this.interrupter.enter(run.task);
        try {
            return run.advance();
        } finally {
            this.interrupter.leave(run.task);
        }
    }

    private void cancelCommand(TaskRun run) {
        if (run.hasCommand()) {
            run.abort(true);
            run.task.onFailure(EngineFailure.of(Reason.CANCELLED, "The statement was cancelled"));
        }
    }

    /** Asks the task what to do. @return false if it has nothing to do at the moment, or ever */
    private boolean nextCommand(TaskRun run) {
        for (; ; ) {
            run.wokenWhileRunning = false;
            Step step = run.task.next();
            if (step instanceof Command command) {
                run.begin(command);
                return true;
            }
            if (step == Step.Rest.DONE) {
                end(run);
                return false;
            }
            if (!run.wokenWhileRunning) {
                pause(run);
                return false;
            }
        }
    }

    /** A task that comes back from a pause with a new command must not run it in the middle of another's. */
    private boolean mayRun(TaskRun run) {
        if (this.head == run || run.isAmongRows()) {
            return true;
        }
        if (this.head == null) {
            this.head = run;
            return true;
        }
        run.state = TaskRun.State.WAITING;
        this.waiting.addFirst(run);
        return false;
    }

    private void pause(TaskRun run) {
        run.state = TaskRun.State.PAUSED;
        this.paused.add(run);
        leaveHead(run);
    }

    private void end(TaskRun run) {
        run.state = TaskRun.State.ENDED;
        letIn(run);
        leaveHead(run);
    }

    private void leaveHead(TaskRun run) {
        if (this.head == run) {
            this.head = null;
        }
    }

    private void letIn(TaskRun run) {
        if (run.admitted) {
            run.admitted = false;
            this.workers.release();
        }
    }

    private void abandon(TaskRun run, EngineFailure failure) {
        if (run.hasCommand()) {
            run.abort(true);
        }
        if (run.state != TaskRun.State.ENDED) {
            end(run);
            run.task.onAbandoned(failure);
        }
    }

    /** Runs as the last task: releases everything, and answers whoever is left. */
    void shut() {
        closeCursors(CLOSED);
        this.shut = true;
        try {
            this.statements.clear();
            this.transaction.close();
        } catch (EngineError error) {
            throw new IllegalStateException("The database could not be closed", error);
        } finally {
            leaveDatabase();
            this.closed.tryEmitEmpty();
        }
    }

    private void leaveDatabase() {
        try {
            Databases.leave(this.database);
        } catch (EngineError error) {
            throw new IllegalStateException("The database could not be released", error);
        }
    }

    // ---- for the runs, on the worker

    Object monitor() {
        return this.engine.monitor();
    }

    StatementCache statements() {
        return this.statements;
    }

    long changes() throws EngineError {
        return this.engine.changes();
    }

    long schemaVersion() {
        return this.database.schemaVersion();
    }

    boolean enterLane(TaskRun run) throws EngineError {
        return this.transaction.enterLane(run);
    }

    void retryLater(TaskRun run, EngineFailure conflict) throws EngineError {
        this.transaction.retryLater(run, conflict);
    }

    /**
     * Puts the rows of all open cursors aside if they are what keeps a statement from running: through the old snapshot
     * they hold (of no use within a transaction, whose own snapshot is the old one), or because the statement changes
     * the schema under them.
     *
     * @param code what the engine said
     * @return whether they were in the way, so that trying again makes sense
     */
    boolean detachCursors(int code) throws EngineError {
        boolean snapshot = code == Codes.BUSY_SNAPSHOT && !isTransactionOpen();
        if (this.cursors.isEmpty() || !snapshot && code != Codes.LOCKED) {
            return false;
        }
        int left = this.maxBufferedRows;
        for (TaskRun run : this.cursors) {
            left -= run.detach(left);
        }
        this.cursors.clear();
        return true;
    }

    void executed(Execution execution) {
        this.transaction.executed(execution);
    }

    void synchronizeTransaction() {
        this.transaction.synchronize();
    }

    void commandEnded() {
        this.transaction.commandEnded();
    }

    @Override
    public void closeCursors(EngineFailure why) {
        for (TaskRun run : List.copyOf(this.paused)) {
            this.paused.remove(run);
            abandon(run, why);
        }
    }

    @Override
    public boolean isTransactionOpen() {
        return this.transaction.isOpen();
    }
}
