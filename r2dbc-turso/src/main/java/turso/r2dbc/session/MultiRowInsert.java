package turso.r2dbc.session;

/**
 * How an INSERT of one row, whose values are nothing but parameters and literals, becomes one of several rows.
 *
 * @param table the unquoted name of the table
 * @param head the statement up to and with VALUES
 * @param row the row in parentheses, with {@code ?} for its parameters
 * @param parameters how many parameters the row has
 */
public record MultiRowInsert(String table, String head, String row, int parameters) {

    /** {@return the statement that inserts so many rows} */
    public String sql(int rows) {
        StringBuilder sql = new StringBuilder(this.head.length() + rows * (this.row.length() + 1));
        sql.append(this.head);
        char before = ' ';
        for (int i = 0; i < rows; i++) {
            sql.append(before).append(this.row);
            before = ',';
        }
        return sql.toString();
    }
}
