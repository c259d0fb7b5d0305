package turso.r2dbc.api;

/**
 * How hard SQLite makes sure that data has reached the disk.
 *
 * @see <a href="https://www.sqlite.org/pragma.html#pragma_synchronous">PRAGMA synchronous</a>
 */
public enum Synchronous {
    /** Hands data to the operating system and does not wait. */
    OFF,
    /** In WAL mode a power cut can lose the last commits, but never corrupts the file. */
    NORMAL,
    /** A commit that was acknowledged survives a power cut. */
    FULL,
    /** Like {@link #FULL}, and syncs the directory of a deleted rollback journal too. */
    EXTRA
}
