package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.api.TursoConnection;

/**
 * Errors that need nothing but SQL: in auto-commit, and within a transaction, which they must leave open.
 *
 * @see <a href="https://www.sqlite.org/rescode.html">Result and Error Codes</a>
 */
class SqlErrorTest {

    private static final int ERROR = 1;

    private static final int CONSTRAINT = 19;

    private static final int CONSTRAINT_PRIMARY_KEY = 1555;

    private static final int CONSTRAINT_UNIQUE = 2067;

    private static final int TOO_BIG = 18;

    private static final String[] SCHEMA = {
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE item (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT NOT NULL, age INTEGER CHECK (age >= 0),"
                + " parent INTEGER REFERENCES parent (id))",
        "CREATE TABLE keyed (code TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE plain (a, b)",
        "CREATE TABLE typed (n INTEGER) STRICT",
        "CREATE TABLE named (n CONSTRAINT small CHECK (n < 10))",
        "CREATE TABLE doubled (n, twice AS (n * 2))",
        "CREATE VIEW shown AS SELECT a FROM plain",
        "CREATE INDEX plain_a ON plain (a)",
        "CREATE VIRTUAL TABLE box USING rtree (id, low, high)",
        "CREATE VIRTUAL TABLE word USING fts5 (text)",
        "CREATE TRIGGER refuse BEFORE INSERT ON plain WHEN new.a = 'abort' BEGIN SELECT RAISE(ABORT, 'not this'); END",
        "CREATE TRIGGER refuse_rest BEFORE INSERT ON plain WHEN new.a = 'fail' BEGIN SELECT RAISE(FAIL, 'no more'); END",
        "INSERT INTO item (id, email, name) VALUES (1, 'a@b', 'first'), (2, 'c@d', 'second')",
        "INSERT INTO keyed VALUES ('k')",
        "INSERT INTO plain (rowid, a, b) VALUES (1, 1, 1)"
    };

    /** One provocation, and what must come of it. */
    record Case(ErrorRow row, int code, String sql, String words) {
        @Override
        public String toString() {
            return this.row + ": " + (this.sql.length() > 60 ? this.sql.substring(0, 60) + "..." : this.sql);
        }
    }

    private static Case of(ErrorRow row, int code, String sql, String words) {
        return new Case(row, code, sql, words);
    }

    private static String repeat(int count, String separator, String item) {
        return IntStream.range(0, count).mapToObj(i -> item + i).collect(Collectors.joining(separator));
    }

    static Stream<Case> cases() {
        return Stream.of(constraints(), grammar(), names(), existing(), values(), sizes(), transactions(), others())
                .flatMap(List::stream);
    }

    private static List<Case> constraints() {
        return List.of(
                of(
                        ErrorRow.UNIQUE,
                        CONSTRAINT_UNIQUE,
                        "INSERT INTO item (email, name) VALUES ('a@b', 'third')",
                        "UNIQUE constraint failed: item.email"),
                of(
                        ErrorRow.UNIQUE,
                        CONSTRAINT_UNIQUE,
                        "UPDATE item SET email = 'a@b' WHERE id = 2",
                        "UNIQUE constraint failed: item.email"),
                of(
                        ErrorRow.UNIQUE,
                        CONSTRAINT_UNIQUE,
                        "CREATE UNIQUE INDEX one_name ON item (age IS NULL)",
                        "UNIQUE constraint failed: index 'one_name'"),
                of(
                        ErrorRow.UNIQUE,
                        CONSTRAINT_PRIMARY_KEY,
                        "INSERT INTO item (id, name) VALUES (1, 'again')",
                        "UNIQUE constraint failed: item.id"),
                of(
                        ErrorRow.UNIQUE,
                        CONSTRAINT_PRIMARY_KEY,
                        "INSERT INTO keyed VALUES ('k')",
                        "UNIQUE constraint failed: keyed.code"),
                of(
                        ErrorRow.UNIQUE,
                        2579,
                        "INSERT INTO plain (rowid, a) VALUES (1, 1)",
                        "UNIQUE constraint failed: plain.rowid"),
                of(
                        ErrorRow.NOT_NULL,
                        1299,
                        "INSERT INTO item (name) VALUES (NULL)",
                        "NOT NULL constraint failed: item.name"),
                of(
                        ErrorRow.FOREIGN_KEY,
                        787,
                        "INSERT INTO item (name, parent) VALUES ('orphan', 9)",
                        "FOREIGN KEY constraint failed"),
                of(
                        ErrorRow.CHECK,
                        275,
                        "INSERT INTO item (name, age) VALUES ('unborn', -1)",
                        "CHECK constraint failed: age >= 0"),
                of(ErrorRow.CHECK, 275, "INSERT INTO named VALUES (10)", "CHECK constraint failed: small"),
                of(ErrorRow.CONSTRAINT, 1811, "INSERT INTO plain (a) VALUES ('abort')", "not this"),
                of(ErrorRow.CONSTRAINT, 1811, "INSERT INTO plain (a) VALUES ('fail')", "no more"),
                of(
                        ErrorRow.CONSTRAINT,
                        3091,
                        "INSERT INTO typed VALUES ('many')",
                        "cannot store TEXT value in INTEGER column typed.n"),
                of(
                        ErrorRow.CONSTRAINT,
                        CONSTRAINT,
                        "INSERT INTO box VALUES (1, 5, 1)",
                        "rtree constraint failed: box.(low<=high)"),
                of(ErrorRow.CONSTRAINT, 20, "INSERT INTO item (id, name) VALUES ('x', 'y')", "datatype mismatch"),
                of(ErrorRow.CONSTRAINT, 20, "SELECT 1 LIMIT 'x'", "datatype mismatch"));
    }

    private static List<Case> grammar() {
        return List.of(
                of(ErrorRow.SYNTAX, ERROR, "SELEC 1", "near \"SELEC\": syntax error"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT FROM plain", "near \"FROM\": syntax error"),
                of(ErrorRow.SYNTAX, ERROR, "INSERT plain VALUES (1)", "near \"plain\": syntax error"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT (1", "incomplete input"),
                of(ErrorRow.SYNTAX, ERROR, "INSERT INTO plain VALUES", "incomplete input"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT 1 # 2", "unrecognized token: \"#\""),
                of(ErrorRow.SYNTAX, ERROR, "SELECT 'open", "unrecognized token: \"'open\""),
                of(ErrorRow.SYNTAX, ERROR, "SELECT x'0'", "unrecognized token: \"x'0'\""),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "INSERT INTO plain VALUES (1, 2, 3)",
                        "table plain has 2 columns but 3 values were supplied"),
                of(ErrorRow.SYNTAX, ERROR, "INSERT INTO plain (a) VALUES (1, 2)", "2 values for 1 columns"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "INSERT INTO plain VALUES (1, 2), (3)",
                        "all VALUES must have the same number of terms"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "SELECT 1 UNION SELECT 1, 2",
                        "SELECTs to the left and right of UNION do not have the same number of result columns"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT (SELECT 1, 2)", "sub-select returns 2 columns - expected 1"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT abs(1, 2)", "wrong number of arguments to function abs()"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT a FROM plain WHERE sum(a) > 1", "misuse of aggregate"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT a FROM plain, plain AS p", "ambiguous column name: a"),
                of(ErrorRow.SYNTAX, ERROR, "UPDATE shown SET a = 1", "cannot modify shown because it is a view"),
                of(ErrorRow.SYNTAX, ERROR, "INSERT INTO doubled (twice) VALUES (1)", "generated column \"twice\""),
                of(ErrorRow.SYNTAX, ERROR, "DELETE FROM sqlite_schema", "table sqlite_master may not be modified"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "ALTER TABLE plain ADD COLUMN c NOT NULL",
                        "Cannot add a NOT NULL column with default value NULL"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "ALTER TABLE plain DROP COLUMN a",
                        "error in index plain_a after drop column"));
    }

    private static List<Case> names() {
        return List.of(
                of(ErrorRow.NO_SUCH_TABLE, ERROR, "SELECT * FROM missing", "no such table: missing"),
                of(ErrorRow.NO_SUCH_TABLE, ERROR, "INSERT INTO missing VALUES (1)", "no such table: missing"),
                of(ErrorRow.NO_SUCH_TABLE, ERROR, "DROP TABLE missing", "no such table: missing"),
                of(ErrorRow.NO_SUCH_TABLE, ERROR, "DROP VIEW missing", "no such view: missing"),
                of(ErrorRow.NO_SUCH_TABLE, ERROR, "SELECT * FROM elsewhere.plain", "no such table: elsewhere.plain"),
                of(ErrorRow.NO_SUCH_COLUMN, ERROR, "SELECT missing FROM plain", "no such column: missing"),
                of(ErrorRow.NO_SUCH_COLUMN, ERROR, "UPDATE plain SET missing = 1", "no such column: missing"),
                of(
                        ErrorRow.NO_SUCH_COLUMN,
                        ERROR,
                        "INSERT INTO plain (missing) VALUES (1)",
                        "table plain has no column named missing"),
                of(ErrorRow.NO_SUCH_FUNCTION, ERROR, "SELECT missing(1)", "no such function: missing"),
                of(ErrorRow.NO_SUCH_OBJECT, ERROR, "DROP INDEX missing", "no such index: missing"),
                of(ErrorRow.NO_SUCH_OBJECT, ERROR, "DROP TRIGGER missing", "no such trigger: missing"),
                of(
                        ErrorRow.NO_SUCH_OBJECT,
                        ERROR,
                        "CREATE VIRTUAL TABLE v USING missing (x)",
                        "no such module: missing"),
                of(ErrorRow.NO_SUCH_OBJECT, ERROR, "DETACH missing", "no such database: missing"),
                of(ErrorRow.NO_SUCH_OBJECT, ERROR, "CREATE TABLE missing.t (x)", "unknown database missing"),
                of(
                        ErrorRow.NO_SUCH_OBJECT,
                        257,
                        "SELECT a FROM plain ORDER BY a COLLATE missing",
                        "no such collation sequence: missing"));
    }

    private static List<Case> existing() {
        return List.of(
                of(ErrorRow.ALREADY_EXISTS, ERROR, "CREATE TABLE plain (x)", "table plain already exists"),
                of(ErrorRow.ALREADY_EXISTS, ERROR, "CREATE VIEW shown AS SELECT 1", "view shown already exists"),
                of(ErrorRow.ALREADY_EXISTS, ERROR, "CREATE INDEX plain_a ON plain (b)", "index plain_a already exists"),
                of(
                        ErrorRow.ALREADY_EXISTS,
                        ERROR,
                        "CREATE TRIGGER refuse BEFORE INSERT ON item BEGIN SELECT 1; END",
                        "trigger refuse already exists"),
                of(
                        ErrorRow.ALREADY_EXISTS,
                        ERROR,
                        "CREATE TABLE plain_a (x)",
                        "there is already an index named plain_a"),
                of(
                        ErrorRow.ALREADY_EXISTS,
                        ERROR,
                        "CREATE INDEX item ON plain (a)",
                        "there is already a table named item"),
                of(
                        ErrorRow.ALREADY_EXISTS,
                        ERROR,
                        "ALTER TABLE plain RENAME TO item",
                        "there is already another table or index with this name: item"),
                of(ErrorRow.DUPLICATE_COLUMN, ERROR, "CREATE TABLE twice (x, X)", "duplicate column name: X"),
                of(ErrorRow.DUPLICATE_COLUMN, ERROR, "ALTER TABLE plain ADD COLUMN A", "duplicate column name: A"));
    }

    private static List<Case> values() {
        return List.of(
                of(ErrorRow.DATA, ERROR, "SELECT abs(-9223372036854775808)", "integer overflow"),
                of(
                        ErrorRow.DATA,
                        ERROR,
                        "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1)",
                        "integer overflow"),
                of(ErrorRow.DATA, ERROR, "SELECT json('{')", "malformed JSON"),
                of(ErrorRow.DATA, ERROR, "SELECT json_extract('[1]', 'x')", "bad JSON path: 'x'"),
                of(
                        ErrorRow.DATA,
                        ERROR,
                        "SELECT 'a' LIKE 'a' ESCAPE 'xx'",
                        "ESCAPE expression must be a single character"),
                of(ErrorRow.DATA, ERROR, "SELECT * FROM word WHERE word MATCH '\"'", "unterminated string"),
                of(ErrorRow.DATA, ERROR, "SELECT * FROM word WHERE word MATCH 'AND'", "fts5: syntax error near"),
                of(
                        ErrorRow.DATA,
                        ERROR,
                        "INSERT INTO plain (a) VALUES (abs(-9223372036854775808))",
                        "integer overflow"),
                of(ErrorRow.DATA, ERROR, "SELECT ntile(0) OVER () FROM plain", "argument of ntile must be a positive"));
    }

    private static List<Case> sizes() {
        return List.of(
                of(ErrorRow.TOO_BIG, TOO_BIG, "SELECT zeroblob(2147483648)", "string or blob too big"),
                of(ErrorRow.TOO_BIG, TOO_BIG, "SELECT zeroblob(1000000001)", "string or blob too big"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "CREATE TABLE wide (" + repeat(2001, ", ", "c") + ")",
                        "too many columns on wide"),
                of(ErrorRow.SYNTAX, ERROR, "SELECT " + repeat(2001, ", ", "1 AS c"), "too many columns in result set"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "SELECT " + repeat(1001, " AND ", "1 = "),
                        "Expression tree is too large (maximum depth 1000)"),
                of(
                        ErrorRow.SYNTAX,
                        ERROR,
                        "SELECT 1" + " UNION ALL SELECT 1".repeat(500),
                        "too many terms in compound SELECT"));
    }

    private static List<Case> transactions() {
        return List.of(
                of(ErrorRow.NO_SUCH_SAVEPOINT, ERROR, "RELEASE missing", "no such savepoint: missing"),
                of(ErrorRow.NO_SUCH_SAVEPOINT, ERROR, "ROLLBACK TO missing", "no such savepoint: missing"));
    }

    private static List<Case> others() {
        return List.of(of(ErrorRow.NOT_AUTHORISED, ERROR, "SELECT load_extension('any')", "not authorized"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void errorIsTranslatedAndConnectionStaysUsable(Case provocation) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, SCHEMA);

            Throwable error = failure(connection, provocation.sql());

            provocation.row().verify(error, provocation.code(), provocation.sql(), provocation.words());
            assertUsable(connection);
            // The same text again, which may come from the statement cache.
            Throwable again = failure(connection, provocation.sql());
            provocation.row().verify(again, provocation.code(), provocation.sql(), provocation.words());
            assertUsable(connection);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void errorLeavesTransactionOpen(Case provocation) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, SCHEMA);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO plain VALUES ('before', 0)");

            Throwable error = failure(connection, provocation.sql());

            provocation.row().verify(error, provocation.code(), provocation.sql(), provocation.words());
            assertThat(connection.isAutoCommit()).isFalse();
            run(connection, "INSERT INTO plain VALUES ('after', 0)");
            await(connection.commitTransaction());
            assertThat(connection.isAutoCommit()).isTrue();
            assertThat(value(connection, "SELECT group_concat(a) FROM plain WHERE b = 0"))
                    .isEqualTo("before,after");
        }
    }

    /** SQLite has no such errors; who expects them must know. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 / 0",
                "SELECT 1 % 0",
                "SELECT 1.5 / 0",
                "SELECT CAST('x' AS INTEGER) / 0",
                "SELECT sqrt(-1)"
            })
    void divisionByZeroIsNull(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            assertThat(value(database.open(), sql)).isNull();
        }
    }

    private static void assertUsable(TursoConnection connection) {
        run(connection, "INSERT INTO plain VALUES ('usable', 1)", "DELETE FROM plain WHERE a = 'usable'");
        assertThat(value(connection, "SELECT count(*) FROM item")).isEqualTo(2L);
        assertThat(connection.isAutoCommit()).isTrue();
    }
}
