package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    SELECT          | SELECT 1
                    SELECT          | VALUES (1)
                    SELECT          | WITH a AS (SELECT 1) SELECT * FROM a
                    SELECT          | WITH a AS (SELECT 1) VALUES (1)
                    SELECT          | WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a), b AS (SELECT 2) SELECT 1
                    SELECT          | WITH replace AS (SELECT 1) SELECT * FROM replace
                    SELECT          | WITH a(insert_, "update") AS NOT MATERIALIZED (VALUES (1, 2)) SELECT 1
                    SELECT          | (SELECT 1)
                    SELECT          | ((VALUES (1)))
                    SELECT          | (WITH a AS (SELECT 1) SELECT 1)
                    INSERT          | INSERT INTO t VALUES (1)
                    INSERT          | INSERT OR REPLACE INTO t VALUES (1)
                    INSERT          | REPLACE INTO t VALUES (1)
                    INSERT          | WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a
                    INSERT          | WITH a AS (SELECT 1) REPLACE INTO t SELECT * FROM a
                    INSERT          | WITH RECURSIVE a AS (SELECT 1), b AS MATERIALIZED (SELECT 2) INSERT INTO t SELECT 1
                    UPDATE          | UPDATE t SET a = 1
                    UPDATE          | WITH a AS (SELECT 1), b AS MATERIALIZED (SELECT 2) UPDATE t SET a = 1
                    DELETE          | DELETE FROM t
                    DELETE          | WITH a AS (DELETE FROM u), b(x) AS (SELECT (1)) DELETE FROM t
                    EXPLAIN         | EXPLAIN DELETE FROM t
                    EXPLAIN         | EXPLAIN QUERY PLAN SELECT 1
                    PRAGMA          | PRAGMA user_version
                    DDL             | CREATE TABLE t (a)
                    DDL             | CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END
                    DDL             | ALTER TABLE t RENAME TO u
                    DDL             | DROP TABLE t
                    DDL             | REINDEX
                    DDL             | ANALYZE
                    VACUUM          | VACUUM INTO 'x'
                    ATTACH          | ATTACH 'x' AS y
                    DETACH          | DETACH y
                    BEGIN           | BEGIN
                    BEGIN           | BEGIN TRANSACTION
                    BEGIN           | BEGIN DEFERRED TRANSACTION
                    BEGIN           | BEGIN "immediate"
                    BEGIN           | BEGIN TRANSACTION immediate
                    BEGIN_IMMEDIATE | BEGIN IMMEDIATE
                    BEGIN_IMMEDIATE | BEGIN /* c */ IMMEDIATE TRANSACTION
                    BEGIN_EXCLUSIVE | BEGIN EXCLUSIVE
                    COMMIT          | COMMIT
                    COMMIT          | COMMIT TRANSACTION
                    COMMIT          | END
                    COMMIT          | END TRANSACTION
                    ROLLBACK        | ROLLBACK
                    ROLLBACK        | ROLLBACK TRANSACTION
                    ROLLBACK        | ROLLBACK TRANSACTION "to"
                    SAVEPOINT       | SAVEPOINT a
                    RELEASE         | RELEASE a
                    RELEASE         | RELEASE SAVEPOINT a
                    ROLLBACK_TO     | ROLLBACK TO a
                    ROLLBACK_TO     | ROLLBACK TO SAVEPOINT a
                    ROLLBACK_TO     | ROLLBACK TRANSACTION TO SAVEPOINT x
                    ROLLBACK_TO     | ROLLBACK TRANSACTION foo TO x
                    OTHER           | INSRT INTO t VALUES (1)
                    OTHER           | "SELECT" 1
                    OTHER           | ?
                    OTHER           | 1 SELECT
                    OTHER           | )
                    OTHER           | ((
                    OTHER           | WITH
                    OTHER           | WITH a AS (SELECT 1)
                    OTHER           | WITH a AS (SELECT 1) CREATE TABLE t (a)
                    OTHER           | WITH a AS SELECT 1
                    OTHER           | TO a
                    OTHER           | IMMEDIATE
                    """)
    void kindIsToldFromTheText(StatementKind kind, String sql) {
        for (String text : new String[] {
            sql, sql.toLowerCase(Locale.ROOT), "\uFEFF -- SELECT\n" + sql, "/* DELETE */" + sql + " -- INSERT"
        }) {
            assertThat(statement(text).kind()).as(text).isEqualTo(kind);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT changes()",
                "INSERT INTO t VALUES (1, last_insert_rowid ( ))",
                "UPDATE t SET a = (SELECT /* c */ Total_Changes\n())",
                "SELECT \"changes\"()",
                "DELETE FROM t WHERE id = [last_insert_rowid]()"
            })
    void callsThatAskTheConnectionAreFound(String sql) {
        assertThat(statement(sql).asksConnection()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT changes FROM t",
                "INSERT INTO changes VALUES ('last_insert_rowid()')",
                "INSERT INTO \"changes\" (\"a\") VALUES (?)",
                "SELECT changes_of(1), count() -- changes()"
            })
    void othersAreNot(String sql) {
        assertThat(statement(sql).asksConnection()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA foreign_keys = 0",
                "PRAGMA main.recursive_triggers(1)",
                "ATTACH 'x' AS y",
                "DETACH y",
                "CREATE TEMP TABLE t (a)",
                "create temporary view v as select 1",
                "CREATE TABLE temp.t (a)",
                "CREATE TABLE `temp` . t (a)",
                "Nobody knows"
            })
    void statementsThatChangeTheConnectionAreFound(String sql) {
        assertThat(statement(sql).changesConnection()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA foreign_keys",
                "PRAGMA table_info(t)",
                "PRAGMA foreign_key_check(t)",
                "CREATE TABLE t (a)",
                "DROP TABLE main.t",
                "INSERT INTO temp.t VALUES (1)",
                "BEGIN IMMEDIATE",
                "VACUUM"
            })
    void statementsThatLeaveItAsItIsAreNot(String sql) {
        assertThat(statement(sql).changesConnection()).isFalse();
    }

    @Test
    void everyStatementHasItsOwnKind() {
        assertThat(ParsedSql.parse(
                                "WITH a AS (SELECT 1) DELETE FROM t RETURNING *; SELECT 1; UPDATE t SET a = 1 LIMIT 1; BEGIN; x")
                        .statements())
                .extracting(ParsedStatement::kind)
                .containsExactly(
                        StatementKind.DELETE,
                        StatementKind.SELECT,
                        StatementKind.UPDATE,
                        StatementKind.BEGIN,
                        StatementKind.OTHER);
    }

    @Test
    void onlySelectIsAQuery() {
        assertThat(kinds(StatementKind::isQuery)).containsExactly(StatementKind.SELECT);
    }

    @Test
    void dmlChangesRows() {
        assertThat(kinds(StatementKind::isDml))
                .containsExactly(StatementKind.INSERT, StatementKind.UPDATE, StatementKind.DELETE);
    }

    @Test
    void transactionControlIsEverythingFromBeginToRollbackTo() {
        assertThat(kinds(StatementKind::isTransactionControl))
                .isEqualTo(EnumSet.range(StatementKind.BEGIN, StatementKind.ROLLBACK_TO));
    }

    @Test
    void kindsThatMayTakeTheWriteLock() {
        assertThat(kinds(StatementKind::writes))
                .containsExactly(
                        StatementKind.INSERT,
                        StatementKind.UPDATE,
                        StatementKind.DELETE,
                        StatementKind.PRAGMA,
                        StatementKind.DDL,
                        StatementKind.VACUUM,
                        StatementKind.BEGIN_IMMEDIATE,
                        StatementKind.BEGIN_EXCLUSIVE,
                        StatementKind.OTHER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "CREATE TABLE t (a)",
                "VACUUM",
                "BEGIN IMMEDIATE",
                "NONSENSE",
                "PRAGMA user_version = 3",
                "pragma User_Version=3",
                "PRAGMA main.user_version = 3",
                "PRAGMA \"main\".[user_version](3)",
                "PRAGMA `user_version` = 3",
                "PRAGMA 'user_version' = 3",
                "PRAGMA/**/user_version/**/=/**/3",
                "(PRAGMA user_version = 3",
                "PRAGMA application_id(7)",
                "PRAGMA journal_mode = WAL",
                "PRAGMA journal_mode(delete)",
                "PRAGMA auto_vacuum = FULL",
                "PRAGMA encoding = 'UTF-16'",
                "PRAGMA schema_version = 1",
                "PRAGMA default_cache_size = 1",
                "PRAGMA page_size = 1024",
                "PRAGMA rekey = 'a'",
                "PRAGMA hexrekey = 'a'",
                "PRAGMA textrekey = 'a'",
                "PRAGMA wal_checkpoint",
                "PRAGMA wal_checkpoint(TRUNCATE)",
                "PRAGMA main.wal_checkpoint",
                "PRAGMA incremental_vacuum",
                "PRAGMA incremental_vacuum(5)",
                "PRAGMA optimize",
                "PRAGMA optimize = 0x10002"
            })
    void statementWrites(String sql) {
        assertThat(statement(sql).writes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "EXPLAIN DELETE FROM t",
                "EXPLAIN PRAGMA user_version = 3",
                "ATTACH 'x' AS y",
                "DETACH y",
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "SAVEPOINT a",
                "RELEASE a",
                "ROLLBACK TO a",
                "PRAGMA user_version",
                "PRAGMA main.user_version",
                "PRAGMA user_version 3",
                "PRAGMA journal_mode",
                "PRAGMA foreign_keys = ON",
                "PRAGMA table_info(user_version)",
                "PRAGMA user_version.foreign_keys = 1",
                "PRAGMA busy_timeout = 5",
                "PRAGMA query_only = 1",
                "PRAGMA synchronous(1)",
                "PRAGMA integrity_check",
                "PRAGMA",
                "PRAGMA =",
                "PRAGMA .",
                "PRAGMA main.",
                "PRAGMA \"",
                "PRAGMA [",
                "PRAGMA main.'",
                "PRAGMA \"user_version",
                "PRAGMA (user_version) = 3"
            })
    void statementDoesNotWrite(String sql) {
        assertThat(statement(sql).writes()).isFalse();
    }

    private static Set<StatementKind> kinds(Predicate<StatementKind> predicate) {
        return Stream.of(StatementKind.values())
                .filter(predicate)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(StatementKind.class)));
    }

    private static ParsedStatement statement(String sql) {
        ParsedSql parsed = ParsedSql.parse(sql);
        assertThat(parsed.statements()).hasSize(1);
        return parsed.statements().get(0);
    }
}
