package turso.r2dbc.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement to run once for each set of values.
 *
 * @param text the statement
 * @param rows how several sets of values can be inserted at once, or null if they cannot
 * @param bindings the sets of values, each in the statement's own parameter order: null, {@link Long}, {@link Double},
 *     {@link String} or {@code byte[]}; at least one set, which is empty for a statement without parameters
 */
public record Execution(StatementText text, @Nullable MultiRowInsert rows, List<@Nullable Object[]> bindings) {

    /** The values of a statement without parameters: one empty set. */
    public static final List<@Nullable Object[]> NO_VALUES = List.<@Nullable Object[]>of(new Object[0]);

    /** Which lock of the database a statement may need, and so what it may have to wait for. */
    public enum Lock {
        /** Neither reads nor writes rows. */
        NONE,
        /** Reads rows. */
        READ,
        /** Needs the write lock. */
        WRITE
    }

    /** What a statement has to do with the connection it runs on, beside the database. */
    public enum Tie {
        /** Nothing: it does the same on any connection that was set up alike. */
        NONE,
        /** It may ask for something of the connection, such as the rowid of the last row it inserted. */
        ASKS,
        /** It may change the connection: what names mean on it, or how it does what comes after. */
        CHANGES
    }

    /** {@return an execution without values that reads no rows} */
    public static Execution of(String sql, Effect effect, boolean writes) {
        Lock lock = writes ? Lock.WRITE : Lock.NONE;
        return new Execution(new StatementText(sql, effect, lock, Tie.ASKS, false, false), null, NO_VALUES);
    }

    /** {@return the statement's SQL} */
    public String sql() {
        return this.text.sql();
    }

    /** {@return what the statement does to the transaction} */
    public Effect effect() {
        return this.text.effect();
    }

    /** {@return which lock of the database the statement may need} */
    public Lock lock() {
        return this.text.lock();
    }

    /** {@return what the statement has to do with the connection it runs on, beside the database} */
    public Tie tie() {
        return this.text.tie();
    }

    /** {@return whether columns described before may be wrong afterwards} */
    public boolean changesSchema() {
        return this.text.changesSchema();
    }

    /** {@return whether the statement's columns may change without its text changing} */
    public boolean star() {
        return this.text.star();
    }

    /** {@return whether it may need the database's write lock} */
    public boolean writes() {
        return this.text.lock() == Lock.WRITE;
    }
}
