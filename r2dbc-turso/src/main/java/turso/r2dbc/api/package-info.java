/** The connection, statement, result and row types of the driver, narrowed to {@code Mono} and {@code Flux}. */
@NullMarked
package turso.r2dbc.api;

import org.jspecify.annotations.NullMarked;
