package turso.r2dbc.sqlite;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.SessionMetrics;

/** The numbers of one factory: its open sessions, those it had, its threads, and the database it reaches. */
final class FactoryNumbers implements SessionMetrics {

    private final Workers workers;

    private final Set<SessionNumbers> open = ConcurrentHashMap.newKeySet();

    private final LongAdder closedCacheHits = new LongAdder();

    private final LongAdder closedCacheMisses = new LongAdder();

    private final LongAdder closedLockWaits = new LongAdder();

    private final LongAdder closedLockWaitNanos = new LongAdder();

    private final LongAdder closedLockTimeouts = new LongAdder();

    private final LongAdder closedGroupedWrites = new LongAdder();

    /** The database as the newest session found it. Without a session it may be another one by now. */
    private volatile @Nullable Database database;

    FactoryNumbers(Workers workers) {
        this.workers = workers;
    }

    /** A session has been opened. @return what it counts with */
    SessionNumbers opened(Database reached) {
        SessionNumbers numbers = new SessionNumbers();
        this.open.add(numbers);
        this.database = reached;
        return numbers;
    }

    /** A session has been closed; what it counted is kept. */
    void closed(SessionNumbers numbers) {
        this.open.remove(numbers);
        this.closedCacheHits.add(numbers.cacheHits.get());
        this.closedCacheMisses.add(numbers.cacheMisses.get());
        this.closedLockWaits.add(numbers.lockWaits.get());
        this.closedLockWaitNanos.add(numbers.lockWaitNanos.get());
        this.closedLockTimeouts.add(numbers.lockTimeouts.get());
        this.closedGroupedWrites.add(numbers.groupedWrites.get());
    }

    private long total(Function<SessionNumbers, SessionNumbers.Number> number, LongAdder closed) {
        return closed.sum() + sum(numbers -> number.apply(numbers).get());
    }

    private long sum(ToLongFunction<SessionNumbers> number) {
        return this.open.stream().mapToLong(number).sum();
    }

    private @Nullable Database reached() {
        return this.open.isEmpty() ? null : this.database;
    }

    @Override
    public int openSessions() {
        return this.open.size();
    }

    @Override
    public int openCursors() {
        return (int) sum(numbers -> numbers.openCursors.get());
    }

    @Override
    public int queuedTasks() {
        return this.workers.queuedTasks();
    }

    @Override
    public int maxQueuedTasks() {
        return this.workers.maxQueuedTasks();
    }

    @Override
    public int threads() {
        return this.workers.threads();
    }

    @Override
    public int lockHolders() {
        Database now = reached();
        return now == null ? 0 : now.lane().holders();
    }

    @Override
    public int lockWaiters() {
        Database now = reached();
        return now == null ? 0 : now.lane().waiting();
    }

    @Override
    public long lockWaits() {
        return total(numbers -> numbers.lockWaits, this.closedLockWaits);
    }

    @Override
    public long lockWaitNanos() {
        return total(numbers -> numbers.lockWaitNanos, this.closedLockWaitNanos);
    }

    @Override
    public long lockTimeouts() {
        return total(numbers -> numbers.lockTimeouts, this.closedLockTimeouts);
    }

    @Override
    public long groupedWrites() {
        return total(numbers -> numbers.groupedWrites, this.closedGroupedWrites);
    }

    @Override
    public long statementCacheHits() {
        return total(numbers -> numbers.cacheHits, this.closedCacheHits);
    }

    @Override
    public long statementCacheMisses() {
        return total(numbers -> numbers.cacheMisses, this.closedCacheMisses);
    }

    @Override
    public long walBytes() {
        Database now = reached();
        return now == null ? 0 : now.walBytes();
    }
}
