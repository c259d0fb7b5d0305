package turso.r2dbc.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import turso.r2dbc.sql.ParsedSql;

/** What is remembered of the texts that were split, and what is added to them. */
class SqlParserTest {

    private static final int CAPACITY = 512;

    private static final int LONGEST_KEPT = 4096;

    private final SqlParser parser = new SqlParser(null);

    private ParsedSql numbered(int i) {
        return this.parser.parse("SELECT " + i);
    }

    @Test
    void textIsSplitOnceUntilThereAreTooMany() {
        ParsedSql first = numbered(1);
        for (int i = 2; i <= CAPACITY; i++) {
            numbered(i);
        }
        assertThat(numbered(1)).isSameAs(first);

        numbered(CAPACITY + 1);

        assertThat(numbered(1)).isNotSameAs(first);
        assertThat(numbered(CAPACITY + 1)).isSameAs(numbered(CAPACITY + 1));
    }

    @Test
    void longTextIsNotKept() {
        String kept = "SELECT 1" + " ".repeat(LONGEST_KEPT - "SELECT 1".length());
        assertThat(this.parser.parse(kept)).isSameAs(this.parser.parse(kept));

        String tooLong = kept + " ";
        assertThat(this.parser.parse(tooLong)).isNotSameAs(this.parser.parse(tooLong));
    }

    @Test
    void patternsOfSpringsAndOfTheOptionAreEscaped() {
        assertThat(this.parser.parse("SELECT a LIKE @escaped_1").sql())
                .isEqualTo("SELECT a LIKE @escaped_1 ESCAPE '\\'");
        assertThat(this.parser.parse("SELECT a LIKE ?").sql()).isEqualTo("SELECT a LIKE ?");

        assertThat(new SqlParser('!').parse("SELECT a LIKE ?").sql()).isEqualTo("SELECT a LIKE ? ESCAPE '!'");
    }
}
