package turso.r2dbc.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The cursor of Python's DB-API (PEP 249): it runs statements and has one position in the rows of the last one.
 *
 * <p>Everything is cold, and everything has effect on the one state: each subscription of one {@link #fetchOne()} takes the
 * next row. Where no position has to be kept, {@link TursoConnection#execute(String, Object...)} is simpler, safer and
 * faster. Work runs in the order of subscription. Methods may be called from any thread.
 *
 * <p>Running anything new drops the rows that are pending, also if it fails. Rows come straight from the engine, one by
 * one, and a query whose rows are not read to the end keeps its snapshot of the database; {@link #close()} lets go of it.
 * Rows of INSERT, UPDATE and DELETE with RETURNING are kept in memory, since all changes are made before the first of them.
 *
 * <p>A cursor that is closed, or whose connection is, answers with a {@link TursoClosedException}. What else is wrong with a
 * call is signalled as described at {@link TursoExecution}.
 */
public interface TursoCursor {

    /**
     * Runs one statement. A query has run up to its first row when this completes, so that errors in it appear here.
     *
     * @param sql exactly one statement
     * @param arguments its values, in the order of the parameters; {@code (Object) null} is NULL
     * @return emits this cursor
     * @throws IllegalArgumentException if the text or the array is null
     */
    Mono<TursoCursor> execute(String sql, @Nullable Object... arguments);

    /**
     * Runs one statement with values by name.
     *
     * @param sql exactly one statement
     * @param arguments as described at {@link TursoConnection#execute(String, Map)}
     * @return emits this cursor
     * @throws IllegalArgumentException if an argument is null
     */
    Mono<TursoCursor> execute(String sql, Map<String, ?> arguments);

    /**
     * Runs one INSERT, UPDATE, DELETE or REPLACE once for each set of values; {@link #rowCount()} is the sum then.
     *
     * @param sql exactly one statement
     * @param sets as described at {@link TursoConnection#executeMany(String, Iterable)}
     * @return emits this cursor
     * @throws IllegalArgumentException if an argument is null
     */
    Mono<TursoCursor> executeMany(String sql, Iterable<?> sets);

    /**
     * Runs one INSERT, UPDATE, DELETE or REPLACE once for each set of values; {@link #rowCount()} is the sum then.
     *
     * @param sql exactly one statement
     * @param sets as described at {@link TursoConnection#executeMany(String, Publisher)}
     * @return emits this cursor
     * @throws IllegalArgumentException if an argument is null
     */
    Mono<TursoCursor> executeMany(String sql, Publisher<?> sets);

    /**
     * Runs a script, as {@link TursoConnection#executeScript(String)} does.
     *
     * @param sql any number of statements
     * @return emits this cursor
     * @throws IllegalArgumentException if the text is null
     */
    Mono<TursoCursor> executeScript(String sql);

    /** {@return the next row, which can be kept; empty behind the last one, and where there are no rows} */
    Mono<TursoRow> fetchOne();

    /** {@return the next {@link #arraySize()} rows, as {@link #fetchMany(int)} gives them} */
    Mono<List<TursoRow>> fetchMany();

    /**
     * {@return the next rows, fewer only where there are no more; never empty, the list may be}
     *
     * @param size how many; with 0 the position stays
     * @throws IllegalArgumentException if the size is negative
     */
    Mono<List<TursoRow>> fetchMany(int size);

    /**
     * {@return the rest of the rows, as they are requested} The position moves with the rows that are emitted: cancelling
     * leaves the rest to the next fetch.
     */
    Flux<TursoRow> fetchAll();

    /** {@return the names of the columns of the last statement; empty if it had none, and before the first} */
    List<String> columnNames();

    /**
     * {@return how many rows the last statement inserted, updated or deleted; 0 for DDL and a script; -1 for a query and
     * before the first statement}
     */
    long rowCount();

    /** {@return the rowid of the last row this cursor inserted by {@code execute}; null before the first} */
    @Nullable
    Long lastInsertRowId();

    /** {@return how many rows {@link #fetchMany()} fetches; 1 at first} */
    int arraySize();

    /**
     * Sets how many rows {@link #fetchMany()} fetches.
     *
     * @param size the number of rows, at least 0
     * @return this cursor
     * @throws IllegalArgumentException if the size is negative
     */
    TursoCursor arraySize(int size);

    /** {@return the connection, or the handle of a transaction, this cursor works on} */
    TursoConnection connection();

    /**
     * Closes the cursor, and drops pending rows. Closing twice is harmless; the connection stays open.
     *
     * @return completes when it is closed
     */
    Mono<Void> close();
}
