package turso.r2dbc;

import java.time.Duration;
import turso.r2dbc.api.TursoMetrics;
import turso.r2dbc.session.SessionMetrics;

/** The numbers of the factory's sessions, as users see them. */
record FactoryMetrics(SessionMetrics sessions) implements TursoMetrics {

    @Override
    public int openConnections() {
        return this.sessions.openSessions();
    }

    @Override
    public int openCursors() {
        return this.sessions.openCursors();
    }

    @Override
    public int queuedTasks() {
        return this.sessions.queuedTasks();
    }

    @Override
    public int maxQueuedTasks() {
        return this.sessions.maxQueuedTasks();
    }

    @Override
    public int threads() {
        return this.sessions.threads();
    }

    @Override
    public int lockHolders() {
        return this.sessions.lockHolders();
    }

    @Override
    public int lockWaiters() {
        return this.sessions.lockWaiters();
    }

    @Override
    public long lockWaits() {
        return this.sessions.lockWaits();
    }

    @Override
    public Duration lockWaitTime() {
        return Duration.ofNanos(this.sessions.lockWaitNanos());
    }

    @Override
    public long lockTimeouts() {
        return this.sessions.lockTimeouts();
    }

    @Override
    public long groupedWrites() {
        return this.sessions.groupedWrites();
    }

    @Override
    public long statementCacheHits() {
        return this.sessions.statementCacheHits();
    }

    @Override
    public long statementCacheMisses() {
        return this.sessions.statementCacheMisses();
    }

    @Override
    public long walBytes() {
        return this.sessions.walBytes();
    }
}
