package turso.r2dbc.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Something between the kit and the driver does not do what one of the kit's tests wants. The test runs all the same, and
 * has to fail at that very point: so nothing else hides behind the deviation, and it is noticed when it is gone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Deviation.All.class)
@ExtendWith(DeviationExtension.class)
public @interface Deviation {

    /** {@return the name of the kit's test} */
    String test();

    /** {@return what the failure says} */
    String failure();

    /** {@return the other library's reason} */
    String because();

    /** All deviations of a class. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(DeviationExtension.class)
    @interface All {

        /** {@return the deviations} */
        Deviation[] value();
    }
}
