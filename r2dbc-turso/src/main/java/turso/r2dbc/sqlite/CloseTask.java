package turso.r2dbc.sqlite;

import turso.r2dbc.session.Step;

/** The last task of a session. */
final class CloseTask extends OwnTask {

    private final SqliteSession session;

    CloseTask(SqliteSession session) {
        super(session);
        this.session = session;
    }

    @Override
    public Step next() {
        this.session.shut();
        return Step.Rest.DONE;
    }
}
