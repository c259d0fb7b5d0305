package turso.r2dbc.sqlite;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.RowReader;

/**
 * A prepared statement, and the reader of its current row.
 *
 * <p>Confined to the session's worker.
 */
abstract class EngineStatement implements RowReader {

    /** From this size on, values do not stay bound in a cached statement. */
    private static final int LARGE_VALUE = 16 * 1024;

    private final Engine engine;

    private final String sql;

    private boolean utf8 = true;

    private @Nullable Columns columns;

    private long describedAt;

    private boolean holdsLargeValues;

    /** For {@link StatementCache}: whether it is in the cache, and whether somebody uses it. */
    boolean cached;

    boolean inUse;

    EngineStatement(Engine engine, String sql) {
        this.engine = engine;
        this.sql = sql;
    }

    final String sql() {
        return this.sql;
    }

    final Engine engine() {
        return this.engine;
    }

    /** {@return whether the bytes of the current row's text are UTF-8} */
    final boolean isUtf8() {
        return this.utf8;
    }

    /** {@return whether the statement was finalised and cannot be used again} */
    abstract boolean isClosed();

    /**
     * Binds and makes the first step. @return whether there is a row; if not, the statement is already reset
     *
     * @param values as many as the statement has parameters
     */
    final boolean start(@Nullable Object[] values) throws EngineError {
        try {
            boolean row;
            if (values.length == 0) {
                row = step();
            } else {
                checkOpen();
                noteLargeValues(values);
                row = bindAndStep(values);
            }
            if (row) {
                this.utf8 = this.engine.isUtf8();
            }
            return row;
        } catch (EngineError error) {
            throw this.engine.traced(error, this.sql);
        }
    }

    /** Does that for at least one value; the statement is usable. After an error it is reset, or closed. */
    abstract boolean bindAndStep(@Nullable Object[] values) throws EngineError;

    /** Makes a step. @return whether there is a row; if not, the statement is already reset */
    abstract boolean step() throws EngineError;

    /** Ends an execution early, or makes sure that it has ended; releases the locks a read holds. */
    abstract void reset();

    /** Lets go of large values that are still bound. The statement must be reset. */
    final void releaseValues() {
        if (!this.holdsLargeValues || !isUsable()) {
            return;
        }
        this.holdsLargeValues = false;
        try {
            clearBindings();
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_clear_bindings failed", e);
        }
    }

    /** Binds NULL everywhere. */
    abstract void clearBindings() throws SQLException;

    /** Finalises the statement. */
    abstract void close();

    private void noteLargeValues(@Nullable Object[] values) {
        for (Object value : values) {
            if (value instanceof byte[] bytes && bytes.length >= LARGE_VALUE
                    || value instanceof String text && text.length() >= LARGE_VALUE) {
                this.holdsLargeValues = true;
                return;
            }
        }
    }

    /** Closing the engine finalises its statements, also those that somebody still holds. */
    final boolean isUsable() {
        return !isClosed() && !this.engine.isClosed();
    }

    final void checkOpen() throws EngineError {
        if (!isUsable()) {
            throw new EngineError(EngineFailure.of(EngineFailure.Reason.CLOSED, "The statement is closed"));
        }
    }

    final EngineError failed(SQLException e) {
        return EngineError.of(EngineFailure.Reason.RUN, e, this.sql);
    }

    static IllegalStateException unreadable(SQLException e) {
        return new IllegalStateException("The value could not be read", e);
    }

    /**
     * {@return the columns} The instance is the same until their shape changes; to be asked after the first step, which
     * is where SQLite prepares anew after a change of the schema.
     *
     * @param schemaVersion changes whenever this process changes the schema
     * @param mayVary whether another process may change their number or names while the statement's text stays the same
     */
    final Columns columns(long schemaVersion, boolean mayVary) throws EngineError {
        Columns known = this.columns;
        try {
            if (known == null || this.describedAt != schemaVersion) {
                known = new Columns(describe());
                this.describedAt = schemaVersion;
            } else if (mayVary && !isNamedLike(known.list())) {
                known = new Columns(describe());
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        this.columns = known;
        return known;
    }

    final boolean isDescribed() {
        return this.columns != null;
    }

    /** {@return whether the statement still has columns of these names} */
    abstract boolean isNamedLike(List<Column> known) throws SQLException;

    /** {@return the columns as they are now} */
    abstract List<Column> describe() throws SQLException;
}
