package turso.r2dbc.sqlite;

import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A bounded pool of daemon threads that start on demand and end when idle.
 *
 * <p>Waking a thread that is parked directly takes about two thirds of the time a queue-based executor needs for it,
 * which is most of the cost of a single statement; hence a pool of our own.
 */
final class WorkerPool implements Workers {

    private static final Logger LOGGER = Loggers.getLogger(WorkerPool.class);

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MINIMUM_THREADS = 4;

    private static final int THREADS_PER_PROCESSOR = 2;

    private static final int DEFAULT_MAX_QUEUED_TASKS = 100_000;

    private final String namePrefix;

    private final int maxThreads;

    private final long idleNanos;

    private final TaskBound bound;

    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();

    private final AtomicInteger threads = new AtomicInteger();

    /** Numbers in use, so that thread names stay few: metrics use them as tags. Guarded by itself. */
    private final BitSet numbers = new BitSet();

    private volatile boolean closed;

    WorkerPool(String namePrefix, int maxThreads, int maxQueuedTasks) {
        this(namePrefix, maxThreads, maxQueuedTasks, IDLE_NANOS);
    }

    WorkerPool(String namePrefix, int maxThreads, int maxQueuedTasks, long idleNanos) {
        this.namePrefix = namePrefix;
        this.maxThreads = maxThreads;
        this.idleNanos = idleNanos;
        this.bound = new TaskBound(maxQueuedTasks);
    }

    /** {@return the number of threads used unless an option says otherwise} */
    static int defaultThreads() {
        return Math.max(
                MINIMUM_THREADS, THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }

    /** {@return the number of waiting tasks allowed unless an option says otherwise} */
    static int defaultMaxQueuedTasks() {
        return DEFAULT_MAX_QUEUED_TASKS;
    }

    @Override
    public void execute(Runnable drain) {
        this.queue.add(drain);
        Worker sleeper = this.idle.pollFirst();
        if (sleeper != null) {
            sleeper.wake();
        } else {
            startThread();
        }
    }

    @Override
    public boolean hasWaiting() {
        return !this.queue.isEmpty();
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
        return this.threads.get();
    }

    @Override
    public int maxQueuedTasks() {
        return this.bound.limit();
    }

    @Override
    public void close() {
        this.closed = true;
        Worker sleeper;
        while ((sleeper = this.idle.pollFirst()) != null) {
            sleeper.wake();
        }
    }

    private void startThread() {
        if (claimThread()) {
            new Worker().thread.start();
        }
    }

    private boolean claimThread() {
        for (; ; ) {
            int running = this.threads.get();
            if (running >= this.maxThreads) {
                return false;
            }
            if (this.threads.compareAndSet(running, running + 1)) {
                return true;
            }
        }
    }

    private final class Worker implements Runnable {

        private final int number = claimNumber();

        private final Thread thread = new WorkerThread(this, WorkerPool.this.namePrefix + "-" + this.number);

        @Override
        public void run() {
            boolean ended = false;
            try {
                Runnable drain;
                while ((drain = await()) != null) {
                    run(drain);
                }
                ended = true;
            } finally {
                if (!ended) {
                    // Only an error of the virtual machine leads here; others must not wait for this thread for ever.
                    WorkerPool.this.idle.remove(this);
                    WorkerPool.this.threads.decrementAndGet();
                    releaseNumber(this.number);
                    if (hasWaiting()) {
                        startThread();
                    }
                }
            }
        }

        private void run(Runnable drain) {
            try {
                drain.run();
            } catch (Exception failure) {
                // A drain reports failures to its tasks; what arrives here is a defect, and must not end the thread
                // that other sessions wait for.
                LOGGER.error("Unexpected failure on a worker", failure);
            }
        }

        void wake() {
            LockSupport.unpark(this.thread);
        }

        /** {@return the next drain, or null when this thread has ended} */
        private @Nullable Runnable await() {
            for (; ; ) {
                Runnable drain = WorkerPool.this.queue.poll();
                if (drain != null) {
                    return drain;
                }
                WorkerPool.this.idle.addFirst(this);
                drain = WorkerPool.this.queue.poll();
                if (drain != null) {
                    WorkerPool.this.idle.remove(this);
                    return drain;
                }
                boolean expired = park();
                if (WorkerPool.this.idle.remove(this) && (expired || WorkerPool.this.closed) && end()) {
                    return null;
                }
            }
        }

        /** {@return whether the thread was idle for its whole time} */
        private boolean park() {
            if (WorkerPool.this.closed) {
                return true;
            }
            long until = System.nanoTime() + WorkerPool.this.idleNanos;
            LockSupport.parkNanos(WorkerPool.this, WorkerPool.this.idleNanos);
            return System.nanoTime() - until >= 0;
        }

        /** {@return whether the thread may end} A drain added just now would otherwise wait for nobody. */
        private boolean end() {
            WorkerPool.this.threads.decrementAndGet();
            if (!WorkerPool.this.queue.isEmpty() && claimThread()) {
                return false;
            }
            releaseNumber(this.number);
            return true;
        }
    }

    private int claimNumber() {
        synchronized (this.numbers) {
            int number = this.numbers.nextClearBit(1);
            this.numbers.set(number);
            return number;
        }
    }

    private void releaseNumber(int number) {
        synchronized (this.numbers) {
            this.numbers.clear(number);
        }
    }
}
