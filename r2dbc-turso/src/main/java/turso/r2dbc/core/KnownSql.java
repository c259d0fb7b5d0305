package turso.r2dbc.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.StatementText;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/**
 * A text that was split.
 *
 * @param parsed its statements
 * @param query the only statement, if it is a query; otherwise null
 */
record KnownSql(ParsedSql parsed, @Nullable StatementText query) {

    static KnownSql of(ParsedSql parsed) {
        List<ParsedStatement> statements = parsed.statements();
        boolean query = statements.size() == 1 && statements.get(0).kind().isQuery();
        return new KnownSql(parsed, query ? PlannedStatement.text(statements.get(0), null) : null);
    }
}
