package turso.r2dbc.sqlite;

import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

    /**
     * A drain that was left to the worker that handed it over waits for him for up to twice this time, if there are others.
     */
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** For so long after a drain was left to a worker, somebody watches. */
    private static final long WATCHED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** When a thread could not be started, it is tried again after so long. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int MINIMUM_THREADS = 4;

    private static final int THREADS_PER_PROCESSOR = 2;

    private static final int DEFAULT_MAX_QUEUED_TASKS = 100_000;

    private final String namePrefix;

    private final int maxThreads;

    private final long idleNanos;

    private final Consumer<? super Thread> starter;

    private final TaskBound bound;

    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();

    private final AtomicInteger threads = new AtomicInteger();

    /** Whether an idle worker looks every moment whether others are at work. */
    private final AtomicBoolean watched = new AtomicBoolean();

    /**
     * Whether a drain was left to a worker since an idle one last looked. To ask for the time instead takes longer than to
     * leave the drain.
     */
    private volatile boolean left;

    /** When that was last noticed. */
    private volatile long lastLeft = System.nanoTime() - WATCHED_NANOS;

    /**
     * Changes whenever a worker takes a drain, though workers may count at the same time, and count wrong then: whoever finds
     * it unchanged by chance only takes a drain that somebody else would have taken.
     */
    private final AtomicLong taken = new AtomicLong();

    /** When the system last had no thread to give. It is not asked again at once, as long as there are others. */
    private volatile long lastRefused = System.nanoTime() - RETRY_NANOS;

    /** Numbers in use, so that thread names stay few: metrics use them as tags. Guarded by itself. */
    private final BitSet numbers = new BitSet();

    private volatile boolean closed;

    WorkerPool(String namePrefix, int maxThreads, int maxQueuedTasks) {
        this(namePrefix, maxThreads, maxQueuedTasks, IDLE_NANOS);
    }

    WorkerPool(String namePrefix, int maxThreads, int maxQueuedTasks, long idleNanos) {
        this(namePrefix, maxThreads, maxQueuedTasks, idleNanos, Thread::start);
    }

    /** @param starter how a thread is started */
    WorkerPool(
            String namePrefix, int maxThreads, int maxQueuedTasks, long idleNanos, Consumer<? super Thread> starter) {
        this.namePrefix = namePrefix;
        this.maxThreads = maxThreads;
        this.idleNanos = idleNanos;
        this.starter = starter;
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

    /**
     * A drain that a worker hands over is left to that worker, which is done with its own in a moment: waking another one
     * takes longer than most statements, and that one would often find nothing left to do; and it may take the processor from
     * a worker that is about to hand over more. In case it is not done, another one watches.
     */
    @Override
    public void execute(Runnable drain) {
        if (isOwnWorker()) {
            if (!this.left) {
                this.left = true;
            }
            this.queue.add(drain);
            if (this.watched.get()) {
                return;
            }
        } else {
            this.queue.add(drain);
        }
        callAnother();
    }

    /** Gets one more worker to look into the queue, unless all are at it. */
    private void callAnother() {
        Worker sleeper = this.idle.pollFirst();
        if (sleeper != null) {
            sleeper.wake();
        } else {
            startThread();
        }
    }

    private boolean isOwnWorker() {
        return Thread.currentThread() instanceof WorkerThread worker && worker.pool() == this;
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

    /** The system may have no thread to give. What waits is left to the other threads then, or tried again if there is none. */
    private void startThread() {
        if (this.threads.get() > 0 && System.nanoTime() - this.lastRefused < RETRY_NANOS || !claimThread()) {
            return;
        }
        Worker worker = null;
        try {
            worker = new Worker();
            this.starter.accept(worker.thread);
        } catch (OutOfMemoryError none) {
            this.lastRefused = System.nanoTime();
            if (worker != null) {
                releaseNumber(worker.number);
            }
            if (this.threads.decrementAndGet() == 0) {
                // Without a timer, who hands over the next drain tries again.
                Timers.trySchedule(this::startThreadForWaiting, RETRY_NANOS);
            }
            LOGGER.warn("A thread of {} could not be started: {}", this.namePrefix, none.getMessage());
        }
    }

    private void startThreadForWaiting() {
        if (hasWaiting()) {
            startThread();
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

        private final Thread thread =
                new WorkerThread(WorkerPool.this, this, WorkerPool.this.namePrefix + "-" + this.number);

        /** Whether somebody has taken it out of those who are idle. */
        private volatile boolean called;

        @Override
        public void run() {
            boolean ended = false;
            try {
                Runnable drain;
                while ((drain = await()) != null) {
                    WorkerPool.this.taken.lazySet(WorkerPool.this.taken.getPlain() + 1);
                    try {
                        if (hasWaiting()) {
                            // It was left to this worker, and is more than that can do at once.
                            callAnother();
                        }
                    } finally {
                        run(drain);
                    }
                }
                ended = true;
            } finally {
                if (!ended) {
                    // Only an error of the virtual machine leads here; others must not wait for this thread for ever.
                    WorkerPool.this.idle.remove(this);
                    WorkerPool.this.threads.decrementAndGet();
                    releaseNumber(this.number);
                    startThreadForWaiting();
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
            this.called = true;
            LockSupport.unpark(this.thread);
        }

        /** {@return the next drain, or null when this thread has ended} */
        private @Nullable Runnable await() {
            for (; ; ) {
                Runnable drain = WorkerPool.this.queue.poll();
                if (drain != null) {
                    return drain;
                }
                this.called = false;
                WorkerPool.this.idle.addFirst(this);
                drain = WorkerPool.this.queue.poll();
                if (drain != null) {
                    WorkerPool.this.idle.remove(this);
                    return drain;
                }
                boolean expired = rest();
                if (WorkerPool.this.idle.remove(this) && (expired || WorkerPool.this.closed) && end()) {
                    return null;
                }
            }
        }

        /** {@return whether the thread was idle for its whole time} */
        private boolean rest() {
            if (WorkerPool.this.closed) {
                return true;
            }
            if (isWatchDue() && WorkerPool.this.watched.compareAndSet(false, true)) {
                try {
                    watch();
                } finally {
                    WorkerPool.this.watched.set(false);
                }
                return false;
            }
            long start = System.nanoTime();
            park(WorkerPool.this.idleNanos);
            return System.nanoTime() - start >= WorkerPool.this.idleNanos;
        }

        /**
         * Until this worker is called, nobody else takes drains, or none was left to a worker for long. As long as others take
         * drains, what was left to them comes to its turn. To take it from them would move a chain of short drains, of which
         * there is one at a time, to another processor in every period; that little can be done at the same time where
         * periods are shorter is given up for it.
         */
        private void watch() {
            long before;
            do {
                before = WorkerPool.this.taken.get();
                park(WATCH_NANOS);
            } while (!this.called && before != WorkerPool.this.taken.get() && isWatchDue());
        }

        private void park(long nanos) {
            LockSupport.parkNanos(WorkerPool.this, nanos);
        }

        private boolean isWatchDue() {
            long now = System.nanoTime();
            if (WorkerPool.this.left) {
                WorkerPool.this.left = false;
                WorkerPool.this.lastLeft = now;
            }
            return now - WorkerPool.this.lastLeft < WATCHED_NANOS;
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
