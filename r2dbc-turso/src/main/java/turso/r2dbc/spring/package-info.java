/**
 * What Spring asks a driver for: bind markers, and the SQL dialect of Spring Data R2DBC. Spring finds both by
 * {@code META-INF/spring.factories}.
 *
 * <p>Spring is optional. Nothing else in the driver knows this package, so that none of its classes is loaded where Spring
 * is not; it knows of the driver only the public API. Compiled against Spring 6.2 and Spring Data 3.5, works unchanged
 * with Spring 7 and Spring Data 4.
 */
@NullMarked
package turso.r2dbc.spring;

import org.jspecify.annotations.NullMarked;
