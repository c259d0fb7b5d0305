package turso.r2dbc.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Column;

/**
 * The columns of a statement as JDBC tells them, with the declared types that it does not tell: its own are in upper case
 * and without their numbers, and name something where nothing is declared. So each is looked up among the columns of its
 * table, by the column's name and, under another name, by what JDBC says of it. Only where a table has
 * both a column declared as NUMERIC and one without a type, these two cannot be told apart under other names.
 */
final class JdbcColumns {

    /** A type's name, then perhaps one or two numbers. */
    private static final Pattern TYPE = Pattern.compile("([^(]*)(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+))?.*)?");

    /** What JDBC says of a column without a declared type, as long as there is no row. */
    private static final String UNDECLARED = "NUMERIC";

    private final ResultSetMetaData metadata;

    private final Connection connection;

    /** The declared types of each table, by column. */
    private final Map<String, Map<String, String>> tables = new LinkedHashMap<>();

    private JdbcColumns(PreparedStatement statement) throws SQLException {
        this.metadata = statement.getMetaData();
        this.connection = statement.getConnection();
    }

    /** @param statement one that has columns and was never run */
    static List<Column> of(PreparedStatement statement) throws SQLException {
        return new JdbcColumns(statement).describe();
    }

    private List<Column> describe() throws SQLException {
        int count = this.metadata.getColumnCount();
        List<Column> list = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            String table = this.metadata.getTableName(i);
            boolean computed = table == null || table.isEmpty();
            list.add(new Column(
                    this.metadata.getColumnLabel(i),
                    computed ? null : declaredType(table, i),
                    computed ? null : this.metadata.isNullable(i) != ResultSetMetaData.columnNoNulls));
        }
        return list;
    }

    private @Nullable String declaredType(String table, int column) throws SQLException {
        Map<String, String> types = types(table);
        String told = told(column);
        String ofThatName = types.get(this.metadata.getColumnLabel(column).toUpperCase(Locale.ROOT));
        if (ofThatName != null && told.equals(normalForm(ofThatName))) {
            return ofThatName.isEmpty() ? null : ofThatName;
        }
        for (String type : types.values()) {
            if (told.equals(normalForm(type))) {
                return type.isEmpty() ? null : type;
            }
        }
        return this.metadata.getColumnTypeName(column);
    }

    private String told(int column) throws SQLException {
        String name = this.metadata.getColumnTypeName(column);
        try {
            return name + " " + this.metadata.getPrecision(column) + " " + this.metadata.getScale(column);
        } catch (NumberFormatException unusual) {
            return name;
        }
    }

    private static String normalForm(String type) {
        if (type.isEmpty()) {
            return UNDECLARED + " 0 0";
        }
        Matcher matcher = TYPE.matcher(type);
        if (!matcher.matches()) {
            return type;
        }
        String name = matcher.group(1).toUpperCase(Locale.ENGLISH);
        return name + " " + numberOf(matcher.group(2)) + " " + numberOf(matcher.group(3));
    }

    private static String numberOf(@Nullable String digits) {
        return digits == null ? "0" : digits;
    }

    private Map<String, String> types(String table) throws SQLException {
        Map<String, String> types = this.tables.get(table);
        if (types == null) {
            types = new LinkedHashMap<>();
            this.tables.put(table, types);
            try (PreparedStatement query =
                    this.connection.prepareStatement("SELECT upper(name), type FROM pragma_table_xinfo(?)")) {
                query.setString(1, table);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        types.put(row.getString(1), row.getString(2));
                    }
                }
            }
        }
        return types;
    }
}
