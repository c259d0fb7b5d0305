package turso.r2dbc.sqlite;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.OpenException;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.SessionFactory;
import turso.r2dbc.session.SessionMetrics;

/** Opens sessions of one SQLite database, in a file or in memory. */
public final class SqliteSessionFactory implements SessionFactory {

    private static final Cleaner CLEANER = Cleaner.create();

    /** Begins the names of databases that nobody can name; no name of the user's begins with a dot. */
    private static final String PRIVATE = ".private-";

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final SqliteSettings settings;

    private final Workers workers;

    private final MemoryAnchor anchor;

    private final FactoryNumbers numbers;

    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteSessionFactory(SqliteSettings settings, Workers workers) {
        this.settings = settings;
        this.workers = workers;
        this.numbers = new FactoryNumbers(workers);
        String name = settings.memoryName();
        this.anchor = new MemoryAnchor(name != null ? name : PRIVATE + NUMBERS.incrementAndGet());
        // Frameworks drop factories without closing them, and a memory database must not stay for that.
        CLEANER.register(this, this.anchor::release);
    }

    /**
     * Makes a factory.
     *
     * @param settings what to open and how
     * @param threads where to run engine work
     */
    public static SqliteSessionFactory create(SqliteSettings settings, WorkerSettings threads) {
        return new SqliteSessionFactory(settings, threads.workers());
    }

    /**
     * Where engine work runs.
     *
     * @param scheduler the user's own, or null
     * @param maxThreads the size of a pool of the factory's own, or null for the process-wide pool
     * @param maxQueuedTasks how many statements may wait for a thread, or null for the default
     */
    public record WorkerSettings(
            @Nullable Scheduler scheduler,
            @Nullable Integer maxThreads,
            @Nullable Integer maxQueuedTasks) {

        /** {@return how many statements may wait, given or not} */
        public int boundOfQueue() {
            return this.maxQueuedTasks != null ? this.maxQueuedTasks : WorkerPool.defaultMaxQueuedTasks();
        }

        private Workers workers() {
            int queued = boundOfQueue();
            if (this.scheduler != null) {
                return new SchedulerWorkers(this.scheduler, queued);
            }
            if (this.maxThreads == null && this.maxQueuedTasks == null) {
                return SharedWorkers.INSTANCE;
            }
            int threads = this.maxThreads != null ? this.maxThreads : WorkerPool.defaultThreads();
            return new WorkerPool("turso-" + PoolNumbers.next(), threads, queued);
        }
    }

    @Override
    public Mono<Session> open() {
        return new OpenMono(sink -> {
            if (this.closed.get()) {
                sink.fail(new OpenException(
                        EngineFailure.of(Reason.CLOSED, "The connection factory is closed"),
                        "Cannot open a connection"));
                return;
            }
            this.workers.execute(new Opening(this.settings, this.anchor, this.workers, this.numbers, sink));
        });
    }

    @Override
    public SessionMetrics metrics() {
        return this.numbers;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (!this.closed.compareAndSet(false, true)) {
                return Mono.empty();
            }
            return new RunMono(this.workers, () -> {
                this.anchor.release();
                this.workers.close();
            });
        });
    }
}
