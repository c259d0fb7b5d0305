/** What the driver makes of the engine's errors, each provoked on the real engine. */
@NullMarked
package turso.r2dbc.errors;

import org.jspecify.annotations.NullMarked;
