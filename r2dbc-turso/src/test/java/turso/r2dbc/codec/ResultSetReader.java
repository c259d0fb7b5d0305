package turso.r2dbc.codec;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/** The current row of a real SQLite behind plain JDBC. Counts the questions that cost time. */
final class ResultSetReader implements RowReader {

    private final ResultSet rows;

    private int storageClassQuestions;

    ResultSetReader(ResultSet rows) {
        this.rows = rows;
    }

    int storageClassQuestions() {
        return this.storageClassQuestions;
    }

    @Override
    public StorageClass storageClass(int column) {
        this.storageClassQuestions++;
        Object value = read(() -> this.rows.getObject(column + 1));
        if (value == null) {
            return StorageClass.NULL;
        }
        if (value instanceof Double) {
            return StorageClass.REAL;
        }
        if (value instanceof String) {
            return StorageClass.TEXT;
        }
        return value instanceof byte[] ? StorageClass.BLOB : StorageClass.INTEGER;
    }

    @Override
    public long longValue(int column) {
        return need(read(() -> this.rows.getLong(column + 1)));
    }

    @Override
    public double doubleValue(int column) {
        return need(read(() -> this.rows.getDouble(column + 1)));
    }

    @Override
    public @Nullable String text(int column) {
        byte[] bytes = blob(column);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] blob(int column) {
        return read(() -> this.rows.getBytes(column + 1));
    }

    private static <T> T need(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("JDBC answers null");
        }
        return value;
    }

    private static <T> @Nullable T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {

        @Nullable
        T read() throws SQLException;
    }
}
