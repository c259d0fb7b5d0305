package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class NumberedOnFileTest extends DriverTestKit {

    NumberedOnFileTest() {
        super(TestDatabase.Kind.FILE, ParameterStyle.NUMBERED);
    }
}
