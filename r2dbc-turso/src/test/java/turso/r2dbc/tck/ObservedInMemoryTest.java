package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

/** The kit through r2dbc-proxy. */
@Deviation(
        test = "bindFails",
        failure = "but was: <io.r2dbc.proxy.core.R2dbcProxyException>",
        because = "r2dbc-proxy wraps what bind throws")
@Deviation(
        test = "row",
        failure = "R2dbcProxyException: Failed to perform get",
        because = "r2dbc-proxy wraps what get throws")
class ObservedInMemoryTest extends DriverTestKit {

    ObservedInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.NAMED, Wrappers::proxy);
    }
}
