/** The embedded engine behind the seam, over sqlite-jdbc. */
@NullMarked
package turso.r2dbc.sqlite;

import org.jspecify.annotations.NullMarked;
