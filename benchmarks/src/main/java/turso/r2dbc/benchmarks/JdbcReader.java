package turso.r2dbc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plain, blocking JDBC: what all others are compared with. */
final class JdbcReader implements ItemReader {

    private final boolean prepared;

    private final boolean typed;

    private final Connection connection;

    private @Nullable PreparedStatement selectOne;

    JdbcReader(ItemDatabase database, boolean typed) throws SQLException {
        this.prepared = database.setting().prepared();
        this.typed = typed;
        this.connection = database.connect();
        this.connection.setAutoCommit(!database.setting().place().inTransaction());
    }

    @Override
    public void readAll(Demand demand, ItemSink sink) throws SQLException {
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ALL);
                ResultSet result = query.executeQuery()) {
            while (result.next()) {
                read(result, sink);
            }
        }
    }

    /** Reads every item into a list. */
    List<Item> items() throws SQLException {
        List<Item> items = new ArrayList<>();
        forEachItem(items::add);
        return items;
    }

    /** Reads every item into an object. */
    void forEachItem(Consumer<Item> consumer) throws SQLException {
        try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ALL);
                ResultSet result = query.executeQuery()) {
            while (result.next()) {
                consumer.accept(item(result));
            }
        }
    }

    /** Reads the item with this key. */
    Item item(int key) throws SQLException {
        PreparedStatement query = selectOne();
        query.setInt(1, key);
        try (ResultSet result = query.executeQuery()) {
            result.next();
            return item(result);
        }
    }

    private static Item item(ResultSet row) throws SQLException {
        return new Item(row.getLong(1), row.getString(2), row.getDouble(3), row.getString(4));
    }

    @Override
    public void readEach(int[] keys, int inFlight, ItemSink sink) throws SQLException {
        for (int key : keys) {
            if (this.prepared) {
                readOne(selectOne(), key, sink);
            } else {
                try (PreparedStatement query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE)) {
                    readOne(query, key, sink);
                }
            }
        }
    }

    private PreparedStatement selectOne() throws SQLException {
        PreparedStatement query = this.selectOne;
        if (query == null) {
            query = this.connection.prepareStatement(ItemDatabase.SELECT_ONE);
            this.selectOne = query;
        }
        return query;
    }

    private void readOne(PreparedStatement query, int key, ItemSink sink) throws SQLException {
        query.setInt(1, key);
        try (ResultSet result = query.executeQuery()) {
            if (result.next()) {
                read(result, sink);
            }
        }
    }

    private void read(ResultSet row, ItemSink sink) throws SQLException {
        if (this.typed) {
            sink.take(row.getLong(1), row.getString(2), row.getDouble(3), row.getString(4));
        } else {
            sink.take(row.getObject(1), row.getObject(2), row.getObject(3), row.getObject(4));
        }
    }

    @Override
    public void close() throws SQLException {
        if (this.selectOne != null) {
            this.selectOne.close();
        }
        this.connection.close();
    }
}
