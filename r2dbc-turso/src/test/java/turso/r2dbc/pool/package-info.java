/** The driver under r2dbc-pool and r2dbc-proxy. */
@NullMarked
package turso.r2dbc.pool;

import org.jspecify.annotations.NullMarked;
