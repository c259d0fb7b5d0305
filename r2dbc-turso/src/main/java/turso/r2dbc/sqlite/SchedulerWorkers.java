package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Runs engine work on a scheduler of the user's, which is never disposed here.
 *
 * <p>Once it is disposed by its owner, or refuses work in whatever way, the shared threads take over: a transaction that
 * cannot be ended any more, or a connection that cannot be closed, would be worse.
 */
final class SchedulerWorkers implements Workers {

    private static final Logger LOGGER = Loggers.getLogger(SchedulerWorkers.class);

    private final Scheduler scheduler;

    private final TaskBound bound;

    /** Whether the log says that it refuses work: what does so once may do so each time. */
    private final AtomicBoolean warned = new AtomicBoolean();

    SchedulerWorkers(Scheduler scheduler, int maxQueuedTasks) {
        this.scheduler = scheduler;
        this.bound = new TaskBound(maxQueuedTasks);
    }

    @Override
    public void execute(Runnable drain) {
        Runnable once = new Once(drain);
        try {
            this.scheduler.schedule(once);
        } catch (RuntimeException refused) {
            warn(refused);
            SharedWorkers.INSTANCE.execute(once);
        }
    }

    private void warn(RuntimeException refused) {
        if (this.warned.compareAndSet(false, true)) {
            LOGGER.warn(
                    "The scheduler {} refuses work; what it refuses runs on the driver's shared threads",
                    this.scheduler,
                    refused);
        }
    }

    /** Who refuses work with an error of another kind than he should may have taken it all the same. */
    private static final class Once implements Runnable {

        private final Runnable work;

        private final AtomicBoolean begun = new AtomicBoolean();

        Once(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (this.begun.compareAndSet(false, true)) {
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
