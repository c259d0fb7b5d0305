package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** Statements that stay prepared while the schema changes under them; whoever changes it. */
class SchemaChangeContractTest extends ContractTest {

    private static final String ALL = "SELECT * FROM t";

    /** Who changes the schema. */
    enum Changer {
        THE_SAME_CONNECTION,
        ANOTHER_CONNECTION,
        PLAIN_JDBC
    }

    private final List<TursoConnection> other = new ArrayList<>();

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(a INTEGER, b TEXT)", "INSERT INTO t VALUES (1, 'x')");
        this.other.add(this.database.connect());
    }

    private Consumer<String[]> as(Changer changer) {
        return switch (changer) {
            case THE_SAME_CONNECTION -> this::execute;
            case ANOTHER_CONNECTION -> statements -> TestDatabase.execute(this.other.get(0), statements);
            case PLAIN_JDBC -> this.database::executeByJdbc;
        };
    }

    private void change(Changer changer, String... statements) {
        as(changer).accept(statements);
    }

    /** {@return name and value of every column of the first row} */
    private String row(String sql) {
        return row(this.connection.createStatement(sql));
    }

    private String row(Statement statement) {
        List<String> rows = await(one(statement)
                .flatMapMany(it -> it.map((row, metadata) -> {
                    StringBuilder text = new StringBuilder();
                    for (ColumnMetadata column : metadata.getColumnMetadatas()) {
                        text.append(column.getName())
                                .append('=')
                                .append(row.get(column.getName()))
                                .append(' ');
                    }
                    return text.toString().strip();
                })));
        return rows.get(0);
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void addedColumnsAreSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        change(changer, "ALTER TABLE t ADD COLUMN c DATE DEFAULT '2020-02-02'");
        assertThat(row(ALL)).isEqualTo("a=1 b=x c=2020-02-02");
        assertThat(row("SELECT t.* FROM t")).isEqualTo("a=1 b=x c=2020-02-02");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void renamedColumnsAreSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        change(changer, "ALTER TABLE t RENAME COLUMN b TO renamed");
        assertThat(row(ALL)).isEqualTo("a=1 renamed=x");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void droppedColumnsAreSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        change(changer, "ALTER TABLE t DROP COLUMN a");
        assertThat(row(ALL)).isEqualTo("b=x");
        change(changer, "ALTER TABLE t ADD COLUMN a2 INTEGER");
        assertThat(row(ALL)).isEqualTo("b=x a2=null");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void swappedNamesAreSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        change(
                changer,
                "ALTER TABLE t RENAME COLUMN a TO c",
                "ALTER TABLE t RENAME COLUMN b TO a",
                "ALTER TABLE t RENAME COLUMN c TO b");
        assertThat(row(ALL)).isEqualTo("b=1 a=x");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void tableThatIsMadeAnewIsSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        change(changer, "DROP TABLE t", "CREATE TABLE t(q, r, s)", "INSERT INTO t VALUES (7, 8, 9)");
        assertThat(row(ALL)).isEqualTo("q=7 r=8 s=9");
    }

    @ParameterizedTest
    @EnumSource(value = Changer.class, names = "PLAIN_JDBC", mode = EnumSource.Mode.EXCLUDE)
    void columnsThatChangedTheirTypeAreSeen(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.INTEGER);
        change(changer, "DROP TABLE t", "CREATE TABLE t(a DATE, b BOOLEAN)", "INSERT INTO t VALUES ('2020-01-01', 1)");
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.DATE);
        assertThat(row(ALL)).isEqualTo("a=2020-01-01 b=true");
    }

    @ParameterizedTest
    @EnumSource(value = Changer.class, names = "PLAIN_JDBC", mode = EnumSource.Mode.EXCLUDE)
    void columnsThatChangedTheirTypeAreSeenWithoutAStar(Changer changer) {
        String sql = "SELECT a, b FROM t";
        assertThat(row(sql)).isEqualTo("a=1 b=x");
        change(changer, "DROP TABLE t", "CREATE TABLE t(a DATE, b BOOLEAN)", "INSERT INTO t VALUES ('2020-01-01', 1)");
        assertThat(type(sql, "a")).isEqualTo(R2dbcType.DATE);
        assertThat(row(sql)).isEqualTo("a=2020-01-01 b=true");
    }

    private Object type(String sql, String column) {
        return await(one(sql).flatMapMany(it -> it.map((row, metadata) ->
                        (Object) metadata.getColumnMetadata(column).getType())))
                .get(0);
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void statementsOfADroppedTableFailAndWorkAgainWhenItIsBack(Changer changer) {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        assertThat(update("INSERT INTO t VALUES (2, 'y')")).isEqualTo(1);
        change(changer, "DROP TABLE t");
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(one(ALL).flatMapMany(it -> it.map(row -> 1)))
                    .verifyError(R2dbcBadGrammarException.class);
            StepVerifier.create(one("INSERT INTO t VALUES (2, 'y')")).verifyError(R2dbcBadGrammarException.class);
        }
        change(changer, "CREATE TABLE t(a INTEGER, b TEXT)");
        assertThat(update("INSERT INTO t VALUES (2, 'y')")).isEqualTo(1);
        assertThat(row(ALL)).isEqualTo("a=2 b=y");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void insertFollowsTheTable(Changer changer) {
        assertThat(update("INSERT INTO t VALUES (2, 'y')")).isEqualTo(1);
        change(changer, "ALTER TABLE t ADD COLUMN c");
        StepVerifier.create(one("INSERT INTO t VALUES (2, 'y')")).verifyError(R2dbcBadGrammarException.class);
        assertThat(update("INSERT INTO t VALUES (2, 'y', 3)")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void returningStarFollowsTheTable(Changer changer) {
        assertThat(row("UPDATE t SET a = 1 RETURNING *")).isEqualTo("a=1 b=x");
        change(changer, "ALTER TABLE t ADD COLUMN c DEFAULT 5");
        assertThat(row("UPDATE t SET a = 1 RETURNING *")).isEqualTo("a=1 b=x c=5");
        change(changer, "ALTER TABLE t RENAME COLUMN c TO d");
        assertThat(row("UPDATE t SET a = 1 RETURNING *")).isEqualTo("a=1 b=x d=5");
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void generatedValuesFollowTheTable(Changer changer) {
        assertThat(generated()).isEqualTo("a=1 b=x");
        change(changer, "ALTER TABLE t RENAME COLUMN b TO renamed");
        assertThat(generated()).isEqualTo("a=1 renamed=x");
    }

    private String generated() {
        return row(this.connection.createStatement("UPDATE t SET a = 1").returnGeneratedValues());
    }

    @ParameterizedTest
    @EnumSource(Changer.class)
    void viewsAndPragmasFollowTheTable(Changer changer) {
        execute("CREATE VIEW v AS SELECT * FROM t");
        assertThat(row("SELECT * FROM v")).isEqualTo("a=1 b=x");
        assertThat(query("SELECT name FROM pragma_table_info('t')", String.class))
                .containsExactly("a", "b");
        change(changer, "ALTER TABLE t RENAME COLUMN b TO c");
        assertThat(row("SELECT * FROM v")).isEqualTo("a=1 c=x");
        assertThat(query("SELECT name FROM pragma_table_info('t')", String.class))
                .containsExactly("a", "c");
    }

    @ParameterizedTest
    @EnumSource(value = Changer.class, names = "THE_SAME_CONNECTION", mode = EnumSource.Mode.EXCLUDE)
    void newTablesOfOthersAreSeenAtOnce(Changer changer) {
        for (int i = 0; i < 20; i++) {
            change(changer, "CREATE TABLE fresh" + i + "(x)", "INSERT INTO fresh" + i + " VALUES (" + i + ")");
            assertThat(integers("SELECT x FROM fresh" + i)).containsExactly(i);
        }
    }

    @Test
    void changesThatAreRolledBackAreForgotten() {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        await(this.connection.beginTransaction());
        execute("ALTER TABLE t ADD COLUMN c DEFAULT 3");
        assertThat(row(ALL)).isEqualTo("a=1 b=x c=3");
        await(this.connection.rollbackTransaction());
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        await(this.connection.beginTransaction());
        await(this.connection.createSavepoint("s"));
        execute("ALTER TABLE t RENAME COLUMN a TO c");
        assertThat(row(ALL)).isEqualTo("c=1 b=x");
        await(this.connection.rollbackTransactionToSavepoint("s"));
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        await(this.connection.commitTransaction());
    }

    @Test
    void changesOfTypeThatAreRolledBackAreForgotten() {
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.INTEGER);
        await(this.connection.beginTransaction());
        execute("DROP TABLE t", "CREATE TABLE t(a DATE, b TEXT)", "INSERT INTO t VALUES (1, 2)");
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.DATE);
        await(this.connection.rollbackTransaction());
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.INTEGER);
        await(this.connection.beginTransaction());
        await(this.connection.createSavepoint("s"));
        execute("DROP TABLE t", "CREATE TABLE t(a DATE, b TEXT)", "INSERT INTO t VALUES (1, 2)");
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.DATE);
        await(this.connection.rollbackTransactionToSavepoint("s"));
        assertThat(type(ALL, "a")).isEqualTo(R2dbcType.INTEGER);
        await(this.connection.commitTransaction());
    }

    @Test
    void temporaryTablesHideOthers() {
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
        execute("CREATE TEMP TABLE t(hidden)", "INSERT INTO temp.t VALUES (5)");
        assertThat(row(ALL)).isEqualTo("hidden=5");
        execute("DROP TABLE temp.t");
        assertThat(row(ALL)).isEqualTo("a=1 b=x");
    }

    @Test
    void attachedDatabasesAreSeenAndForgotten() {
        execute("ATTACH ':memory:' AS other", "CREATE TABLE other.only(x)", "INSERT INTO other.only VALUES (4)");
        assertThat(row("SELECT * FROM only")).isEqualTo("x=4");
        execute("DETACH other");
        StepVerifier.create(one("SELECT * FROM only").flatMapMany(it -> it.map(row -> 1)))
                .verifyError(R2dbcBadGrammarException.class);
    }

    @Test
    void tableOfAnotherAttachedDatabaseIsSeen() {
        String sql = "SELECT a FROM only";
        execute(
                "ATTACH ':memory:' AS one",
                "CREATE TABLE one.only(a TEXT)",
                "INSERT INTO one.only VALUES ('2020-01-01')");
        execute(
                "ATTACH ':memory:' AS two",
                "CREATE TABLE two.only(a DATE)",
                "INSERT INTO two.only VALUES ('2020-01-01')");
        assertThat(type(sql, "a")).isEqualTo(R2dbcType.VARCHAR);
        execute("DETACH one");
        assertThat(type(sql, "a")).isEqualTo(R2dbcType.DATE);
    }

    @Test
    void cursorThatIsOpenKeepsItsColumns() {
        execute("INSERT INTO t VALUES (2, 'y')");
        StepVerifier.create(
                        one("SELECT * FROM t ORDER BY a")
                                .flatMapMany(it -> it.map((row, metadata) ->
                                        metadata.getColumnMetadatas().size() + String.valueOf(row.get("a")))),
                        1)
                .expectNext("21")
                .then(() -> execute("ALTER TABLE t ADD COLUMN c"))
                .thenRequest(10)
                .expectNext("22")
                .verifyComplete();
        assertThat(row(ALL)).isEqualTo("a=1 b=x c=null");
    }
}
