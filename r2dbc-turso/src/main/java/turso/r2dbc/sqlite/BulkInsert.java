package turso.r2dbc.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.MultiRowInsert;

/**
 * Inserts many rows with few statements, where nobody can tell the difference: into {@link PlainTables}, within a
 * transaction.
 *
 * <p>A statement that violates a constraint is undone by SQLite whole; its rows are left to be inserted one by one, so
 * that the error, its row and what was inserted before it are those of single rows. The last row of all is inserted by
 * itself in any case, for {@code changes()}.
 *
 * <p>Confined to the session's worker.
 */
final class BulkInsert {

    /** Rows inserted in one turn at most. */
    private static final int SPAN = 256;

    /** Rows of one statement. There are two sizes only, so that the statements stay prepared. */
    static final int CHUNK = 64;

    private static final int SMALL_CHUNK = 8;

    /** A little less than SQLite allows. */
    private static final int PARAMETERS = 32_000;

    /** Rows with larger values are inserted one by one: copying costs more than the statement then. */
    private static final int LARGE_VALUE = 4_096;

    private final StatementCache statements;

    private final PlainTables tables;

    BulkInsert(StatementCache statements) {
        this.statements = statements;
        this.tables = new PlainTables(statements);
    }

    /** {@return whether rows of the execution may be inserted several at a time} */
    boolean isPossible(Execution execution) throws EngineError {
        MultiRowInsert insert = execution.rows();
        return insert != null
                && insert.parameters() > 0
                && insert.parameters() * SMALL_CHUNK <= PARAMETERS
                && this.tables.contains(insert.table());
    }

    /**
     * Inserts rows.
     *
     * @param from the first set of values to insert
     * @return how many were inserted; if there are none, the next {@link #CHUNK} are to be inserted one by one
     */
    int insert(Execution execution, int from) throws EngineError {
        MultiRowInsert insert = execution.rows();
        if (insert == null) {
            return 0;
        }
        List<@Nullable Object[]> sets = execution.bindings();
        int end = endOfSmallRows(sets, from, Math.min(from + SPAN, sets.size() - 1));
        try {
            boolean wide = insert.parameters() * CHUNK > PARAMETERS;
            int next = wide ? from : insert(insert, sets, from, end, CHUNK);
            // Not behind a chunk that was refused.
            return (wide || end - next < CHUNK ? insert(insert, sets, next, end, SMALL_CHUNK) : next) - from;
        } catch (EngineError error) {
            EngineFailure failure = error.failure();
            throw new EngineError(new EngineFailure(
                    failure.reason(), failure.code(), failure.message(), execution.sql(), failure.cause()));
        }
    }

    private static int endOfSmallRows(List<@Nullable Object[]> sets, int from, int limit) {
        for (int i = from; i < limit; i++) {
            for (Object value : sets.get(i)) {
                if (value instanceof byte[] bytes && bytes.length > LARGE_VALUE
                        || value instanceof String text && text.length() > LARGE_VALUE) {
                    return i;
                }
            }
        }
        return limit;
    }

    /** {@return the first row that was not inserted} */
    private int insert(MultiRowInsert insert, List<@Nullable Object[]> sets, int from, int end, int rows)
            throws EngineError {
        int width = insert.parameters();
        if (end - from < rows) {
            return from;
        }
        @Nullable Object[] values = new Object[width * rows];
        EngineStatement statement = this.statements.acquire(insert.sql(rows));
        int next = from;
        try {
            while (end - next >= rows) {
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(sets.get(next + i), 0, values, i * width, width);
                }
                statement.start(values);
                next += rows;
            }
        } catch (EngineError error) {
            if (!Codes.isConstraint(error.failure().code())) {
                throw error;
            }
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
        return next;
    }
}
