package turso.r2dbc.sql;

import java.util.List;
import java.util.Objects;

/**
 * A text of SQL, split into its statements. Immutable and thread-safe.
 *
 * <p>The parameters of the whole text are numbered as if it were one statement, by SQLite's rule; a number less one is
 * the binding <em>slot</em>. Each statement knows which slots its own parameters read ({@link ParsedStatement#slot}), so
 * {@code :a} in two statements is one slot and {@code ?} in two statements are two.
 *
 * @see <a href="https://www.sqlite.org/lang_expr.html#varparam">Parameters</a>
 */
public final class ParsedSql {
    private final String sql;
    private final List<ParsedStatement> statements;
    private final ParameterNumbering parameters;

    ParsedSql(String sql, List<ParsedStatement> statements, ParameterNumbering parameters) {
        this.sql = sql;
        this.statements = statements;
        this.parameters = parameters;
    }

    /**
     * Splits a text. Never fails for what the text says: errors are found by the engine. Strings and comments without an
     * end go on to the end of the text.
     *
     * @param sql the text
     * @return its statements and parameters
     * @throws IllegalArgumentException if the text is null
     */
    public static ParsedSql parse(String sql) {
        return new StatementScanner(Arguments.requireNonNull(sql, "sql")).scan();
    }

    /** {@return the text as it was given} */
    public String sql() {
        return sql;
    }

    /** {@return the statements in order, without pieces that are empty or only a comment; perhaps none; unmodifiable} */
    public List<ParsedStatement> statements() {
        return statements;
    }

    /** {@return the number of binding slots} */
    public int parameterCount() {
        return parameters.count();
    }

    /**
     * {@return whether the text has a parameter for the slot} {@code ?3} alone has three slots and uses the last.
     *
     * @param slot from 0
     * @throws IndexOutOfBoundsException if the slot is negative or not below {@link #parameterCount()}
     */
    public boolean isParameterUsed(int slot) {
        return parameters.isUsed(number(slot));
    }

    /**
     * The slots a name binds.
     *
     * @param name with its prefix as written ({@code :a}, {@code @a}, {@code $a}, {@code ?1}): that parameter only;
     *     without ({@code a}, {@code 1}): the parameters of that name with any prefix. Letter case counts.
     * @return the slots, ascending, from 0; empty if the text has no such parameter; the caller's to keep
     * @throws IllegalArgumentException if the name is null
     */
    public int[] slots(String name) {
        int[] slots = parameters.numbers(Arguments.requireNonNull(name, "name"));
        for (int i = 0; i < slots.length; i++) {
            slots[i]--;
        }
        return slots;
    }

    /**
     * {@return how the text writes the parameter of a slot, for messages} With its prefix; {@code ?} if it is anonymous,
     * {@code ?3} if it is numbered or not used.
     *
     * @param slot from 0
     * @throws IndexOutOfBoundsException if the slot is negative or not below {@link #parameterCount()}
     */
    public String parameterName(int slot) {
        return parameters.spelling(number(slot));
    }

    /** {@return {@link #sql()}} */
    @Override
    public String toString() {
        return sql;
    }

    private int number(int slot) {
        return Objects.checkIndex(slot, parameters.count()) + 1;
    }
}
