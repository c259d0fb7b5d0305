package turso.r2dbc.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The engine that the scanner is compared with: a small database in memory, through plain JDBC. */
final class MemorySqlite implements AutoCloseable {
    private static final String[] SCHEMA = {
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, \"c;d\")",
        "CREATE INDEX t_a ON t(a)",
        "CREATE TABLE \"semi;colon?\" (x)",
        "CREATE TABLE log (x)",
        "INSERT INTO t VALUES (1, 'one', 10, 'x;'), (2, 'two', 20, 'y?'), (3, NULL, 30, 'z')"
    };
    private static final int READ_ONLY = 8;
    private static final int PRIMARY_CODE = 0xFF;

    private static final boolean UPDATE_DELETE_LIMIT = compiledWith("ENABLE_UPDATE_DELETE_LIMIT");

    private final Connection connection;

    MemorySqlite() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        for (String sql : SCHEMA) {
            execute(sql);
        }
    }

    int parameterCount(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.getParameterMetaData().getParameterCount();
        }
    }

    /** Runs one statement to its end; answers the names of its result columns, none if it has no result. */
    List<String> execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> columns = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    ResultSetMetaData metadata = rows.getMetaData();
                    for (int i = 1; i <= metadata.getColumnCount(); i++) {
                        columns.add(metadata.getColumnLabel(i));
                    }
                    while (rows.next()) {
                        // to the end, as sqlite3_exec does
                    }
                }
            }
            return columns;
        }
    }

    /** The row of a query whose every parameter, index i from 0, is bound to {@code values[i]}. */
    List<Integer> row(String query, int[] values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setInt(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                List<Integer> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getInt(i));
                }
                return row;
            }
        }
    }

    /** The rows of a query whose every parameter is bound to the value. */
    List<String> rows(String query, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
                statement.setString(i, value);
            }
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                add(rows, lines);
            }
            return lines;
        }
    }

    /** Whether the engine refuses a statement because it would write. */
    boolean refusesToWrite(String sql) throws SQLException {
        execute("PRAGMA query_only = 1");
        try {
            execute(sql);
            return false;
        } catch (SQLException e) {
            return (e.getErrorCode() & PRIMARY_CODE) == READ_ONLY;
        }
    }

    /** Lets the engine itself split and run a text; answers whether every statement succeeded. */
    boolean runScript(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Runs statements one by one up to the first error; answers whether there was none. */
    boolean runEach(List<ParsedStatement> statements) {
        for (ParsedStatement statement : statements) {
            try {
                execute(statement.sql());
            } catch (SQLException e) {
                return false;
            }
        }
        return true;
    }

    /** Everything in the database. */
    List<String> contents() throws SQLException {
        List<String> contents = new ArrayList<>();
        dump("SELECT total_changes()", contents);
        List<String> schema = new ArrayList<>();
        dump("SELECT sql FROM sqlite_schema UNION ALL SELECT sql FROM sqlite_temp_schema", schema);
        for (String sql : schema) {
            // SQLite keeps the comments behind a view, the scanner does not hand them over
            contents.add(ParsedSql.parse(sql).statements().get(0).sql());
        }
        List<String> tables = new ArrayList<>();
        dump("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY 1", tables);
        for (String table : tables) {
            dump("SELECT * FROM main.\"" + table.replace("\"", "\"\"") + '"', contents);
        }
        return contents;
    }

    private void dump(String query, List<String> lines) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            add(rows, lines);
        }
    }

    private static void add(ResultSet rows, List<String> lines) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= columns; i++) {
                line.append(i == 1 ? "" : "|").append(rows.getString(i));
            }
            lines.add(line.toString());
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Whether this SQLite knows ORDER BY and LIMIT of UPDATE and DELETE. */
    static boolean hasUpdateDeleteLimit() {
        return UPDATE_DELETE_LIMIT;
    }

    private static boolean compiledWith(String option) {
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite::memory:");
                java.sql.Statement statement = sqlite.createStatement();
                java.sql.ResultSet answer =
                        statement.executeQuery("SELECT sqlite_compileoption_used('" + option + "')")) {
            return answer.next() && answer.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
