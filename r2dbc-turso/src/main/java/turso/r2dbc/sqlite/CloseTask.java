package turso.r2dbc.sqlite;

import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/** The last task of a session. */
final class CloseTask extends Task {

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

    @Override
    public void onFailure(EngineFailure failure) {
        // It runs no command.
    }

    @Override
    public void onAbandoned(EngineFailure failure) {
        // Only a session that is shut abandons it, and then there is nothing left to do.
    }

    @Override
    public boolean droppable() {
        return false;
    }

    @Override
    public boolean bounded() {
        return false;
    }
}
