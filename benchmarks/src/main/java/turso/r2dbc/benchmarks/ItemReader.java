package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** One way to read the items of a database. */
interface ItemReader extends AutoCloseable {

    /** The ways to read. */
    enum Implementation {
        /** The loop nothing on sqlite-jdbc can be faster than: its {@code DB} class, without JDBC, under one lock. */
        raw,
        /** Plain JDBC with {@code getLong}, {@code getString}... */
        jdbcTyped,
        /** Plain JDBC with {@code getObject}. */
        jdbcObject,
        /** What is usual where there is no reactive driver: JDBC behind {@code Mono.fromCallable}, on other threads. */
        wrapper,
        /** The driver through R2DBC's interfaces. */
        driver,
        /** The same, each statement on a connection of r2dbc-pool. */
        pool,
        /** r2dbc-h2, on a database of H2. */
        h2;

        /** A database with items for it. */
        ItemDatabase filled(Setting setting, int items) throws IOException, SQLException {
            return this == h2 ? H2Database.toRead(setting, items) : SqliteDatabase.toRead(setting, items);
        }

        /**
         * Connects to it.
         *
         * @param typed whether R2DBC and raw are told the type of each column; the ways of JDBC have names of their own
         * @param inFlight how many reads there will be at a time
         */
        ItemReader open(ItemDatabase database, boolean typed, int inFlight) throws SQLException {
            return switch (this) {
                case raw -> new RawReader(database, typed);
                case jdbcTyped -> new JdbcReader(database, true);
                case jdbcObject -> new JdbcReader(database, false);
                case wrapper -> new WrapperReader(database, inFlight);
                case driver, h2 -> new R2dbcReader(ConnectionSource.held(database), typed);
                case pool -> new R2dbcReader(ConnectionSource.pooled(database), typed);
            };
        }
    }

    /**
     * Reads every item.
     *
     * @param demand how many rows R2DBC is asked for at a time; without effect on others, which have no demand
     */
    void readAll(Demand demand, ItemSink sink) throws SQLException;

    /**
     * Reads items one by one, each by its key.
     *
     * @param inFlight how many may be asked for at the same time; without effect on implementations that block
     */
    void readEach(int[] keys, int inFlight, ItemSink sink) throws SQLException;

    /** Closes the connections. */
    @Override
    void close() throws SQLException;
}
