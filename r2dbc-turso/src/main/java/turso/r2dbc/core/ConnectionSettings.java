package turso.r2dbc.core;

import java.time.Duration;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.codec.Codecs;

/**
 * What a connection starts with.
 *
 * @param transactionMode how transactions begin
 * @param batchMode what binding sets and batches mean in auto-commit
 * @param lockWaitTimeout how long to wait for locks; zero fails at once
 * @param statementTimeout how long until a first row or count; zero is no limit
 * @param maxBufferedRows how many rows a query within an atomic batch may have if a write follows it
 * @param codecs the conversions
 */
public record ConnectionSettings(
        TransactionMode transactionMode,
        BatchMode batchMode,
        Duration lockWaitTimeout,
        Duration statementTimeout,
        int maxBufferedRows,
        Codecs codecs) {}
