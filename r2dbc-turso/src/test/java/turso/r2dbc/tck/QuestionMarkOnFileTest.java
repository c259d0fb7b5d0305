package turso.r2dbc.tck;

import turso.r2dbc.TestDatabase;

class QuestionMarkOnFileTest extends DriverTestKit {

    QuestionMarkOnFileTest() {
        super(TestDatabase.Kind.FILE, ParameterStyle.QUESTION_MARK);
    }
}
