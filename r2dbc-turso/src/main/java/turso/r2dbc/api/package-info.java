/**
 * What programs use of the driver beyond the R2DBC SPI: connection, statement, batch and result narrowed to
 * {@code Mono} and {@code Flux}, the exceptions, the values of options, and codecs of one's own.
 *
 * <p>Knows the SPI and Reactor, and no other package of the driver.
 */
@NullMarked
package turso.r2dbc.api;

import org.jspecify.annotations.NullMarked;
