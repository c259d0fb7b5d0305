package turso.r2dbc.sqlite;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.concurrent.Queues;
import turso.r2dbc.session.Task;

/**
 * Turns signals from any thread into calls on one worker at a time: the serial part of a session.
 *
 * <p>A signal is a bit of its task; a task is in the queue once however many of its bits are set. The drain is handed to
 * a worker when the first signal arrives, and goes on until nothing is left to do.
 */
final class Mailbox implements Runnable {

    private static final Logger LOGGER = Loggers.getLogger(Mailbox.class);

    /** After so many turns in a row, other sessions get the worker if they wait for one. */
    private static final int TURNS = 32;

    /** What the drain does; every method is called on the worker. */
    interface Owner {

        /** Takes note of a task's signals. */
        void receive(Task task, int signals);

        /** Gives some task its turn. @return false if there is nothing to do */
        boolean turn();

        /** The worker turns to something else. */
        void rest();
    }

    private final Workers workers;

    private final Owner owner;

    private final Queue<Task> tasks = Queues.<Task>unboundedMultiproducer().get();

    private final AtomicInteger work = new AtomicInteger();

    /** The thread draining now; null between drains. Other threads only ever compare it with themselves. */
    private volatile @Nullable Thread worker;

    Mailbox(Workers workers, Owner owner) {
        this.workers = workers;
        this.owner = owner;
    }

    /** {@return whether the calling thread is the worker, in the middle of a drain} */
    boolean isOnWorker() {
        return Thread.currentThread() == this.worker;
    }

    /** Sets signals of a task. From any thread. */
    void send(Task task, int signals) {
        if (task.signal(signals)) {
            this.tasks.offer(task);
            if (this.work.getAndIncrement() == 0) {
                this.workers.execute(this);
            }
        }
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        this.worker = thread;
        int seen = this.work.get();
        int turns = 0;
        for (; ; ) {
            if (!advance()) {
                rest();
                this.worker = null;
                seen = this.work.addAndGet(-seen);
                if (seen == 0) {
                    return;
                }
                this.worker = thread;
                continue;
            }
            turns++;
            if (turns >= TURNS && this.workers.hasWaiting()) {
                rest();
                this.worker = null;
                this.workers.execute(this);
                return;
            }
        }
    }

    /** {@return whether there may be more to do} */
    private boolean advance() {
        try {
            receive();
            return this.owner.turn();
        } catch (Throwable failure) {
            // Somebody has thrown where failures are reported; that must not be the end of everybody else.
            LOGGER.error("Unexpected failure on a worker", failure);
            return true;
        }
    }

    private void rest() {
        try {
            this.owner.rest();
        } catch (Throwable failure) {
            LOGGER.error("Unexpected failure on a worker", failure);
        }
    }

    private void receive() {
        Task task;
        while ((task = this.tasks.poll()) != null) {
            this.owner.receive(task, task.takeSignals());
        }
    }
}
