package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class NamedInMemoryTest extends DriverTestKit {

    NamedInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.NAMED);
    }
}
