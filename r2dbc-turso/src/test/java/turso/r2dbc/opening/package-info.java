/** How connections are opened, and what is left behind when that fails, is cancelled, or ends. */
@NullMarked
package turso.r2dbc.opening;

import org.jspecify.annotations.NullMarked;
