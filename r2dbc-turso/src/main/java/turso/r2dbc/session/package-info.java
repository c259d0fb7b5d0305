/** The seam between the R2DBC layer and an engine: {@code Session} and the types that cross it. */
@NullMarked
package turso.r2dbc.session;

import org.jspecify.annotations.NullMarked;
