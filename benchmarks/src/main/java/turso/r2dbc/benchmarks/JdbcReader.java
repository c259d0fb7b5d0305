package turso.r2dbc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.openjdk.jmh.infra.Blackhole;

/** Plain, blocking JDBC: what all others are compared with. */
final class JdbcReader implements ItemReader {

    private final ItemDatabase database;

    private final boolean typed;

    private final Connection connection;

    JdbcReader(ItemDatabase database, boolean typed) throws SQLException {
        this.database = database;
        this.typed = typed;
        this.connection = database.connect();
        this.connection.setAutoCommit(!database.inTransaction());
    }

    @Override
    public long readAll(Demand demand, Blackhole sink) throws SQLException {
        long rows = 0;
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ALL);
                ResultSet result = query.executeQuery()) {
            while (result.next()) {
                read(result, sink);
                rows++;
            }
        }
        return rows;
    }

    @Override
    public long readEach(int[] keys, int inFlight, Blackhole sink) throws SQLException {
        return this.database.prepared() ? readEachPrepared(keys, sink) : readEachUnprepared(keys, sink);
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
        query.setInt(1, key);
        try (ResultSet result = query.executeQuery()) {
            if (!result.next()) {
                return 0;
            }
            read(result, sink);
            return 1;
        }
    }

    private void read(ResultSet row, Blackhole sink) throws SQLException {
        if (this.typed) {
            sink.consume(row.getLong(1));
            sink.consume(row.getString(2));
            sink.consume(row.getDouble(3));
            sink.consume(row.getString(4));
        } else {
            sink.consume(row.getObject(1));
            sink.consume(row.getObject(2));
            sink.consume(row.getObject(3));
            sink.consume(row.getObject(4));
        }
    }

    @Override
    public void close() throws SQLException {
        this.connection.close();
    }
}
