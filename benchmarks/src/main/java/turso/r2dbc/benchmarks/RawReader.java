package turso.r2dbc.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** sqlite-jdbc below JDBC, with everything done by hand that makes it fast: the bound of what the driver can reach. */
final class RawReader implements ItemReader {

    private final boolean prepared;

    private final boolean typed;

    private final SQLiteConnection connection;

    private final DB db;

    RawReader(ItemDatabase database, boolean typed) throws SQLException {
        this.prepared = database.setting().prepared();
        this.typed = typed;
        this.connection = (SQLiteConnection) database.connectAsTheDriver();
        this.connection.setAutoCommit(!database.setting().place().inTransaction());
        this.db = this.connection.getDatabase();
    }

    @Override
    public void readAll(Demand demand, ItemSink sink) throws SQLException {
        // The methods that the loop calls lock the database each; within this lock that is cheaper, but only if it is
        // taken outside of the loop's own method.
        synchronized (this.db) {
            readAll(sink);
        }
    }

    private void readAll(ItemSink sink) throws SQLException {
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ALL)) {
            long pointer = pointer(query);
            while (this.db.step(pointer) == Codes.SQLITE_ROW) {
                read(pointer, sink);
            }
        }
    }

    @Override
    public void readEach(int[] keys, int inFlight, ItemSink sink) throws SQLException {
        synchronized (this.db) {
            if (this.prepared) {
                readEachPrepared(keys, sink);
            } else {
                readEachUnprepared(keys, sink);
            }
        }
    }

    private void readEachPrepared(int[] keys, ItemSink sink) throws SQLException {
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE)) {
            for (int key : keys) {
                readOne(query, key, sink);
            }
        }
    }

    private void readEachUnprepared(int[] keys, ItemSink sink) throws SQLException {
        for (int key : keys) {
            try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE)) {
                readOne(query, key, sink);
            }
        }
    }

    private void readOne(PreparedStatement query, int key, ItemSink sink) throws SQLException {
        // Binds, and makes the first step.
        if (this.db.execute((CoreStatement) query, new Object[] {(long) key})) {
            long pointer = pointer(query);
            read(pointer, sink);
            this.db.reset(pointer);
        }
    }

    private static long pointer(PreparedStatement statement) throws SQLException {
        return ((CoreStatement) statement).pointer.safeRunLong((db, pointer) -> pointer);
    }

    private void read(long statement, ItemSink sink) throws SQLException {
        if (this.typed) {
            sink.take(
                    this.db.column_long(statement, 0),
                    text(statement, 1),
                    this.db.column_double(statement, 2),
                    text(statement, 3));
        } else {
            sink.take(object(statement, 0), object(statement, 1), object(statement, 2), object(statement, 3));
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
