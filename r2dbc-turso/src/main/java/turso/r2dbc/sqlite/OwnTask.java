package turso.r2dbc.sqlite;

import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Task;

/** A task of the session's own: it runs no command, nobody waits for it, and it has its turn whatever happens. */
abstract class OwnTask extends Task {

    OwnTask(Session session) {
        super(session);
    }

    @Override
    public final void onFailure(EngineFailure failure) {
        // It runs no command.
    }

    @Override
    public final void onAbandoned(EngineFailure failure) {
        // Only a session that is shut abandons it, and then there is nothing left to do.
    }

    @Override
    public final boolean droppable() {
        return false;
    }

    @Override
    public final boolean bounded() {
        return false;
    }
}
