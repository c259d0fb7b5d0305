/**
 * The aio flow: execute, executeMany, executeScript, cursors and transaction scopes, on the same connection and the same
 * transaction as R2DBC's statements.
 *
 * <p>Knows what the R2DBC layer below it knows, and that layer; not the engine.
 */
@NullMarked
package turso.r2dbc.flow;

import org.jspecify.annotations.NullMarked;
