package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** One way to insert items into an empty table. */
interface ItemWriter extends AutoCloseable {

    /** The ways to insert. */
    enum Implementation {
        /** A JDBC batch. */
        jdbcBatch,
        /** sqlite-jdbc below JDBC: one prepared statement for each row, under one lock. */
        rawBind,
        /** The same with a prepared statement that inserts fifty rows at once. */
        multi50,
        /** What is usual where there is no reactive driver: a JDBC batch behind {@code Mono.fromCallable}. */
        wrapper,
        /** The driver through R2DBC's interfaces; many rows with {@code add()}. */
        driverAdd,
        /** The driver through its own verbs: {@code executeMany()}. */
        driverMany,
        /** As {@code driverAdd}, on a connection of r2dbc-pool. */
        pool,
        /** r2dbc-h2, on a database of H2. */
        h2;

        /** An empty table for it. */
        ItemDatabase empty(Setting setting) throws IOException, SQLException {
            return this == h2 ? H2Database.toWrite(setting, 0) : SqliteDatabase.toWrite(setting, 0);
        }

        /** Connects to the table. */
        ItemWriter open(ItemDatabase database) throws SQLException {
            return switch (this) {
                case jdbcBatch -> new JdbcWriter(database);
                case rawBind -> new RawWriter(database, 1);
                case multi50 -> new RawWriter(database, 50);
                case wrapper -> new WrapperWriter(database);
                case driverAdd, h2 -> new R2dbcWriter(ConnectionSource.held(database), database);
                case driverMany -> new ManyWriter(database);
                case pool -> new R2dbcWriter(ConnectionSource.pooled(database), database);
            };
        }
    }

    /**
     * Inserts items with keys from 1 in one transaction, and waits until they are in the file itself, not in its log.
     *
     * @param batch how many are handed over at a time
     */
    void insertAll(int items, int batch) throws SQLException;

    /** Inserts items one by one, each in a transaction of its own, and one after the other. */
    void insertEach(long firstKey, int items) throws SQLException;

    /** Closes the connections. */
    @Override
    void close() throws SQLException;
}
