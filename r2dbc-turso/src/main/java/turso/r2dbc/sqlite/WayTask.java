package turso.r2dbc.sqlite;

import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/** Has nothing to do: that it has a turn is enough, since the session makes way for others between turns. */
final class WayTask extends Task {

    WayTask(Session session) {
        super(session);
    }

    @Override
    public Step next() {
        return Step.Rest.PAUSE;
    }

    @Override
    public void onFailure(EngineFailure failure) {
        // It runs no command.
    }

    @Override
    public void onAbandoned(EngineFailure failure) {
        // Nobody waits for it.
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
