package turso.r2dbc.sqlite;

/** The process-wide pool, made at first use. Its threads end by themselves, so nobody closes it. */
final class SharedWorkers implements Workers {

    static final Workers INSTANCE = new SharedWorkers();

    private final WorkerPool pool =
            new WorkerPool("turso", WorkerPool.defaultThreads(), WorkerPool.defaultMaxQueuedTasks());

    private SharedWorkers() {}

    @Override
    public void execute(Runnable drain) {
        this.pool.execute(drain);
    }

    @Override
    public boolean hasWaiting() {
        return this.pool.hasWaiting();
    }

    @Override
    public boolean admit() {
        return this.pool.admit();
    }

    @Override
    public void release() {
        this.pool.release();
    }

    @Override
    public int queuedTasks() {
        return this.pool.queuedTasks();
    }

    @Override
    public int threads() {
        return this.pool.threads();
    }

    @Override
    public int maxQueuedTasks() {
        return this.pool.maxQueuedTasks();
    }

    @Override
    public void close() {
        // Other factories use it.
    }
}
