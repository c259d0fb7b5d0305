package turso.r2dbc.api;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One statement with its values, ready to run: what {@link TursoConnection#execute(String, Object...)} gives. Immutable
 * and thread-safe.
 *
 * <p>Nothing has happened yet. Each method says what is wanted of the statement, and <em>each subscription runs the
 * statement once</em>, in one turn of the connection's queue: subscribing twice runs it twice ({@link Mono#cache()} keeps
 * the outcome of one run), never subscribing never runs it.
 *
 * <p>What is wrong with the call is signalled when it is subscribed to, before the engine sees anything: more than one
 * statement and no statement at all are a {@link TursoBadGrammarException} of category PROGRAMMING; values that do not
 * match the parameters a {@link TursoBadGrammarException}, and values of a type the driver cannot store a
 * {@link TursoDataException}, both of category INTERFACE.
 *
 * <p>Cancelling before the statement's turn means that it never runs. Cancelling while it runs stops the engine and undoes
 * the statement; inside a transaction SQLite then rolls back the whole transaction if the statement was writing.
 */
public interface TursoExecution {

    /**
     * Runs the statement and emits its first row, which can be kept; empty if there is none. A query stops there;
     * whatever writes runs to its end first.
     *
     * @return the first row
     */
    Mono<TursoRow> fetchOne();

    /**
     * Runs the statement and emits its rows, which can be kept, as they are requested: a query that nobody reads on is
     * paused, and holds no thread. Between pauses other statements of the connection run. Cancelling, as {@code take(n)}
     * does, stops the query.
     *
     * @return the rows
     */
    Flux<TursoRow> fetchAll();

    /**
     * Runs the statement and emits what the function makes of each row, as {@link #fetchAll()} does but without copying
     * rows.
     *
     * @param mapper called for each row on the driver's thread; the row is valid during the call only, and the function
     *     must neither block nor return null
     * @param <T> what rows are mapped to
     * @return what the rows are mapped to
     */
    <T> Flux<T> fetchAll(Function<? super TursoRow, ? extends T> mapper);

    /**
     * Runs the statement to its end and emits how many rows it inserted, updated or deleted, not counting what triggers
     * and foreign keys did; 0 for DDL, PRAGMA and transaction control; -1 for a query, as in PEP 249.
     *
     * @return the number of rows
     */
    Mono<Long> rowCount();

    /**
     * Runs the statement to its end and emits the rowid of the last row it inserted; empty if it inserted none. Rows
     * that triggers insert do not count. SQLite keeps the rowid of the connection's last INSERT where the statement only
     * updated (ON CONFLICT DO UPDATE) or where the table has no rowids.
     *
     * @return the rowid
     * @see <a href="https://www.sqlite.org/c3ref/last_insert_rowid.html">Last Insert Rowid</a>
     */
    Mono<Long> lastInsertRowId();

    /**
     * Runs the statement to its end and throws its rows away.
     *
     * @return completes when it has run
     */
    Mono<Void> then();

    /**
     * Runs the statement on a new cursor.
     *
     * @return the cursor, to be closed by whoever gets it
     */
    Mono<TursoCursor> cursor();
}
