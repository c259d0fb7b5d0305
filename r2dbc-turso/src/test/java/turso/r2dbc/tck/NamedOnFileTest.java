package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class NamedOnFileTest extends DriverTestKit {

    NamedOnFileTest() {
        super(TestDatabase.Kind.FILE, ParameterStyle.NAMED);
    }
}
