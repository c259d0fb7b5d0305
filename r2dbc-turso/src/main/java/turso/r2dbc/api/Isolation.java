package turso.r2dbc.api;

/**
 * How INSERT, UPDATE, DELETE and REPLACE begin a transaction by themselves on a connection of {@code Turso.connect}, as
 * {@code isolation_level} does in Python's {@code sqlite3}.
 *
 * @see Autocommit#LEGACY
 */
public enum Isolation {

    /** With {@code BEGIN DEFERRED}: the write lock is taken by the first statement that writes, which is this one. */
    DEFERRED,

    /** With {@code BEGIN IMMEDIATE}. */
    IMMEDIATE,

    /** With {@code BEGIN EXCLUSIVE}. */
    EXCLUSIVE,

    /** Not at all: every statement outside a transaction commits by itself. */
    NONE
}
