@NullMarked
package turso.r2dbc.spring;

import org.jspecify.annotations.NullMarked;
