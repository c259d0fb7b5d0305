/** The official R2DBC test kit, run against every way to use the driver. */
@NullMarked
package turso.r2dbc.tck;

import org.jspecify.annotations.NullMarked;
