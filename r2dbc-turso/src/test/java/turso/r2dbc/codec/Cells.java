package turso.r2dbc.codec;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.RowReader;

/** A real SQLite in memory that stores one value in a column of a given declaration and reads it back. */
final class Cells implements AutoCloseable {

    static final Codecs LENIENT = Codecs.create(List.of(), false);

    static final Codecs STRICT = Codecs.create(List.of(), true);

    private @Nullable Connection connection;

    /** Opens the database at the first use, and again at the next use after a close. */
    private Connection connection() throws SQLException {
        Connection open = this.connection;
        if (open == null) {
            open = DriverManager.getConnection("jdbc:sqlite::memory:");
            this.connection = open;
        }
        return open;
    }

    /** Stores the value of an SQL expression and reads the cell. */
    <R extends @Nullable Object> R literal(String declaration, String expression, Reading<? extends R> reading) {
        return stored(declaration, expression, null, reading);
    }

    /** Stores a bound engine value and reads the cell. */
    <R extends @Nullable Object> R bound(String declaration, @Nullable Object value, Reading<? extends R> reading) {
        return stored(declaration, "?", new Object[] {value}, reading);
    }

    /** Evaluates an SQL expression with bound engine values. */
    @Nullable
    Object evaluate(String expression, @Nullable Object... values) {
        try (PreparedStatement select = connection().prepareStatement("SELECT " + expression)) {
            bind(select, values);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getObject(1);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private <R extends @Nullable Object> R stored(
            String declaration, String expression, @Nullable Object @Nullable [] values, Reading<? extends R> reading) {
        try (Statement statement = connection().createStatement()) {
            statement.execute("CREATE TABLE cells (v " + declaration + ")");
            try {
                try (PreparedStatement insert =
                        connection().prepareStatement("INSERT INTO cells VALUES (" + expression + ")")) {
                    bind(insert, values);
                    insert.executeUpdate();
                }
                try (ResultSet rows = statement.executeQuery("SELECT v FROM cells")) {
                    rows.next();
                    return reading.read(new ResultSetReader(rows), type(declaration));
                }
            } finally {
                statement.execute("DROP TABLE cells");
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static DeclaredType type(String declaration) {
        return DeclaredType.of(new Column("v", declaration.isEmpty() ? null : declaration, true));
    }

    private static void bind(PreparedStatement statement, @Nullable Object @Nullable [] values) throws SQLException {
        for (int index = 0; values != null && index < values.length; index++) {
            statement.setObject(index + 1, values[index]);
        }
    }

    /** Reads the same cell as several things. */
    static <R extends @Nullable Object> Reading<R> as(Function<RowReader, R> function) {
        return (row, type) -> function.apply(row);
    }

    static Reading<@Nullable Object> untyped() {
        return (row, type) -> LENIENT.decode(row, 0, type);
    }

    static <T> Reading<@Nullable T> typed(Class<T> target) {
        return (row, type) -> LENIENT.decode(row, 0, type, target);
    }

    static <T> Reading<@Nullable T> strict(Class<T> target) {
        return (row, type) -> STRICT.decode(row, 0, type, target);
    }

    @Override
    public void close() {
        Connection open = this.connection;
        this.connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @FunctionalInterface
    interface Reading<R extends @Nullable Object> {

        R read(ResultSetReader row, DeclaredType type);
    }
}
