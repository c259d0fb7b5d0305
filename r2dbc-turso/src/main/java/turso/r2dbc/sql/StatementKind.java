package turso.r2dbc.sql;

/**
 * What a statement does, told from its text alone.
 *
 * @see <a href="https://www.sqlite.org/lang.html">SQL as understood by SQLite</a>
 */
public enum StatementKind {
    /** SELECT or VALUES, also behind WITH: gives rows, never writes. */
    SELECT,
    /** INSERT or REPLACE, also behind WITH. */
    INSERT,
    /** UPDATE, also behind WITH. */
    UPDATE,
    /** DELETE, also behind WITH. */
    DELETE,
    /** EXPLAIN or EXPLAIN QUERY PLAN of anything: gives rows, never runs what it explains. */
    EXPLAIN,
    /** PRAGMA; whether it writes depends on its text, see {@link ParsedStatement#writes()}. */
    PRAGMA,
    /** CREATE, ALTER, DROP, REINDEX or ANALYZE. */
    DDL,
    /** VACUUM, also with INTO. */
    VACUUM,
    /** ATTACH. */
    ATTACH,
    /** DETACH. */
    DETACH,
    /** BEGIN or BEGIN DEFERRED. */
    BEGIN,
    /** BEGIN IMMEDIATE. */
    BEGIN_IMMEDIATE,
    /** BEGIN EXCLUSIVE. */
    BEGIN_EXCLUSIVE,
    /** COMMIT or END. */
    COMMIT,
    /** ROLLBACK of the whole transaction. */
    ROLLBACK,
    /** SAVEPOINT. */
    SAVEPOINT,
    /** RELEASE of a savepoint. */
    RELEASE,
    /** ROLLBACK TO a savepoint. */
    ROLLBACK_TO,
    /** Nothing the scanner knows: the engine decides. */
    OTHER;

    /** {@return whether the statement only reads, so that it may run as late as its rows are asked for} */
    public boolean isQuery() {
        return this == SELECT;
    }

    /** {@return whether the statement is an INSERT (or REPLACE), UPDATE or DELETE} */
    public boolean isDml() {
        return switch (this) {
            case INSERT, UPDATE, DELETE -> true;
            default -> false;
        };
    }

    /** {@return whether the statement begins, ends or marks a transaction} */
    public boolean isTransactionControl() {
        return switch (this) {
            case BEGIN, BEGIN_IMMEDIATE, BEGIN_EXCLUSIVE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO -> true;
            default -> false;
        };
    }

    /**
     * {@return whether a statement of this kind may take SQLite's write lock when it runs outside a transaction} Also
     * true for BEGIN IMMEDIATE and BEGIN EXCLUSIVE, which take it by themselves, and for {@link #OTHER}.
     *
     * @see ParsedStatement#writes() which is exact for PRAGMA
     */
    public boolean writes() {
        return switch (this) {
            case INSERT, UPDATE, DELETE, DDL, VACUUM, PRAGMA, BEGIN_IMMEDIATE, BEGIN_EXCLUSIVE, OTHER -> true;
            default -> false;
        };
    }
}
