package turso.r2dbc.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.packaging.Readme;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/** The table of errors in the README lists every rule, and nothing else. */
class ReadmeErrorTableTest {

    @Test
    void tableOfErrorsListsEveryRule() {
        Stream<String> said = Readme.read().table("what happened").stream()
                .map(row -> row.code(1).orElseThrow() + " " + row.code(2).orElseThrow() + " " + row.cell(3));

        assertThat(said)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorRule.values()).map(this::described).toList());
    }

    private String described(ErrorRule rule) {
        R2dbcException exception = rule.exception(EngineFailure.of(Reason.RUN, "a message"));
        boolean retryable = ((TursoException) exception).isRetryable();
        return exception.getSqlState() + " " + exception.getClass().getSimpleName() + " " + (retryable ? "yes" : "no");
    }
}
