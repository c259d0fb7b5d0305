package turso.r2dbc.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.StorageClass;

/** A statement used by plain JDBC. */
final class JdbcStatement extends EngineStatement {

    private final PreparedStatement statement;

    /** The rows of an execution that has not ended; null between executions. */
    private @Nullable ResultSet rows;

    private boolean hasColumns;

    private boolean closed;

    JdbcStatement(Engine engine, String sql, PreparedStatement statement) {
        super(engine, sql);
        this.statement = statement;
    }

    @Override
    boolean isClosed() {
        return this.closed;
    }

    @Override
    boolean bindAndStep(@Nullable Object[] values) throws EngineError {
        try {
            for (int i = 0; i < values.length; i++) {
                this.statement.setObject(i + 1, values[i]);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return step();
    }

    @Override
    boolean step() throws EngineError {
        checkOpen();
        try {
            ResultSet current = this.rows != null ? this.rows : execute();
            if (current != null && current.next()) {
                return true;
            }
            reset();
            return false;
        } catch (SQLException e) {
            if (isFinalised()) {
                // sqlite-jdbc does so after any error it has no special rule for.
                close();
            } else {
                reset();
            }
            throw failed(e);
        }
    }

    /** {@return the rows, or null if the statement has no columns} */
    private @Nullable ResultSet execute() throws SQLException {
        this.hasColumns = this.statement.execute();
        this.rows = this.hasColumns ? this.statement.getResultSet() : null;
        return this.rows;
    }

    private boolean isFinalised() {
        try {
            this.statement.getMetaData();
            return false;
        } catch (SQLException finalised) {
            return true;
        }
    }

    @Override
    void reset() {
        ResultSet current = this.rows;
        this.rows = null;
        if (current == null || !isUsable()) {
            return;
        }
        try {
            current.close();
        } catch (SQLException e) {
            throw new IllegalStateException("The rows could not be closed", e);
        }
    }

    @Override
    void clearBindings() throws SQLException {
        this.statement.clearParameters();
    }

    @Override
    void close() {
        this.closed = true;
        this.rows = null;
        try {
            this.statement.close();
        } catch (SQLException ignored) {
            // sqlite3_finalize repeats the last step's error, which was reported when it came.
        }
    }

    @Override
    boolean isNamedLike(List<Column> known) throws SQLException {
        return describe().stream()
                .map(Column::name)
                .toList()
                .equals(known.stream().map(Column::name).toList());
    }

    /** Asks a statement prepared anew, since JDBC knows the columns of this one only while it has rows. */
    @Override
    List<Column> describe() throws SQLException {
        if (!this.hasColumns) {
            return List.of();
        }
        try (PreparedStatement anew = engine().prepareForDescription(sql())) {
            return JdbcColumns.of(anew);
        }
    }

    private ResultSet rows() {
        ResultSet current = this.rows;
        if (current == null) {
            throw new IllegalStateException("There is no row");
        }
        return current;
    }

    @Override
    public StorageClass storageClass(int column) {
        try {
            Object value = rows().getObject(column + 1);
            if (value == null) {
                return StorageClass.NULL;
            }
            if (value instanceof Integer || value instanceof Long) {
                return StorageClass.INTEGER;
            }
            if (value instanceof Double) {
                return StorageClass.REAL;
            }
            return value instanceof String ? StorageClass.TEXT : StorageClass.BLOB;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public long longValue(int column) {
        try {
            return rows().getLong(column + 1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public double doubleValue(int column) {
        try {
            return rows().getDouble(column + 1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public @Nullable String text(int column) {
        try {
            return rows().getString(column + 1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public byte @Nullable [] blob(int column) {
        try {
            if (!isUtf8() && storageClass(column) != StorageClass.BLOB) {
                String text = rows().getString(column + 1);
                return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
            }
            return rows().getBytes(column + 1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }
}
