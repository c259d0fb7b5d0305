package turso.r2dbc.flow;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import turso.r2dbc.core.Bindings;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.LargeObjects;
import turso.r2dbc.core.ParameterEncoder;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/** One statement and one set of values for it, checked against each other without the engine. Immutable. */
final class Call {

    private final ParsedStatement statement;

    private final Bindings values;

    private Call(ParsedStatement statement, Bindings values) {
        this.statement = statement;
        this.values = values;
    }

    /**
     * {@return the one statement of a text}
     *
     * @throws RuntimeException if it has none, or several
     */
    static ParsedSql single(ConnectionContext context, String sql) {
        ParsedSql parsed = context.parser().parse(sql);
        int count = parsed.statements().size();
        if (count == 0) {
            throw Failures.badGrammar("There are no SQL statements to execute", sql);
        }
        if (count > 1) {
            throw Failures.badGrammar(
                    "There are " + count + " statements, and only one can be executed; executeScript runs several",
                    sql);
        }
        return parsed;
    }

    /** {@return a statement with one set of values, as below} */
    static Call of(ConnectionContext context, String sql, Object set) {
        return of(context, single(context, sql), set);
    }

    /**
     * {@return a statement with one set of values}
     *
     * @param sql exactly one statement
     * @param set an {@code Object[]} or a collection of values by position, or a map of values by name
     * @throws RuntimeException if the values do not match the parameters, or cannot be stored
     */
    static Call of(ConnectionContext context, ParsedSql sql, @Nullable Object set) {
        Bindings bindings = new Bindings(sql);
        if (set instanceof Map<?, ?> named) {
            bindNamed(context, sql, bindings, named);
        } else if (set instanceof Object[] array) {
            bindPositional(context, sql, bindings, Arrays.asList(array));
        } else if (set instanceof Collection<?> collection) {
            bindPositional(context, sql, bindings, collection);
        } else {
            throw Failures.wrongParameters(
                    "A set of values is an Object[], a collection, or a map of values by name; this is "
                            + (set == null ? "null" : set.getClass().getName()),
                    sql.sql());
        }
        return new Call(sql.statements().get(0), bindings);
    }

    private static void bindPositional(
            ConnectionContext context, ParsedSql sql, Bindings bindings, Collection<?> values) {
        if (values.size() != sql.parameterCount()) {
            throw Failures.wrongParameters(
                    "The statement has " + sql.parameterCount() + " parameters, and " + values.size()
                            + " values were given",
                    sql.sql());
        }
        int slot = 0;
        for (Object value : values) {
            bindings.bind(slot, encode(context, sql, slot, value));
            slot++;
        }
    }

    private static void bindNamed(ConnectionContext context, ParsedSql sql, Bindings bindings, Map<?, ?> values) {
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            String name = String.valueOf(entry.getKey());
            int[] slots = sql.slots(name);
            if (slots.length > 0) {
                Object encoded = encode(context, sql, slots[0], entry.getValue());
                for (int slot : slots) {
                    bindings.bind(slot, encoded);
                }
            }
        }
        int unbound = bindings.firstUnbound();
        if (unbound >= 0) {
            throw Failures.wrongParameters(
                    "There is no value for parameter " + sql.parameterName(unbound) + " among " + values.keySet(),
                    sql.sql());
        }
    }

    private static @Nullable Object encode(ConnectionContext context, ParsedSql sql, int slot, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!ParameterEncoder.isPlain(value)
                && (value instanceof Map || value instanceof Collection || value instanceof Object[])) {
            throw Failures.unsupportedValue(
                    "Parameter " + sql.parameterName(slot) + ": a "
                            + value.getClass().getName()
                            + " is not one value; pass its elements as arguments of their own, or values by name as the"
                            + " only argument, of the type Map<String, ?>",
                    sql.sql(),
                    null);
        }
        Object encoded;
        try {
            encoded = context.encoder().encode(value);
        } catch (IllegalArgumentException unknown) {
            throw Failures.unsupportedValue(
                    "Parameter " + sql.parameterName(slot) + ": " + unknown.getMessage(), sql.sql(), unknown);
        }
        if (value instanceof BigInteger && encoded instanceof String) {
            throw Failures.unsupportedValue(
                    "Parameter " + sql.parameterName(slot)
                            + ": the integer does not fit 64 bits; bind its text to store that",
                    sql.sql(),
                    null);
        }
        return encoded;
    }

    ParsedStatement statement() {
        return this.statement;
    }

    /** {@return the values, in the statement's own order} */
    @Nullable
    Object[] values() {
        return this.values.last(this.statement);
    }

    PlannedStatement planned() {
        return PlannedStatement.of(this.statement, List.<@Nullable Object[]>of(values()), null);
    }

    boolean hasLargeObjects() {
        return this.values.hasLargeObjects();
    }

    /** {@return the same call with the content of its large objects, read one after another} */
    Mono<Call> collected() {
        return LargeObjects.collect(this.values).map(read -> new Call(this.statement, read));
    }
}
