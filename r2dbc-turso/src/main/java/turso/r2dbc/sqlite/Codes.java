package turso.r2dbc.sqlite;

/**
 * The result codes the engine's control flow depends on.
 *
 * @see <a href="https://www.sqlite.org/rescode.html">Result and Error Codes</a>
 */
final class Codes {

    static final int ERROR = 1;

    static final int BUSY = 5;

    static final int LOCKED = 6;

    static final int READONLY = 8;

    static final int INTERRUPT = 9;

    static final int IOERR = 10;

    static final int FULL = 13;

    static final int CANTOPEN = 14;

    static final int CONSTRAINT = 19;

    static final int MISMATCH = 20;

    static final int ROW = 100;

    static final int DONE = 101;

    /** Extended: the snapshot a transaction reads is not the newest, so that it cannot write. Waiting is of no use. */
    static final int BUSY_SNAPSHOT = BUSY | 2 << 8;

    private Codes() {}

    /** {@return whether waiting for another connection and trying again may help} */
    static boolean isLockConflict(int code) {
        int primary = code & 0xFF;
        return (primary == BUSY || primary == LOCKED) && code != BUSY_SNAPSHOT;
    }

    /** {@return whether a row was refused for what is in it} Such an error never ends the transaction by itself. */
    static boolean isConstraint(int code) {
        int primary = code & 0xFF;
        return primary == CONSTRAINT || primary == MISMATCH;
    }
}
