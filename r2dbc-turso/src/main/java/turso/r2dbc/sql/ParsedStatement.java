package turso.r2dbc.sql;

import java.util.List;
import java.util.Objects;

/** One statement of a {@link ParsedSql}. Immutable and thread-safe. */
public final class ParsedStatement {
    private final String sql;
    private final StatementKind kind;
    private final boolean writes;
    private final boolean returning;
    private final boolean star;
    private final boolean behindWith;
    private final int orderOrLimit;
    private final boolean asksConnection;
    private final boolean changesConnection;
    private final SlotMapping slots;

    ParsedStatement(String text, int start, int end, StatementClassifier classifier, SlotMapping slots) {
        this.sql = text.substring(start, end);
        this.kind = classifier.kind();
        this.writes = kind == StatementKind.PRAGMA ? Pragmas.writes(sql) : kind.writes();
        this.returning = classifier.hasReturning();
        this.star = classifier.hasStar();
        this.behindWith = classifier.isBehindWith();
        this.orderOrLimit = classifier.orderOrLimit() - start;
        this.asksConnection = classifier.callsCounter();
        this.changesConnection = switch (kind) {
            case PRAGMA -> Pragmas.changesConnection(sql);
            case DDL -> classifier.mayBeTemporary();
            case ATTACH, DETACH, OTHER -> true;
            default -> false;
        };
        this.slots = slots;
    }

    /**
     * {@return the statement exactly as written, without blanks and comments around it and without the semicolon that
     * ends it}
     */
    public String sql() {
        return sql;
    }

    /** {@return what the statement does} */
    public StatementKind kind() {
        return kind;
    }

    /**
     * {@return whether the statement may take SQLite's write lock when it runs outside a transaction} As its kind says,
     * but for PRAGMA as its text says.
     */
    public boolean writes() {
        return writes;
    }

    /** {@return what {@code sqlite3_bind_parameter_count} answers for {@link #sql()}: the largest parameter number} */
    public int parameterCount() {
        return slots.count();
    }

    /**
     * The binding slot of the whole text that a parameter of this statement reads. An index that no parameter has (a
     * gap below a {@code ?NNN}) answers itself, which always is a slot of the text; the engine never reads it.
     *
     * <p>Where a statement behind others mixes {@code ?NNN} with other forms, SQLite's numbering of it may make one
     * parameter of what the whole text keeps apart: in {@code SELECT ?; SELECT ?, ?1} both of the second statement are
     * its number 1. Then the first writing in the statement decides which slot is read.
     *
     * @param index SQLite's number of the parameter in this statement, but counted from 0
     * @return the slot, from 0
     * @throws IndexOutOfBoundsException if the index is negative or not below {@link #parameterCount()}
     */
    public int slot(int index) {
        return slots.slot(Objects.checkIndex(index, slots.count()));
    }

    /** {@return whether {@link #slot(int)} answers the index itself for every parameter} */
    public boolean readsSlotsInOrder() {
        return slots.isIdentity();
    }

    /** {@return whether this is an INSERT, REPLACE, UPDATE or DELETE with a RETURNING clause of its own} */
    public boolean hasReturning() {
        return returning;
    }

    /** {@return whether the statement begins with WITH} */
    public boolean isBehindWith() {
        return behindWith;
    }

    /**
     * {@return whether the statement may ask for what the connection did before it} With {@code changes()},
     * {@code total_changes()} or {@code last_insert_rowid()}.
     */
    public boolean asksConnection() {
        return asksConnection;
    }

    /**
     * {@return whether the statement may change the connection itself, beside the database: what names mean on it, or how it
     * does what comes after} By PRAGMA, ATTACH, or a temporary table, view or trigger.
     */
    public boolean changesConnection() {
        return changesConnection;
    }

    /** {@return whether a result column, of the statement or of a query inside it, may be {@code *} or {@code t.*}} */
    public boolean hasStar() {
        return star;
    }

    /**
     * The statement with a RETURNING clause added, on a line of its own; in front of ORDER BY and LIMIT of an UPDATE or
     * DELETE, where SQLite wants it. {@link #sql()} unchanged if there is a RETURNING clause already or if this is no
     * INSERT, REPLACE, UPDATE or DELETE.
     *
     * @param columns the names to return: quoted identifiers ({@code "x"}, {@code `x`}, {@code [x]}) stay as they are,
     *     others are quoted; none means all columns
     * @return the statement to give to the engine instead
     * @throws IllegalArgumentException if the list or a name is null
     * @see <a href="https://www.sqlite.org/lang_returning.html">RETURNING</a>
     */
    public String withReturning(List<String> columns) {
        String list = resultColumns(columns);
        if (!kind.isDml() || returning) {
            return sql;
        }
        return orderOrLimit < 0
                ? sql + "\nRETURNING " + list
                : sql.substring(0, orderOrLimit) + "\nRETURNING " + list + "\n" + sql.substring(orderOrLimit);
    }

    /** {@return {@link #sql()}} */
    @Override
    public String toString() {
        return sql;
    }

    private static String resultColumns(List<String> columns) {
        Arguments.requireNonNull(columns, "columns");
        if (columns.isEmpty()) {
            return "*";
        }
        StringBuilder list = new StringBuilder();
        for (String column : columns) {
            Arguments.requireNonNull(column, "column");
            list.append(list.isEmpty() ? "" : ", ").append(Identifiers.quoteColumn(column));
        }
        return list.toString();
    }
}
