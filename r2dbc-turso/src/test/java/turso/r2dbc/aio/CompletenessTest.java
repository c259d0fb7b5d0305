package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every behaviour of the table, R-001 to R-186, has a test named by it. */
class CompletenessTest {

    private static final int LAST = 186;

    private static final Pattern NAME = Pattern.compile("r(\\d{3})_\\w+");

    @Test
    void everyNumberHasATest() {
        List<Integer> tested = new ClassFileImporter()
                .importPackages(CompletenessTest.class.getPackageName()).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(CompletenessTest::isTest)
                        .map(method -> NAME.matcher(method.getName()))
                        .filter(name -> name.matches())
                        .map(name -> Integer.valueOf(name.group(1)))
                        .toList();

        assertThat(IntStream.rangeClosed(1, LAST).filter(number -> !tested.contains(number)))
                .as("numbers without a test")
                .isEmpty();
        assertThat(tested).allMatch(number -> number >= 1 && number <= LAST).doesNotHaveDuplicates();
    }

    private static boolean isTest(JavaMethod method) {
        boolean test = method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class);
        if (!test && NAME.matcher(method.getName()).matches()) {
            throw new AssertionError(
                    String.format(Locale.ROOT, "%s is named as a test and is none", method.getFullName()));
        }
        return test;
    }
}
