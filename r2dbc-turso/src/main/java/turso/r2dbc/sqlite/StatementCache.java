package turso.r2dbc.sqlite;

import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Keeps prepared statements by their text, the least recently used first to go.
 *
 * <p>A statement that is in use is lent to nobody else: one text that is open twice gets a second statement, and the
 * first of them to be free is kept. Confined to the session's worker.
 */
final class StatementCache {

    private static final float LOAD_FACTOR = 0.75f;

    private final Engine engine;

    private final int capacity;

    private final LinkedHashMap<String, EngineStatement> statements;

    private final SessionNumbers numbers;

    StatementCache(Engine engine, int capacity, SessionNumbers numbers) {
        this.engine = engine;
        this.numbers = numbers;
        this.capacity = capacity;
        this.statements = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    }

    EngineStatement acquire(String sql) throws EngineError {
        EngineStatement statement = this.statements.get(sql);
        if (statement == null || statement.inUse) {
            this.numbers.cacheMisses.add(1);
            statement = this.engine.prepare(sql);
        } else {
            this.numbers.cacheHits.add(1);
        }
        statement.inUse = true;
        return statement;
    }

    /** Takes a statement back, which must be reset. */
    void release(EngineStatement statement) {
        statement.inUse = false;
        if (statement.isClosed()) {
            remove(statement);
            return;
        }
        statement.releaseValues();
        if (!statement.cached) {
            keep(statement);
        }
    }

    private void keep(EngineStatement statement) {
        EngineStatement twin = this.statements.get(statement.sql());
        if (this.capacity == 0 || twin != null && !twin.inUse) {
            statement.close();
            return;
        }
        if (twin != null) {
            remove(twin);
        }
        makeRoom();
        this.statements.put(statement.sql(), statement);
        statement.cached = true;
    }

    private void remove(EngineStatement statement) {
        if (statement.cached) {
            statement.cached = false;
            this.statements.remove(statement.sql());
        }
    }

    /** Drops what was used longest ago, but nothing in use: then there may be more than the capacity for a while. */
    private void makeRoom() {
        Iterator<EngineStatement> eldest = this.statements.values().iterator();
        while (this.statements.size() >= this.capacity && eldest.hasNext()) {
            EngineStatement statement = eldest.next();
            if (!statement.inUse) {
                eldest.remove();
                statement.close();
            }
        }
    }

    /** Finalises what is kept. */
    void clear() {
        this.statements.values().forEach(EngineStatement::close);
        this.statements.clear();
    }
}
