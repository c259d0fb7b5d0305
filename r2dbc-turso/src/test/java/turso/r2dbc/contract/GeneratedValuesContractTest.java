package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** C-32: generated values. */
class GeneratedValuesContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER DEFAULT 5,"
                + " twice INTEGER GENERATED ALWAYS AS (n * 2), \"odd \"\"name\" TEXT DEFAULT 'odd')");
    }

    private List<Map<String, Object>> rows(Statement statement) {
        return await(Flux.from(statement.execute())
                .concatMap(result -> result.map((row, metadata) -> {
                    Map<String, Object> values = new TreeMap<>();
                    metadata.getColumnMetadatas()
                            .forEach(it -> values.put(it.getName(), String.valueOf(row.get(it.getName()))));
                    return values;
                })));
    }

    private List<Map<String, Object>> rows(String sql, String... columns) {
        return rows(this.connection.createStatement(sql).returnGeneratedValues(columns));
    }

    @Test
    void c32NullIsRefused() {
        Statement statement = this.connection.createStatement("INSERT INTO t(name) VALUES ('a')");
        assertThatIllegalArgumentException().isThrownBy(() -> statement.returnGeneratedValues((String[]) null));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.returnGeneratedValues((String) null));
        assertThatIllegalArgumentException().isThrownBy(() -> statement.returnGeneratedValues("id", null));
    }

    @Test
    void c32NamesSelectColumns() {
        assertThat(rows("INSERT INTO t(name) VALUES ('a')", "id")).containsExactly(Map.of("id", "1"));
        assertThat(rows("INSERT INTO t(name) VALUES ('b')", "n", "id", "twice"))
                .containsExactly(Map.of("id", "2", "n", "5", "twice", "10"));
    }

    @Test
    void c32NoNamesReturnAllColumns() {
        assertThat(rows("INSERT INTO t(name) VALUES ('a')"))
                .containsExactly(Map.of("id", "1", "name", "a", "n", "5", "twice", "10", "odd \"name", "odd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "ID", "\"id\"", "[id]", "`id`", "rowid"})
    void c32NamesMayBeQuotedAndInAnyCase(String column) {
        List<Integer> ids = await(one(this.connection
                        .createStatement("INSERT INTO t(name) VALUES ('a')")
                        .returnGeneratedValues(column))
                .flatMapMany(it -> it.map(row -> row.get("id", Integer.class))));
        assertThat(ids).containsExactly(1);
    }

    @Test
    void c32OddNamesAreQuoted() {
        assertThat(rows("INSERT INTO t(name) VALUES ('a')", "odd \"name")).containsExactly(Map.of("odd \"name", "odd"));
        assertThat(rows("INSERT INTO t(name) VALUES ('b')", "\"odd \"\"name\""))
                .containsExactly(Map.of("odd \"name", "odd"));
    }

    @Test
    void c32NameOfNoColumnIsAnErrorAndNothingIsInserted() {
        for (String column : List.of("nothing", "\"nothing\"", "id; DROP TABLE t")) {
            StepVerifier.create(this.connection
                            .createStatement("INSERT INTO t(name) VALUES ('a')")
                            .returnGeneratedValues(column)
                            .execute())
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .as(column)
                            .isInstanceOfSatisfying(
                                    R2dbcBadGrammarException.class,
                                    it -> assertThat(it.getSqlState()).isEqualTo("42703")));
        }
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
    }

    @Test
    void c32LastCallWins() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(name) VALUES ('a')")
                .returnGeneratedValues("name")
                .returnGeneratedValues("id");
        assertThat(rows(statement)).containsExactly(Map.of("id", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t(name) VALUES ('a');",
                "INSERT INTO t(name) VALUES ('a') ; ",
                "INSERT INTO t(name) VALUES ('a') -- comment",
                "INSERT INTO t(name) VALUES ('a'); -- comment",
                "INSERT INTO t(name) VALUES ('a') /* comment */",
                "-- comment\nINSERT INTO t(name) VALUES ('a')",
                "INSERT INTO t(name) VALUES ('a') ON CONFLICT DO NOTHING",
                "INSERT INTO t(name) VALUES ('a') ON CONFLICT(name) DO UPDATE SET n = 7 WHERE n < 7",
                "INSERT INTO t(name) SELECT 'a'",
                "INSERT INTO t(name) SELECT 'a' WHERE true ON CONFLICT DO NOTHING",
                "INSERT OR IGNORE INTO t(name) VALUES ('a')",
                "REPLACE INTO t(name) VALUES ('a')",
                "INSERT INTO t(name) VALUES ('returning')",
                "INSERT INTO t(name) SELECT 'a' ORDER BY 1 LIMIT 1",
                "INSERT INTO t DEFAULT VALUES",
                "WITH x(v) AS (SELECT 'a') INSERT INTO t(name) SELECT v FROM x"
            })
    void c32EveryFormOfInsertReturnsItsKey(String sql) {
        assertThat(rows(sql, "id")).containsExactly(Map.of("id", "1"));
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(1);
    }

    @Test
    void c32SqlWithReturningIsLeftAlone() {
        assertThat(rows("INSERT INTO t(name) VALUES ('a') RETURNING name", "id"))
                .containsExactly(Map.of("name", "a"));
        assertThat(rows("INSERT INTO t(name) VALUES ('b') returning id AS key")).containsExactly(Map.of("key", "2"));
    }

    @Test
    void c32UpsertReturnsTheExistingRow() {
        rows("INSERT INTO t(name) VALUES ('a')", "id");
        assertThat(rows("INSERT INTO t(name) VALUES ('a') ON CONFLICT(name) DO UPDATE SET n = 7", "id", "n"))
                .containsExactly(Map.of("id", "1", "n", "7"));
        assertThat(rows("INSERT INTO t(name) VALUES ('a') ON CONFLICT DO NOTHING", "id"))
                .isEmpty();
    }

    @Test
    void c32SeveralRowsReturnEachItsKey() {
        assertThat(rows("INSERT INTO t(name) VALUES ('a'), ('b'), ('c')", "id"))
                .containsExactly(Map.of("id", "1"), Map.of("id", "2"), Map.of("id", "3"));
    }

    @Test
    void c32UpdateAndDeleteReturnWhatTheyTouched() {
        rows("INSERT INTO t(name) VALUES ('a'), ('b')", "id");
        assertThat(rows("UPDATE t SET n = 8 WHERE name = 'b'", "id", "n")).containsExactly(Map.of("id", "2", "n", "8"));
        assertThat(rows("UPDATE t SET n = 9 WHERE name = 'none'", "id")).isEmpty();
        assertThat(rows("DELETE FROM t WHERE name = 'a'", "id")).containsExactly(Map.of("id", "1"));
        boolean limited = rows("SELECT sqlite_compileoption_used('ENABLE_UPDATE_DELETE_LIMIT') AS x", "id")
                .equals(List.of(Map.of("x", "1")));
        // Older versions of sqlite-jdbc are built without ORDER BY and LIMIT for UPDATE.
        String update = limited ? "UPDATE t SET n = 9 ORDER BY id LIMIT 1" : "UPDATE t SET n = 9";
        assertThat(rows(update, "id")).containsExactly(Map.of("id", "2"));
    }

    @Test
    void c32StatementsThatGenerateNothingAreLeftAlone() {
        assertThat(rows("SELECT 1 AS x", "id")).containsExactly(Map.of("x", "1"));
        assertThat(rows("PRAGMA user_version", "id")).containsExactly(Map.of("user_version", "0"));
        assertThat(rows("CREATE TABLE u(x)", "id")).isEmpty();
        assertThat(rows("EXPLAIN QUERY PLAN INSERT INTO t(name) VALUES ('a')", "id"))
                .isNotNull();
    }

    @Test
    void c32EveryBindingSetReturnsItsKey() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(name) VALUES (:name)")
                .returnGeneratedValues("id", "name");
        statement.bind("name", "a").add().bind("name", "b").add().bind("name", "c");
        assertThat(rows(statement))
                .containsExactly(
                        Map.of("id", "1", "name", "a"), Map.of("id", "2", "name", "b"), Map.of("id", "3", "name", "c"));
    }

    /** So many rows are inserted several at a time where nobody asks for their keys. */
    @Test
    void c32EachOfManyBindingSetsReturnsItsKey() {
        int sets = 100;
        Statement statement = this.connection
                .createStatement("INSERT INTO t(name) VALUES (?)")
                .returnGeneratedValues("id");
        for (int i = 0; i < sets; i++) {
            (i == 0 ? statement : statement.add()).bind(0, "name " + i);
        }
        assertThat(await(Flux.from(statement.execute()).concatMap(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, sets).boxed().toList());
    }

    @Test
    void c32CountIsThereToo() {
        StepVerifier.create(one(this.connection
                                .createStatement("INSERT INTO t(name) VALUES ('a'), ('b')")
                                .returnGeneratedValues("id"))
                        .flatMap(it -> reactor.core.publisher.Mono.from(it.getRowsUpdated())))
                .expectNext(2L)
                .verifyComplete();
    }

    @Test
    void c32StatementRunsToItsEndEvenIfNoRowIsRead() {
        await(one(this.connection
                .createStatement("INSERT INTO t(name) VALUES ('a'), ('b'), ('c')")
                .returnGeneratedValues("id")));
        assertThat(this.database.count("t")).isEqualTo(3);
        StepVerifier.create(
                        one(this.connection
                                        .createStatement("INSERT INTO t(name) VALUES ('d'), ('e'), ('f')")
                                        .returnGeneratedValues("id"))
                                .flatMapMany(it -> it.map(row -> row.get(0, Integer.class))),
                        1)
                .expectNext(4)
                .thenCancel()
                .verify();
        assertThat(this.database.count("t")).isEqualTo(6);
        execute("DROP TABLE t");
    }

    @Test
    void c32FailureInTheMiddleOfRowsChangesNothingAndEmitsNone() {
        rows("INSERT INTO t(name) VALUES ('c')", "id");
        StepVerifier.create(Flux.from(this.connection
                                .createStatement("INSERT INTO t(name) VALUES ('a'), ('b'), ('c')")
                                .returnGeneratedValues("id")
                                .execute())
                        .concatMap(it -> it.map(row -> row.get(0, Integer.class))))
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c32RowsCanBeReadAfterOtherStatementsRan() {
        Result result = await(one(this.connection
                .createStatement("INSERT INTO t(name) VALUES ('a'), ('b')")
                .returnGeneratedValues("id")));
        execute("DELETE FROM t", "DROP TABLE t");
        StepVerifier.create(result.map(row -> row.get("id", Integer.class)))
                .expectNext(1, 2)
                .verifyComplete();
    }

    @Test
    void c32KeyOfAnUnquotedMixedCaseColumnIsFoundByAnyCase() {
        execute("CREATE TABLE Person(PersonId INTEGER PRIMARY KEY, Name TEXT)");
        Statement statement = this.connection
                .createStatement("INSERT INTO Person(Name) VALUES ('a')")
                .returnGeneratedValues("personid");
        assertThat(await(one(statement).flatMapMany(it -> it.map(row -> row.get("PERSONID", Long.class)))))
                .containsExactly(1L);
    }
}
