/** Tests of the jar as its users get it: on the class path, on the module path, in a JVM of its own. */
@NullMarked
package turso.r2dbc.packaging;

import org.jspecify.annotations.NullMarked;
