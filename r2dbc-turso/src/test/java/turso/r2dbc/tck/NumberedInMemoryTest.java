package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class NumberedInMemoryTest extends DriverTestKit {

    NumberedInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.NUMBERED);
    }
}
