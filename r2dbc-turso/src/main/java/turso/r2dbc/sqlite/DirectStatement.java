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
import turso.r2dbc.session.StorageClass;

/**
 * A statement used below JDBC.
 *
 * <p>The raw pointer crashes the process if it is used after it was finalised, so it is zeroed then and checked before
 * every call that is not for a column of a row known to be there.
 */
final class DirectStatement extends EngineStatement {

    private static final StorageClass[] STORAGE_CLASSES = {
        StorageClass.NULL, // SQLite counts from 1
        StorageClass.INTEGER,
        StorageClass.REAL,
        StorageClass.TEXT,
        StorageClass.BLOB,
        StorageClass.NULL
    };

    private final DB database;

    private final PreparedStatement statement;

    private final CoreStatement core;

    private long pointer;

    /** What JDBC knows of the statement's columns, which is what they were when it was prepared. */
    private final int preparedColumns;

    DirectStatement(Engine engine, String sql, DB database, PreparedStatement statement, CoreStatement core)
            throws SQLException {
        super(engine, sql);
        this.database = database;
        this.statement = statement;
        this.core = core;
        this.pointer = core.pointer.safeRunLong((db, address) -> address);
        this.preparedColumns = database.column_count(this.pointer);
    }

    @Override
    boolean isClosed() {
        return this.pointer == 0;
    }

    @Override
    boolean bindAndStep(@Nullable Object[] values) throws EngineError {
        try {
            return this.database.execute(this.core, values);
        } catch (SQLException e) {
            if (this.core.pointer.isClosed()) {
                // sqlite-jdbc finalises a statement after any error it has no special rule for.
                close();
            } else {
                reset();
            }
            throw failed(e);
        }
    }

    @Override
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
            throw failed(e);
        }
    }

    private EngineError failed(int code) {
        try {
            this.database.throwex(code);
            throw new IllegalStateException("throwex returned");
        } catch (SQLException e) {
            reset();
            return failed(e);
        }
    }

    @Override
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

    @Override
    void clearBindings() throws SQLException {
        this.database.clear_bindings(this.pointer);
    }

    @Override
    void close() {
        if (this.pointer == 0) {
            return;
        }
        this.pointer = 0;
        try {
            this.statement.close();
        } catch (SQLException ignored) {
            // sqlite3_finalize repeats the last step's error, which was reported when it came.
        }
    }

    @Override
    boolean isNamedLike(List<Column> known) throws SQLException {
        if (this.database.column_count(this.pointer) != known.size()) {
            return false;
        }
        for (int i = 0; i < known.size(); i++) {
            if (!known.get(i).name().equals(this.database.column_name(this.pointer, i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    List<Column> describe() throws SQLException {
        if (!isDescribed() && this.database.column_count(this.pointer) == this.preparedColumns) {
            return describe(this.statement);
        }
        // SQLite has prepared the statement anew, and JDBC does not know.
        try (PreparedStatement anew = engine().prepareForDescription(sql())) {
            return describe(anew);
        }
    }

    /** @param prepared knows whether the columns are nullable */
    private List<Column> describe(PreparedStatement prepared) throws SQLException {
        int count = this.database.column_count(this.pointer);
        List<Column> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(new Column(
                    this.database.column_name(this.pointer, i),
                    this.database.column_decltype(this.pointer, i),
                    nullable(prepared, i)));
        }
        return list;
    }

    private @Nullable Boolean nullable(PreparedStatement prepared, int column) throws SQLException {
        if (this.database.column_table_name(this.pointer, column) == null) {
            return null;
        }
        return prepared.getMetaData().isNullable(column + 1) != ResultSetMetaData.columnNoNulls;
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
            if (!isUtf8()) {
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
            if (!isUtf8() && storageClass(column) != StorageClass.BLOB) {
                String text = this.database.column_text(this.pointer, column);
                return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
            }
            return this.database.column_blob(this.pointer, column);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }
}
