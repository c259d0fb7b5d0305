package turso.r2dbc.sqlite;

/**
 * How far a checkpoint got.
 *
 * @param complete whether all of the log was copied, and with RESTART, whether it can be reused from its beginning
 * @param pages how many pages the log has; the file may be larger, with what was in it before
 */
record CheckpointOutcome(boolean complete, long pages) {

    /** Nothing was done. */
    static final CheckpointOutcome NONE = new CheckpointOutcome(false, 0);
}
