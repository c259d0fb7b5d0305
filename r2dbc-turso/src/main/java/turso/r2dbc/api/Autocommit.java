package turso.r2dbc.api;

/**
 * Who begins a transaction on a connection of {@code Turso.connect}, as {@code autocommit} says in Python's
 * {@code sqlite3}.
 */
public enum Autocommit {

    /**
     * INSERT, UPDATE, DELETE and REPLACE begin one where none is open, the way {@link Isolation} says; it stays open until
     * it is committed or rolled back. Nothing else begins one: not SELECT, DDL, PRAGMA, EXPLAIN, VALUES and what begins
     * with WITH (PEP 249 as Python's {@code sqlite3} has always read it).
     */
    LEGACY,

    /** Nobody: outside a transaction that was begun explicitly, every statement commits by itself. */
    ON,

    /**
     * The driver: a transaction is always open, queries included. The end of one is the beginning of the next, whose
     * {@code BEGIN DEFERRED} runs with the next statement. Closing the connection rolls back.
     */
    OFF
}
