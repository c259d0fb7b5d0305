package turso.r2dbc.tck;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import turso.r2dbc.TestDatabase;

/** What applications put between themselves and a driver. */
final class Wrappers {

    private static final int POOL_SIZE = 10;

    private Wrappers() {}

    /** {@return a full pool} One that is still filling when it is closed does not wait for what it is opening. */
    static ConnectionPool pool(ConnectionFactory driver) {
        ConnectionPool pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(driver).maxSize(POOL_SIZE).build());
        TestDatabase.await(pool.warmup());
        return pool;
    }

    static ConnectionFactory proxy(ConnectionFactory driver) {
        return ProxyConnectionFactory.builder(driver).build();
    }
}
