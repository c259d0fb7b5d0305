/**
 * The seam between the R2DBC layer and an engine: {@code Session} and the types that cross it.
 *
 * <p>Knows no other package of the driver, and neither R2DBC nor any engine: both sides see each other only through it.
 */
@NullMarked
package turso.r2dbc.session;

import org.jspecify.annotations.NullMarked;
