package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.StorageClass;

/** Statements: when they are usable, their errors, and what is read of their rows, whichever way they reach SQLite. */
@ParameterizedClass(name = "{0}")
@EnumSource(Way.class)
class EngineStatementTest {

    private static final @Nullable Object[] NONE = new Object[0];

    @Parameter
    Way way;

    private static @Nullable Object[] values(@Nullable Object... values) {
        return values;
    }

    private static EngineFailure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(EngineError.class, call).failure();
    }

    @Test
    void resetsItselfAfterTheLastRow() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)")) {
            EngineStatement select = jdbc.prepare("SELECT a FROM t");
            for (int round = 0; round < 3; round++) {
                assertThat(select.start(NONE)).isTrue();
                assertThat(select.longValue(0)).isEqualTo(1);
                assertThat(select.step()).isTrue();
                assertThat(select.longValue(0)).isEqualTo(2);
                assertThat(select.step()).isFalse();
                // It holds no lock any more.
                jdbc.engine().run("CREATE TABLE u" + round + " (a)");
            }
            select.close();
        }
    }

    @Test
    void resetLetsGoOfWhatIsRead() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)")) {
            EngineStatement select = jdbc.prepare("SELECT a FROM t");
            assertThat(select.start(NONE)).isTrue();

            select.reset();

            jdbc.engine().run("DROP TABLE t");
            select.close();
        }
    }

    @Test
    void startAfterResetBeginsAnew() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way)) {
            EngineStatement select = jdbc.prepare("SELECT ? UNION ALL SELECT 9");
            assertThat(select.start(values(1L))).isTrue();
            select.reset();
            assertThat(select.start(values(2L))).isTrue();
            assertThat(select.longValue(0)).isEqualTo(2);
            select.close();
        }
    }

    @Test
    void genericErrorWithValuesClosesTheStatement() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way)) {
            EngineStatement statement = jdbc.prepare("SELECT abs(?)");

            EngineFailure failure = failure(() -> statement.start(values(Long.MIN_VALUE)));

            assertThat(failure.reason()).isEqualTo(Reason.RUN);
            assertThat(failure.code()).isEqualTo(Codes.ERROR);
            assertThat(failure.message()).isEqualTo("integer overflow");
            assertThat(statement.isClosed()).isTrue();
            // Everything on a closed statement is harmless.
            statement.reset();
            statement.releaseValues();
            statement.close();
            assertThat(failure(() -> statement.start(values(1L))).reason()).isEqualTo(Reason.CLOSED);
            assertThat(failure(statement::step).reason()).isEqualTo(Reason.CLOSED);
        }
    }

    /** JDBC has sqlite-jdbc finalise it all the same. */
    @Test
    void genericErrorWithoutValuesLeavesTheStatementUsableBelowJdbc() throws Exception {
        try (JdbcEngine jdbc =
                JdbcEngine.open(this.way, "CREATE TABLE t (a)", "INSERT INTO t VALUES (-9223372036854775808)")) {
            EngineStatement statement = jdbc.prepare("SELECT abs(a) FROM t");

            assertThat(failure(() -> statement.start(NONE)).message()).isEqualTo("integer overflow");

            assertThat(statement.isClosed()).isEqualTo(this.way == Way.PLAIN_JDBC);
            jdbc.engine().run("UPDATE t SET a = -1");
            EngineStatement usable = statement.isClosed() ? jdbc.prepare(statement.sql()) : statement;
            assertThat(usable.start(NONE)).isTrue();
            assertThat(usable.longValue(0)).isEqualTo(1);
            usable.close();
        }
    }

    @Test
    void constraintLeavesTheStatementUsable() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a UNIQUE)")) {
            EngineStatement insert = jdbc.prepare("INSERT INTO t VALUES (?)");
            assertThat(insert.start(values(1L))).isFalse();

            EngineFailure failure = failure(() -> insert.start(values(1L)));

            assertThat(failure.code()).isEqualTo(2067);
            assertThat(failure.sql()).isEqualTo("INSERT INTO t VALUES (?)");
            assertThat(insert.isClosed()).isFalse();
            assertThat(insert.start(values(2L))).isFalse();
            assertThat(jdbc.engine().changes()).isEqualTo(1);
            insert.close();
        }
    }

    /** VACUUM finds out. */
    @Test
    void writesLeaveNothingOpen() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a)")) {
            EngineStatement insert = jdbc.prepare("INSERT INTO t VALUES (?)");
            assertThat(insert.start(values(1L))).isFalse();
            assertThat(jdbc.engine().changes()).isEqualTo(1);

            jdbc.engine().run("VACUUM");

            insert.close();
        }
    }

    @Test
    void errorInALaterRowKeepsTheRowsBeforeAndResets() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(
                this.way, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (-9223372036854775808), (3)")) {
            EngineStatement select = jdbc.prepare("SELECT abs(a) FROM t");
            assertThat(select.start(NONE)).isTrue();
            assertThat(select.longValue(0)).isEqualTo(1);

            assertThat(failure(select::step).message()).isEqualTo("integer overflow");

            jdbc.engine().run("DROP TABLE t");
            select.close();
        }
    }

    @Test
    void statementOfAClosedEngineIsNotTouched() throws Exception {
        JdbcEngine jdbc = JdbcEngine.open(this.way);
        EngineStatement statement = jdbc.prepare("SELECT 1 UNION ALL SELECT 2");
        assertThat(statement.start(NONE)).isTrue();

        jdbc.close();
        jdbc.close();

        assertThat(failure(statement::step).reason()).isEqualTo(Reason.CLOSED);
        assertThat(failure(() -> statement.start(NONE)).reason()).isEqualTo(Reason.CLOSED);
        assertThat(failure(() -> jdbc.prepare("SELECT 1")).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void resetAndCloseAfterTheEngineIsClosedDoNothing() throws Exception {
        JdbcEngine jdbc = JdbcEngine.open(this.way);
        EngineStatement statement = jdbc.prepare("SELECT ?");
        statement.start(values(new byte[100_000]));

        jdbc.close();

        statement.reset();
        statement.releaseValues();
        statement.close();
        assertThat(statement.isClosed()).isTrue();
    }

    /** The same object may be bound again; what is bound for good is seen by stepping without binding. */
    @ParameterizedTest
    @ValueSource(ints = {16 * 1024, 5_000_000})
    void largeValuesAreReleased(int size) throws Exception {
        char[] text = new char[size];
        Arrays.fill(text, 'x');
        for (Object large : new Object[] {new byte[size], new String(text)}) {
            try (JdbcEngine jdbc = JdbcEngine.open(this.way)) {
                EngineStatement select = jdbc.prepare("SELECT length(?)");
                assertThat(select.start(values(large))).isTrue();
                assertThat(select.longValue(0)).isEqualTo(size);
                select.reset();

                select.releaseValues();

                assertThat(select.step()).isTrue();
                assertThat(select.storageClass(0)).isEqualTo(StorageClass.NULL);
                select.close();
            }
        }
    }

    @Test
    void smallValuesNeedNoReleasing() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way)) {
            EngineStatement select = jdbc.prepare("SELECT ?");
            assertThat(select.start(values("small"))).isTrue();
            select.reset();
            select.releaseValues();
            assertThat(select.step()).isTrue();
            assertThat(select.text(0)).isEqualTo("small");
            select.close();
        }
    }

    @Test
    void storageClassesAreThoseStored() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way)) {
            EngineStatement select = jdbc.prepare("SELECT NULL, 1, 1.5, 'a', x'00', '', x'', 5000000000");
            assertThat(select.start(NONE)).isTrue();

            assertThat(new StorageClass[] {
                        select.storageClass(0),
                        select.storageClass(1),
                        select.storageClass(2),
                        select.storageClass(3),
                        select.storageClass(4),
                        select.storageClass(5),
                        select.storageClass(6),
                        select.storageClass(7)
                    })
                    .containsExactly(
                            StorageClass.NULL,
                            StorageClass.INTEGER,
                            StorageClass.REAL,
                            StorageClass.TEXT,
                            StorageClass.BLOB,
                            StorageClass.TEXT,
                            StorageClass.BLOB,
                            StorageClass.INTEGER);
            assertThat(select.text(0)).isNull();
            assertThat(select.blob(0)).isNull();
            assertThat(select.text(5)).isEmpty();
            assertThat(select.blob(6)).isEmpty();
            select.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16le", "UTF-16be"})
    void textAndItsBytesAreTheSameInEveryEncoding(String encoding) throws Exception {
        String text = "a\u0000ä漢😀";
        try (JdbcEngine jdbc =
                JdbcEngine.open(this.way, "PRAGMA encoding = '" + encoding + "'", "CREATE TABLE t (a)")) {
            EngineStatement insert = jdbc.prepare("INSERT INTO t VALUES (?)");
            insert.start(values(text));
            insert.start(values((Object) text.getBytes(StandardCharsets.UTF_8)));
            insert.start(values(12L));
            insert.start(values((Object) null));
            insert.close();
            EngineStatement select = jdbc.prepare("SELECT a FROM t");

            assertThat(select.start(NONE)).isTrue();
            assertThat(select.text(0)).isEqualTo(text);
            assertThat(select.blob(0)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(select.step()).isTrue();
            assertThat(select.storageClass(0)).isEqualTo(StorageClass.BLOB);
            assertThat(select.blob(0)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(select.step()).isTrue();
            assertThat(select.text(0)).isEqualTo("12");
            assertThat(select.blob(0)).isEqualTo("12".getBytes(StandardCharsets.US_ASCII));
            assertThat(select.step()).isTrue();
            assertThat(select.text(0)).isNull();
            assertThat(select.blob(0)).isNull();
            assertThat(select.step()).isFalse();
            select.close();
        }
    }

    @Test
    void columnsAreDescribedOnceUntilTheSchemaChanges() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(
                this.way,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(10) NOT NULL, b)",
                "INSERT INTO t VALUES (1, 2, 3)")) {
            EngineStatement select = jdbc.prepare("SELECT *, a || b AS \"a b\" FROM t");
            select.start(NONE);
            Columns first = select.columns(1, true);

            assertThat(first.list())
                    .containsExactly(
                            new Column("id", "INTEGER", true),
                            new Column("a", "VARCHAR(10)", false),
                            new Column("b", null, true),
                            new Column("a b", null, null));
            assertThat(select.columns(1, true)).isSameAs(first);
            assertThat(select.columns(1, false)).isSameAs(first);
            select.reset();

            jdbc.engine().run("ALTER TABLE t RENAME COLUMN b TO c");
            jdbc.engine().run("ALTER TABLE t ADD COLUMN d");
            EngineStatement again = jdbc.prepare("SELECT * FROM t");
            again.start(NONE);
            Columns before = again.columns(2, true);
            assertThat(before.list()).extracting(Column::name).containsExactly("id", "a", "c", "d");
            again.reset();
            jdbc.engine().run("ALTER TABLE t RENAME COLUMN d TO e");
            again.start(NONE);
            assertThat(again.columns(2, true).list()).extracting(Column::name).containsExactly("id", "a", "c", "e");
            assertThat(again.columns(3, false).list()).extracting(Column::name).containsExactly("id", "a", "c", "e");
            again.close();
            select.close();
        }
    }

    @Test
    void declaredTypesAreThoseOfTheTableUnderEveryName() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(
                this.way,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a decimal (10, 2), b DECIMAL(12,4), c, d varchar)",
                "CREATE TABLE u (e NUMERIC)",
                "INSERT INTO t (id) VALUES (1)",
                "INSERT INTO u VALUES (NULL)")) {
            EngineStatement select = jdbc.prepare("SELECT t.rowid, a AS b, b AS x, c, c AS y, d, e, e AS z,"
                    + " cast(d AS INTEGER), (SELECT b FROM t) AS nested FROM t, u");
            select.start(NONE);

            assertThat(select.columns(1, false).list())
                    .extracting(Column::declaredType)
                    .containsExactly(
                            "INTEGER",
                            "decimal (10, 2)",
                            "DECIMAL(12,4)",
                            null,
                            null,
                            "varchar",
                            "NUMERIC",
                            "NUMERIC",
                            null,
                            "DECIMAL(12,4)");
            select.close();
        }
    }

    @Test
    void probeTellsWhetherATransactionIsOpen() throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a)")) {
            Engine engine = jdbc.engine();
            assertThat(engine.probeTransaction()).isFalse();
            engine.run("BEGIN");
            assertThat(engine.probeTransaction()).isTrue();
            engine.run("INSERT INTO t VALUES (1)");
            engine.run("ROLLBACK");
            assertThat(engine.probeTransaction()).isFalse();
            engine.run("SAVEPOINT s");
            assertThat(engine.probeTransaction()).isTrue();
            engine.run("RELEASE s");
            assertThat(engine.probeTransaction()).isFalse();
        }
    }

    /** The engine's memory of the schema is compared, not the file's; another connection may have made it stale. */
    @Test
    void preparesAgainWhenTheSchemaInMemoryIsStale(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory)
            throws SQLException, EngineError {
        String url = "jdbc:sqlite:" + directory.resolve("a.db");
        try (var first = (org.sqlite.SQLiteConnection) java.sql.DriverManager.getConnection(url);
                var second = java.sql.DriverManager.getConnection(url);
                var ddl = second.createStatement()) {
            Engine engine = this.way.engine(first);
            engine.run("CREATE TABLE t (a)");
            ddl.execute("CREATE TABLE later (a)");
            ddl.execute("INSERT INTO later VALUES (1)");

            assertThat(engine.queryText("SELECT a FROM t")).isNull();
            EngineStatement select = engine.prepare("SELECT a FROM later");
            assertThat(select.start(NONE)).isTrue();
            select.close();
        }
    }
}
