@NullMarked
package turso.r2dbc.codec;

import org.jspecify.annotations.NullMarked;
