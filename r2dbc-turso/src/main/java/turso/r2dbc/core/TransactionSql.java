package turso.r2dbc.core;

import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.sql.Identifiers;

/** The statements by which the driver controls transactions. */
public final class TransactionSql {

    /** Ends a transaction. */
    public static final Execution COMMIT = Execution.of("COMMIT", Effect.END, false);

    /** Undoes a transaction. */
    public static final Execution ROLLBACK = Execution.of("ROLLBACK", Effect.END, false);

    /** The mode in which no lock is taken at once. */
    private static final String DEFERRED = "DEFERRED";

    private TransactionSql() {}

    /**
     * {@return what begins a transaction}
     *
     * @param mode {@code TransactionMode} or {@code Isolation}, whose names are SQLite's own
     */
    public static Execution begin(Enum<?> mode) {
        return Execution.of("BEGIN " + mode.name(), Effect.BEGIN, !mode.name().equals(DEFERRED));
    }

    static Execution savepoint(String name) {
        return Execution.of("SAVEPOINT " + Identifiers.quote(name), Effect.SAVEPOINT, false);
    }

    static Execution release(String name) {
        return Execution.of("RELEASE " + Identifiers.quote(name), Effect.RELEASE, false);
    }

    static Execution rollbackTo(String name) {
        return Execution.of("ROLLBACK TO " + Identifiers.quote(name), Effect.ROLLBACK_TO, false);
    }
}
