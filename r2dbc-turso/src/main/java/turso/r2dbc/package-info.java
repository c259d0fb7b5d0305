/**
 * The door of the driver: how R2DBC finds it, where a database is and how its connections behave, and the factory that
 * opens them.
 *
 * <p>Puts an engine and the R2DBC layer together, and therefore knows every other package; none of them knows this one.
 */
@NullMarked
package turso.r2dbc;

import org.jspecify.annotations.NullMarked;
