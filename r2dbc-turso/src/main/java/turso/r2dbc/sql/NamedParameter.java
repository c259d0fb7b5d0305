package turso.r2dbc.sql;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that is written with more than a question mark.
 *
 * @param prefix {@code :}, {@code @}, {@code $}, {@code #}, or {@code ?} of a numbered one
 * @param name what follows the prefix
 * @param number the parameter's number, from 1
 * @param earlier the one with the same name and another prefix that came before, if any
 */
record NamedParameter(
        char prefix, String name, int number, @Nullable NamedParameter earlier) {

    String spelling() {
        return prefix + name;
    }
}
