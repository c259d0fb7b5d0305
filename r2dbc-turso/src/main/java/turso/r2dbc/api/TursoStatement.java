package turso.r2dbc.api;

import io.r2dbc.spi.Statement;
import reactor.core.publisher.Flux;

/**
 * A statement, or several separated by semicolons, with values to bind.
 *
 * <p>Parameters are {@code ?}, {@code ?NNN}, {@code :name}, {@code @name} and {@code $name}. They are bound by index,
 * counted from 0 in SQLite's own numbering (<a href="https://www.sqlite.org/lang_expr.html#varparam">Parameters</a>),
 * or by name, with or without the prefix; the index is the preferred style. Binding errors are thrown by the binding
 * methods themselves. A statement is not thread-safe while values are bound.
 */
public interface TursoStatement extends Statement {

    /**
     * How parameters begin whose values are escaped with a backslash where they are patterns: LIKE of such a parameter
     * alone, or of {@code upper} or {@code lower} of one, is run with {@code ESCAPE '\'} unless it has an ESCAPE clause.
     * For whoever generates SQL and escapes patterns; all other SQL keeps SQLite's own rule, where nothing escapes.
     * Spring Data's statements are made so. Beside it, the option {@code likeEscape} is for patterns of any parameter.
     */
    String ESCAPED_PARAMETER = "@escaped_";

    @Override
    TursoStatement add();

    @Override
    TursoStatement bind(int index, Object value);

    @Override
    TursoStatement bind(String name, Object value);

    @Override
    TursoStatement bindNull(int index, Class<?> type);

    @Override
    TursoStatement bindNull(String name, Class<?> type);

    /**
     * Runs the statement for each binding set, at each subscription anew.
     *
     * <p>A query runs when the rows of its result are requested. Everything else has run when its result is emitted. The
     * result of a single query is emitted by the thread that requests it, all others by the driver's; to Reactor it is one
     * value at hand, so that {@code publishOn} directly behind it does what {@code subscribeOn} does.
     *
     * @return one result per statement of the SQL text and binding set, in order
     * @throws IllegalStateException if a parameter is not bound, or if {@link #add()} was the last call
     */
    @Override
    Flux<TursoResult> execute();

    /**
     * Hints how many rows to produce at once. SQLite produces rows one by one as they are requested, so that the hint
     * has no effect on a local database.
     *
     * @param rows 0 for no hint
     * @throws IllegalArgumentException if negative
     */
    @Override
    TursoStatement fetchSize(int rows);

    /**
     * Makes an INSERT, UPDATE or DELETE yield the rows it touched, through SQLite's RETURNING clause. Has no effect on
     * other statements and on those that have such a clause.
     *
     * @param columns names to return, quoted or not; none returns all
     */
    @Override
    TursoStatement returnGeneratedValues(String... columns);
}
