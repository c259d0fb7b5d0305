package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

/** The kit, with every publisher subscribed to on a thread that must not block. */
class ParallelCallersOnFileTest extends DriverTestKit {

    ParallelCallersOnFileTest() {
        super(TestDatabase.Kind.FILE, ParameterStyle.NUMBERED, ParallelCallers::of);
    }
}
