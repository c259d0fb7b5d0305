package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoBatch;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.session.Execution;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/** Statements without parameters. */
final class DriverBatch implements TursoBatch {

    private final ConnectionContext context;

    private final List<PlannedStatement> statements = new ArrayList<>();

    DriverBatch(ConnectionContext context) {
        this.context = context;
    }

    @Override
    public TursoBatch add(String sql) {
        ParsedSql parsed = this.context.parser().parse(Require.notNull(sql, "sql"));
        if (parsed.parameterCount() > 0) {
            throw new IllegalArgumentException("Statements of a batch have no parameters: " + sql);
        }
        if (parsed.statements().isEmpty()) {
            throw new IllegalArgumentException("No SQL statement to add");
        }
        for (ParsedStatement statement : parsed.statements()) {
            this.statements.add(PlannedStatement.of(statement, Execution.NO_VALUES, null));
        }
        return this;
    }

    @Override
    public Flux<TursoResult> execute() {
        return this.statements.isEmpty() ? Flux.empty() : new ExecuteFlux(this.context, Plan.ofBatch(this.statements));
    }
}
