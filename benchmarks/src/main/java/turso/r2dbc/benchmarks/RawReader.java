package turso.r2dbc.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** sqlite-jdbc below JDBC, with everything done by hand that makes it fast: the bound of what the driver can reach. */
final class RawReader implements ItemReader {

    private final ItemDatabase database;

    private final boolean typed;

    private final SQLiteConnection connection;

    private final DB db;

    RawReader(ItemDatabase database, boolean typed) throws SQLException {
        this.database = database;
        this.typed = typed;
        this.connection = (SQLiteConnection) database.connect();
        this.connection.setAutoCommit(!database.inTransaction());
        this.db = this.connection.getDatabase();
    }

    @Override
    public long readAll(Demand demand, Blackhole sink) throws SQLException {
        // The methods that the loop calls lock the database each; within this lock that is cheaper, but only if it is
        // taken
        // outside of the loop's own method.
        synchronized (this.db) {
            return readAll(sink);
        }
    }

    private long readAll(Blackhole sink) throws SQLException {
        long rows = 0;
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ALL)) {
            long pointer = pointer(query);
            while (this.db.step(pointer) == Codes.SQLITE_ROW) {
                read(pointer, sink);
                rows++;
            }
        }
        return rows;
    }

    @Override
    public long readEach(int[] keys, int inFlight, Blackhole sink) throws SQLException {
        synchronized (this.db) {
            return this.database.prepared() ? readEachPrepared(keys, sink) : readEachUnprepared(keys, sink);
        }
    }

    private long readEachPrepared(int[] keys, Blackhole sink) throws SQLException {
        long rows = 0;
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE)) {
            for (int key : keys) {
                rows += readOne(query, key, sink);
            }
        }
        return rows;
    }

    private long readEachUnprepared(int[] keys, Blackhole sink) throws SQLException {
        long rows = 0;
        for (int key : keys) {
            try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE)) {
                rows += readOne(query, key, sink);
            }
        }
        return rows;
    }

    private int readOne(PreparedStatement query, int key, Blackhole sink) throws SQLException {
        // Binds, and makes the first step.
        if (!this.db.execute((CoreStatement) query, new Object[] {(long) key})) {
            return 0;
        }
        long pointer = pointer(query);
        read(pointer, sink);
        this.db.reset(pointer);
        return 1;
    }

    private static long pointer(PreparedStatement statement) throws SQLException {
        return ((CoreStatement) statement).pointer.safeRunLong((db, pointer) -> pointer);
    }

    private void read(long statement, Blackhole sink) throws SQLException {
        if (this.typed) {
            sink.consume(this.db.column_long(statement, 0));
            sink.consume(text(statement, 1));
            sink.consume(this.db.column_double(statement, 2));
            sink.consume(text(statement, 3));
        } else {
            for (int column = 0; column < 4; column++) {
                sink.consume(object(statement, column));
            }
        }
    }

    private @Nullable Object object(long statement, int column) throws SQLException {
        return switch (this.db.column_type(statement, column)) {
            case Codes.SQLITE_INTEGER -> this.db.column_long(statement, column);
            case Codes.SQLITE_FLOAT -> this.db.column_double(statement, column);
            case Codes.SQLITE_TEXT -> text(statement, column);
            default -> this.db.column_blob(statement, column);
        };
    }

    private String text(long statement, int column) throws SQLException {
        return new String(this.db.column_blob(statement, column), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws SQLException {
        this.connection.close();
    }
}
