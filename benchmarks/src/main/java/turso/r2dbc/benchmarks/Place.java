package turso.r2dbc.benchmarks;

/** Where a database is, and how it is read. */
enum Place {
    /** In memory. */
    mem("MEMORY", false, false),
    /** A file in WAL mode. */
    wal("WAL", false, false),
    /** The same, and everything in one transaction. */
    walTx("WAL", true, false),
    /** A file in WAL mode that nobody else may open. */
    walExclusive("WAL", false, true),
    /** A file with a rollback journal. */
    delete("DELETE", false, false);

    private final String journalMode;

    private final boolean inTransaction;

    private final boolean exclusive;

    Place(String journalMode, boolean inTransaction, boolean exclusive) {
        this.journalMode = journalMode;
        this.inTransaction = inTransaction;
        this.exclusive = exclusive;
    }

    String journalMode() {
        return this.journalMode;
    }

    boolean inTransaction() {
        return this.inTransaction;
    }

    boolean exclusive() {
        return this.exclusive;
    }
}
