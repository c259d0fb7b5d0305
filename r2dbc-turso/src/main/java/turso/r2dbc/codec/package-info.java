/**
 * Conversion between the values of the engine (integer, real, text, blob, NULL) and Java values.
 *
 * <p>For users there is one type in here: {@link turso.r2dbc.api.TursoCodec}, to teach the driver a Java type of
 * their own. The rules of the built-in conversions are listed at {@link turso.r2dbc.codec.Codecs}.
 */
@NullMarked
package turso.r2dbc.codec;

import org.jspecify.annotations.NullMarked;
