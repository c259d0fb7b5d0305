package turso.r2dbc.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement to run once for each set of values.
 *
 * @param sql exactly one statement
 * @param effect what it does to the transaction
 * @param lock which lock of the database it may need
 * @param tie what it has to do with the connection it runs on, beside the database
 * @param changesSchema whether it changes tables, or which ones names stand for, so that columns described before may be
 *     wrong
 * @param star whether its columns may change without its text changing ({@code SELECT *})
 * @param rows how several sets of values can be inserted at once, or null if they cannot
 * @param bindings the sets of values, each in the statement's own parameter order: null, {@link Long}, {@link Double},
 *     {@link String} or {@code byte[]}; at least one set, which is empty for a statement without parameters
 */
public record Execution(
        String sql,
        Effect effect,
        Lock lock,
        Tie tie,
        boolean changesSchema,
        boolean star,
        @Nullable MultiRowInsert rows,
        List<@Nullable Object[]> bindings) {

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
        return new Execution(sql, effect, writes ? Lock.WRITE : Lock.NONE, Tie.ASKS, false, false, null, NO_VALUES);
    }

    /** {@return whether it may need the database's write lock} */
    public boolean writes() {
        return this.lock == Lock.WRITE;
    }
}
