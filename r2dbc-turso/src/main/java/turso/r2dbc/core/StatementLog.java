package turso.r2dbc.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.session.Execution;

/** Logs statements when they are about to run: their text at DEBUG, their values, which may be secret, at TRACE. */
public final class StatementLog {

    private static final Logger QUERY = Loggers.getLogger("turso.r2dbc.QUERY");

    private static final Logger PARAM = Loggers.getLogger("turso.r2dbc.PARAM");

    private StatementLog() {}

    /** Logs one. */
    public static void log(Execution execution) {
        if (QUERY.isDebugEnabled()) {
            QUERY.debug("Executing: {}", execution.sql());
        }
        if (PARAM.isTraceEnabled()) {
            logValues(execution.bindings());
        }
    }

    static void log(List<Execution> executions) {
        if (QUERY.isDebugEnabled() || PARAM.isTraceEnabled()) {
            executions.forEach(StatementLog::log);
        }
    }

    private static void logValues(List<@Nullable Object[]> bindings) {
        for (@Nullable Object[] values : bindings) {
            for (int i = 0; i < values.length; i++) {
                PARAM.trace(
                        "Binding {}: {}", i, values[i] instanceof byte[] bytes ? bytes.length + " bytes" : values[i]);
            }
        }
    }
}
