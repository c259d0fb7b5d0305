package turso.r2dbc.core;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/** One set of values, by slot of the SQL text: encoded, or large objects still to be collected. */
public final class Bindings {

    private static final Object UNBOUND = new Object();

    private final ParsedSql sql;

    private final @Nullable Object[] values;

    private int bound;

    /** Makes a set without values. */
    public Bindings(ParsedSql sql) {
        this(sql, new Object[sql.parameterCount()], 0);
        Arrays.fill(this.values, UNBOUND);
    }

    private Bindings(ParsedSql sql, @Nullable Object[] values, int bound) {
        this.sql = sql;
        this.values = values;
        this.bound = bound;
    }

    /** Binds an encoded value. */
    public void bind(int slot, @Nullable Object value) {
        if (this.values[slot] == UNBOUND) {
            this.bound++;
        }
        this.values[slot] = value;
    }

    boolean isEmpty() {
        return this.bound == 0;
    }

    /** {@return whether a value is a large object, still to be read} */
    public boolean hasLargeObjects() {
        for (Object value : this.values) {
            boolean plain = value == null || ParameterEncoder.isPlain(value);
            if (!plain && (value instanceof Blob || value instanceof Clob)) {
                return true;
            }
        }
        return false;
    }

    Bindings copy() {
        return new Bindings(this.sql, this.values.clone(), this.bound);
    }

    /** {@return the values; unmodified by the caller} */
    @Nullable
    Object[] values() {
        return this.values;
    }

    /** {@return the same bindings with other values} */
    Bindings withValues(@Nullable Object[] replaced) {
        return new Bindings(this.sql, replaced, this.bound);
    }

    void requireComplete() {
        int slot = firstUnbound();
        if (slot >= 0) {
            throw new IllegalStateException("Parameter " + this.sql.parameterName(slot) + " (index " + slot
                    + ") is not bound in: " + this.sql.sql());
        }
    }

    /** {@return the first slot that a parameter reads and that has no value, or a negative number} */
    public int firstUnbound() {
        if (this.bound == this.values.length) {
            return -1;
        }
        for (int slot = 0; slot < this.values.length; slot++) {
            if (this.values[slot] == UNBOUND && this.sql.isParameterUsed(slot)) {
                return slot;
            }
        }
        return -1;
    }

    /**
     * {@return the values of one statement, as {@link #of} has them; nothing may be bound any more, since they may not be
     * copies}
     */
    public @Nullable Object[] last(ParsedStatement statement) {
        int count = statement.parameterCount();
        return this.bound == count && this.values.length == count && statement.readsSlotsInOrder()
                ? this.values
                : of(statement);
    }

    /** {@return the values of one statement, in its own order; numbers that are skipped are NULL} */
    @Nullable
    Object[] of(ParsedStatement statement) {
        int count = statement.parameterCount();
        @Nullable Object[] picked = new Object[count];
        for (int i = 0; i < count; i++) {
            int slot = statement.slot(i);
            Object value = slot < 0 ? null : this.values[slot];
            picked[i] = value == UNBOUND ? null : value;
        }
        return picked;
    }
}
