package turso.r2dbc.sqlite;

import reactor.core.scheduler.Scheduler;

/** Runs engine work on a scheduler of the user's, which is never disposed here. */
final class SchedulerWorkers implements Workers {

    private final Scheduler scheduler;

    private final TaskBound bound;

    SchedulerWorkers(Scheduler scheduler, int maxQueuedTasks) {
        this.scheduler = scheduler;
        this.bound = new TaskBound(maxQueuedTasks);
    }

    @Override
    public void execute(Runnable drain) {
        this.scheduler.schedule(drain);
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
    public int maxQueuedTasks() {
        return this.bound.limit();
    }

    @Override
    public void close() {}
}
