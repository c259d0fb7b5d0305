/** The aio flow, as users see it, and what is hard about it. */
@NullMarked
package turso.r2dbc.flow;

import org.jspecify.annotations.NullMarked;
