package turso.r2dbc.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.sql.ParsedStatement;
import turso.r2dbc.sql.StatementKind;

/**
 * One statement to run.
 *
 * @param kind what it does
 * @param execution what the engine gets
 * @param mayReturnRows whether it may have rows that must be kept until they are asked for
 */
record PlannedStatement(StatementKind kind, Execution execution, boolean mayReturnRows) {

    private static final String READ_ONLY_DECLARATION = "SET TRANSACTION READ ONLY";

    static PlannedStatement of(
            ParsedStatement statement, List<@Nullable Object[]> sets, @Nullable List<String> generatedColumns) {
        StatementKind kind = statement.kind();
        boolean returning = statement.hasReturning() || generatedColumns != null && kind.isDml();
        String sql = generatedColumns == null ? statement.sql() : statement.withReturning(generatedColumns);
        Execution execution = new Execution(
                sql,
                effect(kind),
                statement.writes(),
                kind == StatementKind.DDL || kind == StatementKind.VACUUM,
                statement.hasStar() || returning,
                sets);
        return new PlannedStatement(kind, execution, returning || mayReturnRows(kind));
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

    private static boolean mayReturnRows(StatementKind kind) {
        return switch (kind) {
            case SELECT, EXPLAIN, PRAGMA, OTHER -> true;
            default -> false;
        };
    }

    List<@Nullable Object[]> sets() {
        return this.execution.bindings();
    }

    /** {@return whether it may be opened as late as its rows are asked for} */
    boolean isQuery() {
        return this.kind.isQuery();
    }

    /** {@return whether it is the statement of the SQL standard that SQLite does not know} */
    boolean isReadOnlyDeclaration() {
        return this.kind == StatementKind.OTHER && READ_ONLY_DECLARATION.equalsIgnoreCase(this.execution.sql());
    }

    /** {@return whether it can be part of a transaction that the driver itself begins and commits} */
    boolean fitsTransaction() {
        return switch (this.kind) {
            case SELECT, INSERT, UPDATE, DELETE, DDL, EXPLAIN -> true;
            default -> false;
        };
    }

    /** {@return the same statement for one of its sets of values} */
    Execution single(int set) {
        List<@Nullable Object[]> sets = this.execution.bindings();
        return sets.size() == 1
                ? this.execution
                : new Execution(
                        this.execution.sql(),
                        this.execution.effect(),
                        this.execution.writes(),
                        this.execution.changesSchema(),
                        this.execution.star(),
                        List.<@Nullable Object[]>of(sets.get(set)));
    }
}
