package turso.r2dbc.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One statement together with the values of its parameters, for {@link TursoConnection#batch}. Immutable, as far as the
 * values are.
 */
public final class BoundSql {

    private final String sql;

    /** A list, or a map by name; never modified. */
    private final Object arguments;

    private BoundSql(String sql, Object arguments) {
        this.sql = requireNonNull(sql, "sql");
        this.arguments = arguments;
    }

    /**
     * {@return a statement with values by position}
     *
     * @param sql exactly one statement
     * @param arguments its values, in the order of the parameters; {@code (Object) null} is NULL
     * @throws IllegalArgumentException if the text or the array is null
     */
    public static BoundSql of(String sql, @Nullable Object... arguments) {
        List<@Nullable Object> copy = new ArrayList<>(Arrays.asList(requireNonNull(arguments, "arguments")));
        return new BoundSql(sql, Collections.unmodifiableList(copy));
    }

    /**
     * {@return a statement with values by name}
     *
     * @param sql exactly one statement
     * @param arguments as described at {@link TursoConnection#execute(String, Map)}
     * @throws IllegalArgumentException if an argument is null
     */
    public static BoundSql of(String sql, Map<String, ?> arguments) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(requireNonNull(arguments, "arguments"));
        return new BoundSql(sql, Collections.unmodifiableMap(copy));
    }

    /** {@return the statement's text} */
    public String sql() {
        return this.sql;
    }

    /** {@return the values: a {@link List} by position, or a {@link Map} by name; unmodifiable} */
    public Object arguments() {
        return this.arguments;
    }

    /** {@return the text alone: values may be secret} */
    @Override
    public String toString() {
        return this.sql;
    }

    private static <T> T requireNonNull(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return value;
    }
}
