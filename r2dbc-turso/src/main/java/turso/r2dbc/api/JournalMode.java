package turso.r2dbc.api;

/**
 * How SQLite keeps a transaction's undo or redo information.
 *
 * @see <a href="https://www.sqlite.org/pragma.html#pragma_journal_mode">PRAGMA journal_mode</a>
 */
public enum JournalMode {
    /** A write-ahead log: readers and the writer do not exclude each other. */
    WAL,
    /** A rollback journal, deleted at commit. */
    DELETE,
    /** A rollback journal, truncated at commit. */
    TRUNCATE,
    /** A rollback journal, its header overwritten at commit. */
    PERSIST,
    /** A rollback journal in memory: a crash of the process can corrupt the file. */
    MEMORY,
    /** No journal: rollback does not work and a crash can corrupt the file. */
    OFF
}
