/** The R2DBC semantics of connections, statements, results and transactions, once for every engine. */
@NullMarked
package turso.r2dbc.core;

import org.jspecify.annotations.NullMarked;
