package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

/** The kit through r2dbc-pool. */
@Deviation(
        test = "validate",
        failure = "failed local validation after close",
        because = "a closed pooled connection asks the pool's connection, which is open and answers so")
class PooledInMemoryTest extends DriverTestKit {

    PooledInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.NAMED, Wrappers::pool);
    }
}
