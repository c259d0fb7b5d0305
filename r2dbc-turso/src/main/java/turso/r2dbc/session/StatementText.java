package turso.r2dbc.session;

import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Execution.Tie;

/**
 * A statement, and what its text says about it; the same for every execution.
 *
 * @param sql exactly one statement
 * @param effect what it does to the transaction
 * @param lock which lock of the database it may need
 * @param tie what it has to do with the connection it runs on, beside the database
 * @param changesSchema whether it changes tables, or which ones names stand for, so that columns described before may be
 *     wrong
 * @param star whether its columns may change without its text changing ({@code SELECT *})
 */
public record StatementText(String sql, Effect effect, Lock lock, Tie tie, boolean changesSchema, boolean star) {}
