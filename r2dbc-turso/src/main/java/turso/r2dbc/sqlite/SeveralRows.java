package turso.r2dbc.sqlite;

import turso.r2dbc.session.Execution;

/**
 * Chooses which sets of values of an execution are inserted several at a time, and inserts them: where that makes no
 * difference but to the time it takes. The first set always runs by itself, and takes the lock.
 *
 * <p>Confined to the session's worker.
 */
final class SeveralRows {

    private final SessionEngine engine;

    /** Sets of values up to this one are run one by one. */
    private int singlesUntil = 1;

    /** For one execution, which {@link Execution#rows() has rows}. */
    SeveralRows(SessionEngine engine) {
        this.engine = engine;
    }

    /**
     * Inserts rows, if it makes sense.
     *
     * @param set the first set of values to insert
     * @return how many were inserted; if none, the set is to be run by itself
     */
    int insert(Execution execution, int set) throws EngineError {
        if (set < this.singlesUntil) {
            return 0;
        }
        BulkInsert bulk = this.engine.bulkInsert();
        if (set == 1 && (!this.engine.isTransactionOpen() || !bulk.isPossible(execution))) {
            this.singlesUntil = Integer.MAX_VALUE;
            return 0;
        }
        int rows = bulk.insert(execution, set);
        if (rows == 0) {
            this.singlesUntil = set + BulkInsert.CHUNK;
        }
        return rows;
    }
}
