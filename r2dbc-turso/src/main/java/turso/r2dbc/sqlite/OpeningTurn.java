package turso.r2dbc.sqlite;

/**
 * The turn of a connection that is being opened to a memory database: its writer keeps out even those who only look at the
 * schema, as every new connection does.
 */
final class OpeningTurn implements Lane.Member {

    private final Database database;

    private final Lane.Use use;

    private final Runnable granted;

    OpeningTurn(String memoryName, Lane.Use use, Runnable granted) {
        this.database = Databases.joinMemory(memoryName);
        this.use = use;
        this.granted = granted;
    }

    /** {@return whether it is the turn now; otherwise there will be a call} */
    boolean take() {
        return this.database.lane().enter(this, this.use);
    }

    void end() throws EngineError {
        this.database.lane().leave(this);
        Databases.leave(this.database);
    }

    @Override
    public void laneGranted() {
        this.granted.run();
    }

    @Override
    public void makeWay() {
        // It is done in a moment.
    }

    @Override
    public String describe() {
        return "the opening of a connection";
    }
}
