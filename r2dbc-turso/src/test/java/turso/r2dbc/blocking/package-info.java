/** Nothing blocks a caller: BlockHound, and a guard for what BlockHound cannot see. */
@NullMarked
package turso.r2dbc.blocking;

import org.jspecify.annotations.NullMarked;
