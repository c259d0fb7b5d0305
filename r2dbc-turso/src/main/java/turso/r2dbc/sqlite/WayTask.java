package turso.r2dbc.sqlite;

import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;

/** Has nothing to do: that it has a turn is enough, since the session makes way for others between turns. */
final class WayTask extends OwnTask {

    WayTask(Session session) {
        super(session);
    }

    @Override
    public Step next() {
        return Step.Rest.PAUSE;
    }
}
