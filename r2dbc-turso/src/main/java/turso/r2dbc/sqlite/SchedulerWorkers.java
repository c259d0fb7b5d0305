package turso.r2dbc.sqlite;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Runs engine work on a scheduler of the user's, which is never disposed here.
 *
 * <p>What it refuses, in whatever way, runs on the shared threads, and so does what it has taken and not begun when it is
 * disposed by its owner, which it tells nobody: a transaction that cannot be ended any more, or a connection that cannot be
 * closed, would be worse.
 */
final class SchedulerWorkers implements Workers {

    private static final Logger LOGGER = Loggers.getLogger(SchedulerWorkers.class);

    /** How often it is looked whether the scheduler is disposed, as long as it has work that it has not begun. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Scheduler scheduler;

    private final TaskBound bound;

    /** What the scheduler has not begun. */
    private final Set<Once> waiting = ConcurrentHashMap.newKeySet();

    /** Whether there is a timer for that. */
    private final AtomicBoolean watched = new AtomicBoolean();

    /** Whether the log says that it refuses work: what does so once may do so each time. */
    private final AtomicBoolean warned = new AtomicBoolean();

    SchedulerWorkers(Scheduler scheduler, int maxQueuedTasks) {
        this.scheduler = scheduler;
        this.bound = new TaskBound(maxQueuedTasks);
    }

    @Override
    public void execute(Runnable drain) {
        Once once = new Once(drain);
        this.waiting.add(once);
        try {
            this.scheduler.schedule(once);
        } catch (Throwable refused) {
            // Also what Reactor calls fatal: a system that has no thread to give is one, and others wait for the
            // caller.
            runElsewhere(once);
            warn(refused);
        }
        watch();
    }

    private void runElsewhere(Once once) {
        if (this.waiting.remove(once)) {
            SharedWorkers.INSTANCE.execute(once);
        }
    }

    private void warn(Throwable refused) {
        if (this.warned.compareAndSet(false, true)) {
            LOGGER.warn("The scheduler refuses work; what it refuses runs on the driver's shared threads", refused);
        }
    }

    private void watch() {
        if (!this.waiting.isEmpty()
                && this.watched.compareAndSet(false, true)
                && !Timers.trySchedule(this::look, LOOK_NANOS)) {
            // The scheduler has the work, so nothing is lost yet; the next work asks for a timer again.
            this.watched.set(false);
        }
    }

    private void look() {
        this.watched.set(false);
        if (this.scheduler.isDisposed()) {
            this.waiting.forEach(this::runElsewhere);
        }
        watch();
    }

    /** Who refuses work with an error of another kind than he should may have taken it all the same. */
    private final class Once implements Runnable {

        private final Runnable work;

        private final AtomicBoolean begun = new AtomicBoolean();

        Once(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (this.begun.compareAndSet(false, true)) {
                SchedulerWorkers.this.waiting.remove(this);
                this.work.run();
            }
        }
    }

    /** A scheduler does not tell; giving way after every slice is the fair answer. */
    @Override
    public boolean hasWaiting() {
        return true;
    }

    @Override
    public boolean admit() {
        return this.bound.admit();
    }

    @Override
    public void release() {
        this.bound.release();
    }

    @Override
    public int queuedTasks() {
        return this.bound.waiting();
    }

    @Override
    public int threads() {
        return 0;
    }

    @Override
    public int maxQueuedTasks() {
        return this.bound.limit();
    }

    @Override
    public void close() {
        // It belongs to the user.
    }
}
