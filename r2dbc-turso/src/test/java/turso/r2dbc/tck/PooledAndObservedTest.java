package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

/** The kit through what Spring Boot builds: r2dbc-pool above r2dbc-proxy. */
@Deviation(
        test = "validate",
        failure = "failed local validation after close",
        because = "a closed pooled connection asks the pool's connection, which is open and answers so")
@Deviation(
        test = "bindFails",
        failure = "but was: <io.r2dbc.proxy.core.R2dbcProxyException>",
        because = "r2dbc-proxy wraps what bind throws")
@Deviation(
        test = "row",
        failure = "R2dbcProxyException: Failed to perform get",
        because = "r2dbc-proxy wraps what get throws")
class PooledAndObservedTest extends DriverTestKit {

    PooledAndObservedTest() {
        super(TestDatabase.Kind.FILE, ParameterStyle.NUMBERED, driver -> Wrappers.pool(Wrappers.proxy(driver)));
    }
}
