package turso.r2dbc.core;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/**
 * What one execution has to run: the statements in order, each with its sets of values. Immutable, so that it can run
 * again at every subscription.
 */
final class Plan {

    private final List<PlannedStatement> statements;

    private final @Nullable ParsedSql sql;

    private final List<Bindings> sets;

    private final @Nullable List<String> generatedColumns;

    private Plan(
            List<PlannedStatement> statements,
            @Nullable ParsedSql sql,
            List<Bindings> sets,
            @Nullable List<String> generatedColumns) {
        this.statements = statements;
        this.sql = sql;
        this.sets = sets;
        this.generatedColumns = generatedColumns;
    }

    static Plan of(ParsedSql sql, List<Bindings> sets, @Nullable List<String> generatedColumns) {
        List<PlannedStatement> planned = new ArrayList<>();
        List<ParsedStatement> statements = sql.statements();
        if (statements.size() == 1) {
            List<@Nullable Object[]> values = new ArrayList<>(sets.size());
            for (Bindings set : sets) {
                values.add(set.of(statements.get(0)));
            }
            planned.add(PlannedStatement.of(statements.get(0), values, generatedColumns));
        } else {
            for (Bindings set : sets) {
                for (ParsedStatement statement : statements) {
                    planned.add(PlannedStatement.of(
                            statement, List.<@Nullable Object[]>of(set.of(statement)), generatedColumns));
                }
            }
        }
        return new Plan(List.copyOf(planned), sql, sets, generatedColumns);
    }

    static Plan ofBatch(List<PlannedStatement> statements) {
        return new Plan(List.copyOf(statements), null, List.of(), null);
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
        for (Bindings set : this.sets) {
            for (Object value : set.values()) {
                if (value instanceof Blob || value instanceof Clob) {
                    return true;
                }
            }
        }
        return false;
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
