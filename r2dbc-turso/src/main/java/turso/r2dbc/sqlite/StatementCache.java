package turso.r2dbc.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the prepared statements that are not in use, the least recently used first to go.
 *
 * <p>A statement in use is not in the cache, so one SQL text that is open twice gets two statements. Confined to the
 * session's worker.
 */
final class StatementCache {

    private static final float LOAD_FACTOR = 0.75f;

    private final Engine engine;

    private final int capacity;

    private final LinkedHashMap<String, EngineStatement> idle;

    private long hits;

    private long misses;

    StatementCache(Engine engine, int capacity) {
        this.engine = engine;
        this.capacity = capacity;
        this.idle = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    }

    EngineStatement acquire(String sql) throws EngineError {
        EngineStatement statement = this.idle.remove(sql);
        if (statement != null) {
            this.hits++;
            return statement;
        }
        this.misses++;
        return this.engine.prepare(sql);
    }

    /** Takes a statement back, which must be reset. */
    void release(EngineStatement statement) {
        if (statement.isClosed()) {
            return;
        }
        if (this.capacity == 0) {
            statement.close();
            return;
        }
        statement.releaseValues();
        EngineStatement twin = this.idle.put(statement.sql(), statement);
        if (twin != null) {
            twin.close();
        } else if (this.idle.size() > this.capacity) {
            evictEldest();
        }
    }

    private void evictEldest() {
        Map.Entry<String, EngineStatement> eldest = first();
        if (eldest != null) {
            this.idle.remove(eldest.getKey());
            eldest.getValue().close();
        }
    }

    private Map.@Nullable Entry<String, EngineStatement> first() {
        var entries = this.idle.entrySet().iterator();
        return entries.hasNext() ? entries.next() : null;
    }

    /** Finalises what is kept, as after a change of the schema made the statements' shapes doubtful. */
    void clear() {
        this.idle.values().forEach(EngineStatement::close);
        this.idle.clear();
    }

    long hits() {
        return this.hits;
    }

    long misses() {
        return this.misses;
    }
}
