package turso.r2dbc.api;

/**
 * What every exception of this driver that comes from the database can tell. The classes that implement it extend the
 * R2DBC exception of their kind, which is what applications usually catch; only {@link TursoClosedException} is an
 * {@link IllegalStateException}, since R2DBC has no kind for it.
 */
public interface TursoException {

    /** The kinds of errors Python's DB-API distinguishes, for those who know them from there. */
    enum Category {
        /** A constraint is violated. */
        INTEGRITY,
        /** The database cannot do it now: it is locked, the disk is full, the work was interrupted. */
        OPERATIONAL,
        /** The driver was used wrongly. */
        INTERFACE,
        /** The database itself is damaged, or is none. */
        DATABASE,
        /** The SQL is wrong. */
        PROGRAMMING
    }

    /** {@return the kind of error} */
    Category category();

    /**
     * {@return SQLite's extended result code, or 0 if the engine was not involved}
     *
     * @see <a href="https://www.sqlite.org/rescode.html">Result and Error Codes</a>
     */
    int extendedCode();

    /**
     * {@return whether running the whole transaction again may succeed} True for locks that were not free
     * (55P03), stale snapshots and lost transactions (40001) and a full queue; never for statements that were stopped.
     */
    boolean isRetryable();
}
