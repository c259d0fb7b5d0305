package turso.r2dbc.session;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one prepared statement.
 *
 * <p>The same instance is handed out for every execution as long as the statement's shape stays the same, so that
 * whoever consumes rows can keep what it derives from the columns (names, decoders) here instead of deriving it anew
 * for every execution. Confined to the session's worker.
 */
public final class Columns {

    private final List<Column> columns;

    private @Nullable Object derived;

    public Columns(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** {@return the columns in order; unmodifiable} */
    public List<Column> list() {
        return this.columns;
    }

    /** {@return the number of columns; 0 for a statement that yields no rows} */
    public int size() {
        return this.columns.size();
    }

    /**
     * Returns what was derived from these columns before, or derives it now. There is one consumer, so there is one
     * slot.
     *
     * @param derive makes the value at first use
     * @return the value kept with these columns
     */
    @SuppressWarnings("unchecked")
    public <T> T derive(Function<Columns, T> derive) {
        Object value = this.derived;
        if (value == null) {
            value = derive.apply(this);
            this.derived = value;
        }
        return (T) value;
    }
}
