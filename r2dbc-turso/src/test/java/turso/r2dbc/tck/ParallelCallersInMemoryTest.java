package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

/** The kit, with every publisher subscribed to on a thread that must not block. */
class ParallelCallersInMemoryTest extends DriverTestKit {

    ParallelCallersInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.QUESTION_MARK, ParallelCallers::of);
    }
}
