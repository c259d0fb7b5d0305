package turso.r2dbc.sqlite;

import reactor.core.scheduler.NonBlocking;

/**
 * A thread that runs engine work and signals results. It is {@link NonBlocking}, so that {@code block()} in a callback
 * fails at once instead of waiting for work that this very thread would have to do.
 */
final class WorkerThread extends Thread implements NonBlocking {

    private final WorkerPool pool;

    WorkerThread(WorkerPool pool, Runnable loop, String name) {
        super(null, loop, name);
        this.pool = pool;
        setDaemon(true);
    }

    /** {@return the pool it works for} */
    WorkerPool pool() {
        return this.pool;
    }
}
