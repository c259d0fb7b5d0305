package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/**
 * What one execution has to run: the statements in order, each with its sets of values. Immutable, so that it can run
 * again at every subscription.
 */
public final class Plan {

    private final List<PlannedStatement> statements;

    private final @Nullable ParsedSql sql;

    /** The values by slot, where some are large objects that have to be read first; empty otherwise. */
    private final List<Bindings> sets;

    private final @Nullable List<String> generatedColumns;

    /** How the one transaction begins that all of it is; null where the connection's settings say whether it is one. */
    private final @Nullable TransactionMode mode;

    private Plan(
            List<PlannedStatement> statements,
            @Nullable ParsedSql sql,
            List<Bindings> sets,
            @Nullable List<String> generatedColumns,
            @Nullable TransactionMode mode) {
        this.statements = statements;
        this.sql = sql;
        this.sets = sets;
        this.generatedColumns = generatedColumns;
        this.mode = mode;
    }

    /** {@return the plan for what is bound; nothing may be bound in these sets any more} */
    static Plan of(ParsedSql sql, List<Bindings> sets, @Nullable List<String> generatedColumns) {
        List<ParsedStatement> statements = sql.statements();
        List<PlannedStatement> planned = statements.size() == 1
                ? List.of(PlannedStatement.of(statements.get(0), values(statements.get(0), sets), generatedColumns))
                : planned(statements, sets, generatedColumns);
        return new Plan(planned, sql, hasLargeObjects(sets) ? copies(sets) : List.of(), generatedColumns, null);
    }

    private static boolean hasLargeObjects(List<Bindings> sets) {
        for (Bindings set : sets) {
            if (set.hasLargeObjects()) {
                return true;
            }
        }
        return false;
    }

    private static List<Bindings> copies(List<Bindings> sets) {
        return sets.stream().map(Bindings::copy).toList();
    }

    private static List<@Nullable Object[]> values(ParsedStatement statement, List<Bindings> sets) {
        if (sets.size() == 1) {
            return List.<@Nullable Object[]>of(sets.get(0).last(statement));
        }
        List<@Nullable Object[]> values = new ArrayList<>(sets.size());
        for (Bindings set : sets) {
            values.add(set.last(statement));
        }
        return values;
    }

    /** {@return all statements with the first set of values, then all with the second...} */
    private static List<PlannedStatement> planned(
            List<ParsedStatement> statements, List<Bindings> sets, @Nullable List<String> generatedColumns) {
        List<PlannedStatement> planned = new ArrayList<>(statements.size() * sets.size());
        for (Bindings set : sets) {
            for (ParsedStatement statement : statements) {
                planned.add(PlannedStatement.of(
                        statement, List.<@Nullable Object[]>of(set.last(statement)), generatedColumns));
            }
        }
        return planned;
    }

    static Plan ofBatch(List<PlannedStatement> statements) {
        return new Plan(List.copyOf(statements), null, List.of(), null, null);
    }

    /** {@return the plan of statements that are one transaction, whatever the connection's settings say} */
    public static Plan ofTransaction(List<PlannedStatement> statements, TransactionMode mode) {
        return new Plan(List.copyOf(statements), null, List.of(), null, mode);
    }

    @Nullable
    TransactionMode mode() {
        return this.mode;
    }

    List<PlannedStatement> statements() {
        return this.statements;
    }

    /** {@return how many results there will be} */
    int results() {
        int results = 0;
        for (PlannedStatement statement : this.statements) {
            results += statement.sets().size();
        }
        return results;
    }

    boolean hasLargeObjects() {
        return !this.sets.isEmpty();
    }

    /** {@return an execution that reads the large objects first, without holding the connection meanwhile} */
    Flux<TursoResult> withLargeObjects(ConnectionContext context) {
        ParsedSql text = this.sql;
        if (text == null) {
            throw new IllegalStateException("A batch has no values");
        }
        return Flux.fromIterable(this.sets)
                .concatMap(LargeObjects::collect)
                .collectList()
                .flatMapMany(collected -> new ExecuteFlux(context, Plan.of(text, collected, this.generatedColumns)));
    }
}
