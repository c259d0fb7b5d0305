package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements insert one row of plain values. */
class SingleRowInsertTests {

    private static @Nullable SingleRowInsert read(String sql) {
        return SingleRowInsert.of(ParsedSql.parse(sql).statements().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "INSERT INTO t VALUES (?)|t|INSERT INTO t VALUES|(?)|1",
                "insert into t values(?,?);|t|insert into t values|(?,?)|2",
                "INSERT INTO t (a, \"b\") VALUES (?1, ?2)|t|INSERT INTO t (a, \"b\") VALUES|(?,?)|2",
                "INSERT INTO \"my \"\"t\" VALUES (:a, @b, $c)|my \"t|INSERT INTO \"my \"\"t\" VALUES|(?,?,?)|3",
                "INSERT INTO [t] VALUES (?, 'it''s', 1.5, null, ?)|t|INSERT INTO [t] VALUES|(?,'it''s',1.5,null,?)|2",
                "INSERT /* c */ INTO t VALUES /* d */ ( ? ) -- e|t|INSERT /* c */ INTO t VALUES|(?)|1",
            })
    void plainRowsAreTakenApart(String sql, String table, String head, String row, int parameters) {
        assertThat(read(sql)).isEqualTo(new SingleRowInsert(table, head, row, parameters));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT OR IGNORE INTO t VALUES (?)",
                "REPLACE INTO t VALUES (?)",
                "INSERT INTO main.t VALUES (?)",
                "INSERT INTO t AS x VALUES (?)",
                "INSERT INTO t VALUES (?), (?)",
                "INSERT INTO t VALUES (?) RETURNING a",
                "INSERT INTO t VALUES (?) ON CONFLICT DO NOTHING",
                "INSERT INTO t SELECT ?",
                "INSERT INTO t DEFAULT VALUES",
                "INSERT INTO t VALUES (random())",
                "INSERT INTO t VALUES (? + 1)",
                "INSERT INTO t VALUES (-1)",
                "INSERT INTO t VALUES ((?))",
                "INSERT INTO t VALUES ((SELECT max(a) FROM t))",
                "INSERT INTO t VALUES (CURRENT_TIMESTAMP)",
                "INSERT INTO t VALUES (\"a\")",
                "INSERT INTO t VALUES (x'00')",
                "INSERT INTO t VALUES (?2, ?1)",
                "INSERT INTO t VALUES (?1, ?1)",
                "INSERT INTO t VALUES (:a, :a)",
                "INSERT INTO t VALUES (?2)",
                "INSERT INTO t VALUES (?",
                "INSERT INTO t VALUES ()",
                "WITH x AS (SELECT 1) INSERT INTO t VALUES (?)",
                "UPDATE t SET a = ?",
            })
    void everythingElseIsLeftAlone(String sql) {
        assertThat(read(sql)).isNull();
    }

    /** The numbers of such a statement go on where the text before it ended. */
    @Test
    void laterStatementsOfATextCountByThemselves() {
        ParsedSql text = ParsedSql.parse("SELECT ?; INSERT INTO t VALUES (?, ?)");
        SingleRowInsert insert = SingleRowInsert.of(text.statements().get(1));
        assertThat(insert).isNotNull();
        assertThat(insert.parameters()).isEqualTo(2);
    }
}
