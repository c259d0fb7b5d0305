package turso.r2dbc.sqlite;

import java.nio.file.Path;

/** A connection that has a transaction open now and then, which has read something, and so holds a read mark. */
final class ReadMarkHolder {

    private static final Object[] NO_VALUES = new Object[0];

    private final Engine engine;

    private final EngineStatement begin;

    private final EngineStatement read;

    private final EngineStatement commit;

    private ReadMarkHolder(Engine engine) throws EngineError {
        this.engine = engine;
        this.begin = engine.prepare("BEGIN");
        this.read = engine.prepare("PRAGMA data_version");
        this.commit = engine.prepare("COMMIT");
    }

    static ReadMarkHolder open(SqliteSettings settings, Path file) throws EngineError {
        Engine engine = Connector.connectForCheckpoints(settings, file);
        try {
            return new ReadMarkHolder(engine);
        } catch (EngineError error) {
            engine.close();
            throw error;
        }
    }

    /** {@return a number that has changed if anybody has changed the database or its log since the mark was held before} */
    long hold() throws EngineError {
        this.begin.start(NO_VALUES);
        this.read.start(NO_VALUES);
        long version = this.read.longValue(0);
        this.read.reset();
        return version;
    }

    void letGo() throws EngineError {
        this.commit.start(NO_VALUES);
    }

    void close() throws EngineError {
        this.engine.close();
    }
}
