package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class QuestionMarkInMemoryTest extends DriverTestKit {

    QuestionMarkInMemoryTest() {
        super(TestDatabase.Kind.MEMORY, ParameterStyle.QUESTION_MARK);
    }
}
