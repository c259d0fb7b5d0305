package turso.r2dbc.benchmarks;

import java.sql.SQLException;
import org.openjdk.jmh.infra.Blackhole;

/** One way to read the items of a database. */
interface ItemReader {

    /** The ways to read. */
    enum Implementation {
        /** The loop nothing on sqlite-jdbc can be faster than: its {@code DB} class, without JDBC, under one lock. */
        raw,
        /** Plain JDBC with {@code getLong}, {@code getString}... */
        jdbcTyped,
        /** Plain JDBC with {@code getObject}. */
        jdbcObject,
        /** The driver through R2DBC's interfaces. */
        driver;

        ItemReader open(ItemDatabase database, boolean typed) throws SQLException {
            return switch (this) {
                case raw -> new RawReader(database, typed);
                case jdbcTyped -> new JdbcReader(database, true);
                case jdbcObject -> new JdbcReader(database, false);
                case driver -> new DriverReader(database, typed);
            };
        }
    }

    /** Reads every item. @return how many there were */
    long readAll(Demand demand, Blackhole sink) throws SQLException;

    /**
     * Reads items one by one, each by its key.
     *
     * @param inFlight how many may be asked for at the same time; without effect on implementations that block
     * @return how many were found
     */
    long readEach(int[] keys, int inFlight, Blackhole sink) throws SQLException;

    /** Closes the connection. */
    void close() throws SQLException;
}
