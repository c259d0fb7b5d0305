package turso.r2dbc.core;

import java.time.Duration;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.codec.Codecs;

/**
 * What a connection starts with.
 *
 * @param autocommit who begins transactions; ON is what R2DBC wants
 * @param isolation how writes begin one by themselves, where they do
 * @param transactionMode how transactions begin that are asked for
 * @param batchMode what binding sets and batches mean in auto-commit
 * @param lockWaitTimeout how long to wait for locks; zero fails at once
 * @param statementTimeout how long until a first row or count; zero is no limit
 * @param maxBufferedRows how many rows, or sets of values, are held in memory where they must be
 * @param maxQueuedTasks how many statements may wait for a transaction scope of their connection
 * @param codecs the conversions
 */
public record ConnectionSettings(
        Autocommit autocommit,
        Isolation isolation,
        TransactionMode transactionMode,
        BatchMode batchMode,
        Duration lockWaitTimeout,
        Duration statementTimeout,
        int maxBufferedRows,
        int maxQueuedTasks,
        Codecs codecs) {

    /** Makes a mode that never begins a transaction the mode in which nobody does. */
    public ConnectionSettings {
        if (autocommit == Autocommit.LEGACY && isolation == Isolation.NONE) {
            autocommit = Autocommit.ON;
        }
    }
}
