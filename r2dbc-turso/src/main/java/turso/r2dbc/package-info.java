/** The door of the driver: its connection factory, its configuration and the {@code Turso} entry point. */
@NullMarked
package turso.r2dbc;

import org.jspecify.annotations.NullMarked;
