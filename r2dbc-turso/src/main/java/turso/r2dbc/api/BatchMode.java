package turso.r2dbc.api;

/** What several binding sets, or the statements of a {@link TursoBatch}, mean while the connection is in auto-commit. */
public enum BatchMode {

    /** All of them are one transaction: all take effect or none, and nothing is reported before the commit. */
    ATOMIC,

    /** Each commits for itself; those before a failing one stay. */
    EACH
}
