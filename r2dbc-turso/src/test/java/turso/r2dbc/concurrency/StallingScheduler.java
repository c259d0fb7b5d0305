package turso.r2dbc.concurrency;

import static turso.r2dbc.errors.OpenDatabase.until;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A scheduler in which handing work over takes long for once, as for a thread that loses its processor there. */
final class StallingScheduler implements Scheduler {

    private final Scheduler threads = Schedulers.newBoundedElastic(4, 1_000, "stalling");

    private final BooleanSupplier moment;

    private final AtomicBoolean armed = new AtomicBoolean();

    private volatile boolean stalled;

    private volatile boolean released;

    /** @param moment when the next hand-over stalls */
    StallingScheduler(BooleanSupplier moment) {
        this.moment = moment;
    }

    void arm() {
        this.armed.set(true);
    }

    boolean isStalled() {
        return this.stalled;
    }

    void release() {
        this.released = true;
    }

    @Override
    public Disposable schedule(Runnable task) {
        if (this.armed.get() && this.moment.getAsBoolean() && this.armed.compareAndSet(true, false)) {
            this.stalled = true;
            until(() -> this.released);
        }
        return this.threads.schedule(task);
    }

    @Override
    public Worker createWorker() {
        return this.threads.createWorker();
    }

    @Override
    public void dispose() {
        this.threads.dispose();
    }
}
