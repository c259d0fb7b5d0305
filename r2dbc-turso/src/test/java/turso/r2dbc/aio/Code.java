package turso.r2dbc.aio;

/** SQLite's extended result codes, as far as these tests expect them. */
final class Code {

    static final int ERROR = 1;

    static final int BUSY = 5;

    static final int READONLY = 8;

    static final int INTERRUPT = 9;

    static final int FULL = 13;

    static final int CANTOPEN = 14;

    static final int MISMATCH = 20;

    static final int NOTADB = 26;

    static final int CONSTRAINT_CHECK = 275;

    static final int BUSY_SNAPSHOT = 517;

    static final int CONSTRAINT_FOREIGNKEY = 787;

    static final int CONSTRAINT_NOTNULL = 1299;

    static final int CONSTRAINT_PRIMARYKEY = 1555;

    static final int CONSTRAINT_TRIGGER = 1811;

    static final int CONSTRAINT_UNIQUE = 2067;

    static final int CONSTRAINT_DATATYPE = 3091;

    private Code() {}
}
