package turso.r2dbc.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/**
 * A prepared statement, and the reader of its current row.
 *
 * <p>The raw pointer crashes the process if it is used after it was finalised, so it is zeroed then and checked before
 * every call that is not for a column of a row known to be there.
 */
final class EngineStatement implements RowReader {

    private static final StorageClass[] STORAGE_CLASSES = {
        StorageClass.NULL, // SQLite counts from 1
        StorageClass.INTEGER,
        StorageClass.REAL,
        StorageClass.TEXT,
        StorageClass.BLOB,
        StorageClass.NULL
    };

    /** From this size on, values do not stay bound in a cached statement. */
    private static final int LARGE_VALUE = 16 * 1024;

    private final Engine engine;

    private final DB database;

    private final String sql;

    private final PreparedStatement statement;

    private final CoreStatement core;

    private boolean utf8 = true;

    private long pointer;

    private @Nullable Columns columns;

    private long describedAt;

    /** What JDBC knows of the statement's columns, which is what they were when it was prepared. */
    private final int preparedColumns;

    private boolean holdsLargeValues;

    /** For {@link StatementCache}: whether it is in the cache, and whether somebody uses it. */
    boolean cached;

    boolean inUse;

    EngineStatement(Engine engine, String sql, PreparedStatement statement, CoreStatement core) throws SQLException {
        this.engine = engine;
        this.database = engine.database();
        this.sql = sql;
        this.statement = statement;
        this.core = core;
        this.pointer = core.pointer.safeRunLong((db, p) -> p);
        this.preparedColumns = this.database.column_count(this.pointer);
    }

    String sql() {
        return this.sql;
    }

    /** {@return whether the statement was finalised and cannot be used again} */
    boolean isClosed() {
        return this.pointer == 0;
    }

    /**
     * Binds and makes the first step. @return whether there is a row; if not, the statement is already reset
     *
     * @param values as many as the statement has parameters
     */
    boolean start(@Nullable Object[] values) throws EngineError {
        try {
            boolean row = values.length == 0 ? step() : bindAndStep(values);
            if (row) {
                this.utf8 = this.engine.isUtf8();
            }
            return row;
        } catch (EngineError error) {
            throw this.engine.traced(error, this.sql);
        }
    }

    private boolean bindAndStep(@Nullable Object[] values) throws EngineError {
        checkOpen();
        noteLargeValues(values);
        try {
            return this.database.execute(this.core, values);
        } catch (SQLException e) {
            EngineError error = EngineError.of(EngineFailure.Reason.RUN, e, this.sql);
            if (this.core.pointer.isClosed()) {
                // sqlite-jdbc finalises a statement after any error it has no special rule for.
                this.pointer = 0;
                closeStatement();
            } else {
                reset();
            }
            throw error;
        }
    }

    /** Makes a step. @return whether there is a row; if not, the statement is already reset */
    boolean step() throws EngineError {
        checkOpen();
        try {
            int code = this.database.step(this.pointer);
            if (code == Codes.ROW) {
                return true;
            }
            if (code == Codes.DONE) {
                this.database.reset(this.pointer);
                return false;
            }
            throw failed(code);
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.RUN, e, this.sql);
        }
    }

    private EngineError failed(int code) {
        try {
            this.database.throwex(code);
            throw new IllegalStateException("throwex returned");
        } catch (SQLException e) {
            reset();
            return EngineError.of(EngineFailure.Reason.RUN, e, this.sql);
        }
    }

    /** Ends an execution early, or makes sure that it has ended; releases the locks a read holds. */
    void reset() {
        if (!isUsable()) {
            return;
        }
        try {
            // The code it returns repeats the last step's error.
            this.database.reset(this.pointer);
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_reset failed", e);
        }
    }

    /** Lets go of large values that are still bound. The statement must be reset. */
    void releaseValues() {
        if (!this.holdsLargeValues || !isUsable()) {
            return;
        }
        this.holdsLargeValues = false;
        try {
            this.database.clear_bindings(this.pointer);
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_clear_bindings failed", e);
        }
    }

    /** Finalises the statement. */
    void close() {
        if (this.pointer == 0) {
            return;
        }
        this.pointer = 0;
        closeStatement();
    }

    private void closeStatement() {
        try {
            this.statement.close();
        } catch (SQLException ignored) {
            // sqlite3_finalize repeats the last step's error, which was reported when it came.
        }
    }

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
    private boolean isUsable() {
        return this.pointer != 0 && !this.engine.isClosed();
    }

    private void checkOpen() throws EngineError {
        if (!isUsable()) {
            throw new EngineError(EngineFailure.of(EngineFailure.Reason.CLOSED, "The statement is closed"));
        }
    }

    /**
     * {@return the columns} The instance is the same until their shape changes; to be asked after the first step, which
     * is where SQLite prepares anew after a change of the schema.
     *
     * @param schemaVersion changes whenever this process changes the schema
     * @param mayVary whether another process may change their number or names while the statement's text stays the same
     */
    Columns columns(long schemaVersion, boolean mayVary) throws EngineError {
        Columns known = this.columns;
        try {
            if (known == null || this.describedAt != schemaVersion) {
                known = describe();
                this.describedAt = schemaVersion;
            } else if (mayVary && !sameNames(known)) {
                known = describe();
            }
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.RUN, e, this.sql);
        }
        this.columns = known;
        return known;
    }

    private boolean sameNames(Columns known) throws SQLException {
        List<Column> list = known.list();
        if (this.database.column_count(this.pointer) != list.size()) {
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            if (!list.get(i).name().equals(this.database.column_name(this.pointer, i))) {
                return false;
            }
        }
        return true;
    }

    private Columns describe() throws SQLException {
        if (this.columns == null && this.database.column_count(this.pointer) == this.preparedColumns) {
            return describe(this.statement);
        }
        // SQLite has prepared the statement anew, and JDBC does not know.
        try (PreparedStatement anew = this.engine.prepareForDescription(this.sql)) {
            return describe(anew);
        }
    }

    /** @param described knows whether the columns are nullable */
    private Columns describe(PreparedStatement described) throws SQLException {
        int count = this.database.column_count(this.pointer);
        List<Column> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(new Column(
                    this.database.column_name(this.pointer, i),
                    this.database.column_decltype(this.pointer, i),
                    nullable(described, i)));
        }
        return new Columns(list);
    }

    private @Nullable Boolean nullable(PreparedStatement described, int column) throws SQLException {
        if (this.database.column_table_name(this.pointer, column) == null) {
            return null;
        }
        return described.getMetaData().isNullable(column + 1) != ResultSetMetaData.columnNoNulls;
    }

    @Override
    public StorageClass storageClass(int column) {
        try {
            return STORAGE_CLASSES[this.database.column_type(this.pointer, column)];
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public boolean isNull(int column) {
        return storageClass(column) == StorageClass.NULL;
    }

    @Override
    public long longValue(int column) {
        try {
            return this.database.column_long(this.pointer, column);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public double doubleValue(int column) {
        try {
            return this.database.column_double(this.pointer, column);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public @Nullable String text(int column) {
        try {
            if (!this.utf8) {
                return this.database.column_text(this.pointer, column);
            }
            // Faster than column_text, which goes through a direct buffer.
            byte[] bytes = this.database.column_blob(this.pointer, column);
            return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public byte @Nullable [] blob(int column) {
        try {
            if (!this.utf8 && storageClass(column) != StorageClass.BLOB) {
                String text = this.database.column_text(this.pointer, column);
                return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
            }
            return this.database.column_blob(this.pointer, column);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static IllegalStateException unreadable(SQLException e) {
        return new IllegalStateException("The value could not be read", e);
    }
}
