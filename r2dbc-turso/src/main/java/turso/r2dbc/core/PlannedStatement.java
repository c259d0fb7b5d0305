package turso.r2dbc.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Execution.Tie;
import turso.r2dbc.session.MultiRowInsert;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.StatementText;
import turso.r2dbc.sql.ParsedStatement;
import turso.r2dbc.sql.SingleRowInsert;
import turso.r2dbc.sql.StatementKind;

/**
 * One statement to run.
 *
 * @param kind what it does
 * @param execution what the engine gets
 * @param mayReturnRows whether it may have rows that must be kept until they are asked for
 * @param opensTransaction whether Python's legacy control begins a transaction for it
 */
public record PlannedStatement(
        StatementKind kind, Execution execution, boolean mayReturnRows, boolean opensTransaction) {

    private static final String READ_ONLY_DECLARATION = "SET TRANSACTION READ ONLY";

    /** From so many sets of values on, it pays to look whether they can be inserted several at a time. */
    private static final int WORTHWHILE_SETS = 16;

    /** {@return the statement, with its values} */
    public static PlannedStatement of(
            ParsedStatement statement, List<@Nullable Object[]> sets, @Nullable List<String> generatedColumns) {
        StatementKind kind = statement.kind();
        boolean returning = isReturning(statement, generatedColumns);
        MultiRowInsert rows = returning || sets.size() < WORTHWHILE_SETS ? null : multiRowInsert(statement);
        return new PlannedStatement(
                kind,
                new Execution(text(statement, generatedColumns), rows, sets),
                returning || mayReturnRows(kind),
                kind.isDml() && !statement.isBehindWith());
    }

    /** {@return what the engine gets of a statement, but for its values} */
    static StatementText text(ParsedStatement statement, @Nullable List<String> generatedColumns) {
        StatementKind kind = statement.kind();
        return new StatementText(
                generatedColumns == null ? statement.sql() : statement.withReturning(generatedColumns),
                effect(kind),
                lock(statement),
                tie(statement),
                kind == StatementKind.DDL || kind == StatementKind.DETACH,
                statement.hasStar() || isReturning(statement, generatedColumns));
    }

    private static boolean isReturning(ParsedStatement statement, @Nullable List<String> generatedColumns) {
        return statement.hasReturning()
                || generatedColumns != null && statement.kind().isDml();
    }

    private static @Nullable MultiRowInsert multiRowInsert(ParsedStatement statement) {
        SingleRowInsert insert = SingleRowInsert.of(statement);
        return insert == null
                ? null
                : new MultiRowInsert(insert.table(), insert.head(), insert.row(), insert.parameters());
    }

    private static Effect effect(StatementKind kind) {
        return switch (kind) {
            case BEGIN, BEGIN_IMMEDIATE, BEGIN_EXCLUSIVE -> Effect.BEGIN;
            case COMMIT, ROLLBACK -> Effect.END;
            case SAVEPOINT -> Effect.SAVEPOINT;
            case ROLLBACK_TO -> Effect.ROLLBACK_TO;
            case RELEASE -> Effect.RELEASE;
            default -> Effect.NONE;
        };
    }

    private static Lock lock(ParsedStatement statement) {
        if (statement.writes()) {
            return Lock.WRITE;
        }
        return statement.kind().isQuery() ? Lock.READ : Lock.NONE;
    }

    private static Tie tie(ParsedStatement statement) {
        if (statement.changesConnection()) {
            return Tie.CHANGES;
        }
        boolean plain = statement.kind().isQuery() || statement.kind().isDml();
        return plain && !statement.asksConnection() ? Tie.NONE : Tie.ASKS;
    }

    private static boolean mayReturnRows(StatementKind kind) {
        return switch (kind) {
            case SELECT, EXPLAIN, PRAGMA, OTHER -> true;
            default -> false;
        };
    }

    /** {@return the sets of values} */
    public List<@Nullable Object[]> sets() {
        return this.execution.bindings();
    }

    /** {@return whether it may be opened as late as its rows are asked for} */
    public boolean isQuery() {
        return this.kind.isQuery();
    }

    /** {@return whether it is the statement of the SQL standard that SQLite does not know} */
    boolean isReadOnlyDeclaration() {
        return this.kind == StatementKind.OTHER && READ_ONLY_DECLARATION.equalsIgnoreCase(this.execution.sql());
    }

    /** {@return whether it can be part of a transaction that the driver itself begins and commits} */
    public boolean fitsTransaction() {
        return switch (this.kind) {
            case SELECT, INSERT, UPDATE, DELETE, DDL, EXPLAIN -> true;
            default -> false;
        };
    }

    /** {@return whether this statement, which has just run, has ended the transaction on purpose} On the worker. */
    public boolean endsTransaction(Session session) {
        return switch (this.execution.effect()) {
            case END -> true;
            case RELEASE -> !session.isTransactionOpen();
            default -> false;
        };
    }

    /** {@return the same statement for one of its sets of values} */
    Execution single(int set) {
        List<@Nullable Object[]> sets = this.execution.bindings();
        return sets.size() == 1
                ? this.execution
                : new Execution(this.execution.text(), null, List.<@Nullable Object[]>of(sets.get(set)));
    }
}
