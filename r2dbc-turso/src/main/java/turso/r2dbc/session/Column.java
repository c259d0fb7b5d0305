package turso.r2dbc.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One column of a result as the engine describes it.
 *
 * @param name the column's label, as SQLite gives it
 * @param declaredType the type the table's declaration names, or null for an expression or an untyped column
 * @param nullable whether NULL is possible: FALSE for NOT NULL columns, TRUE for others, null where unknown
 */
public record Column(
        String name,
        @Nullable String declaredType,
        @Nullable Boolean nullable) {

    public Column {
        Objects.requireNonNull(name, "name");
    }
}
