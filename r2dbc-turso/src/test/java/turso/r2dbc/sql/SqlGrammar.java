package turso.r2dbc.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Generates statements that SQLite prepares on {@link MemorySqlite}'s schema, full of what a scanner stumbles over: each
 * begins and ends with a token, and between tokens there are blanks and comments of every kind.
 */
final class SqlGrammar {
    private static final int DEEPEST_EXPRESSION = 3;

    private SqlGrammar() {}

    /** Blanks and comments that separate tokens, or nothing. */
    static Arbitrary<String> optionalBlank() {
        return Arbitraries.oneOf(Arbitraries.just(""), blank());
    }

    static Arbitrary<String> parameter() {
        return Arbitraries.of(
                "?", "?", "?", "?1", "?2", "?05", "?9", ":a", ":b", "@a", "$a", "#a", ":é", "$a::b", "$a(1)", "$a(;?')",
                ":b$c", "@1", "$1");
    }

    /** A statement of any kind. */
    static Arbitrary<String> statement() {
        Arbitrary<String> plain = Arbitraries.oneOf(query(), dml(), ddl(), trigger(), pragma(), control(), file());
        Arbitrary<String> explained = Arbitraries.oneOf(query(), dml(), ddl(), trigger());
        return Arbitraries.frequencyOf(
                Tuple.of(8, plain),
                Tuple.of(1, phrase(word("EXPLAIN"), explained)),
                Tuple.of(1, phrase(word("EXPLAIN"), word("QUERY"), word("PLAN"), explained)));
    }

    /** A statement that changes or reads only the database in memory, whatever runs before it. */
    static Arbitrary<String> scriptStatement() {
        return Arbitraries.oneOf(query(), dml(), dmlReturning(), createOrDrop(), trigger(), control());
    }

    static Arbitrary<String> query() {
        return Arbitraries.oneOf(
                phrase(word("SELECT"), open(), text(","), closed(), word("AS"), name()),
                phrase(word("SELECT"), open(), text(","), text("count(*)"), word("FROM"), text("t")),
                phrase(word("SELECT"), text("*"), word("FROM"), text("t"), word("WHERE"), row(), text("OR"), row()),
                phrase(word("SELECT"), word("DISTINCT"), text("t.*"), text(","), row(), word("FROM"), text("t")),
                phrase(word("VALUES"), text("("), closed(), text(")"), text(","), text("("), open(), text(")")),
                phrase(with(), word("SELECT"), text("*"), word("FROM"), text("cte"), word("LIMIT"), closed()));
    }

    /** INSERT, REPLACE, UPDATE or DELETE of {@code t} without a RETURNING clause. */
    static Arbitrary<String> dml() {
        return Arbitraries.oneOf(dmlWithoutLimit(), dmlWithLimit());
    }

    static Arbitrary<String> dmlReturning() {
        Arbitrary<String> columns = Arbitraries.of("*", "id, a", "\"c;d\" AS \"x;y\"", "(a), 'RETURNING'");
        return phrase(dmlWithoutLimit(), word("RETURNING"), columns);
    }

    static Arbitrary<String> ddl() {
        return Arbitraries.oneOf(createOrDrop(), alter());
    }

    /** Not in scripts: SQLite stores what follows the column, and a comment there hides the end of the table. */
    private static Arbitrary<String> alter() {
        return phrase(word("ALTER"), word("TABLE"), text("t"), word("ADD"), word("COLUMN"), newName());
    }

    private static Arbitrary<String> createOrDrop() {
        return Arbitraries.oneOf(
                phrase(word("CREATE"), word("TABLE"), newName(), text("(a DEFAULT 'x;y', b, CHECK (a <> ';'))")),
                phrase(
                        word("CREATE"),
                        word("TABLE"),
                        newName(),
                        word("AS"),
                        word("SELECT"),
                        open(),
                        word("AS"),
                        text("c")),
                phrase(word("CREATE"), word("TEMP"), word("TABLE"), text("trigger (begin, \"end;\")")),
                phrase(
                        word("CREATE"),
                        word("VIEW"),
                        newName(),
                        word("AS"),
                        word("SELECT"),
                        word("CASE"),
                        text("1"),
                        word("WHEN"),
                        text("2"),
                        word("THEN"),
                        text("3"),
                        word("END"),
                        word("AS"),
                        name()),
                phrase(word("CREATE"), word("UNIQUE"), word("INDEX"), newName(), word("ON"), text("t(id, a)")),
                phrase(word("CREATE"), word("VIRTUAL"), word("TABLE"), newName(), word("USING"), text("fts5(x, y)")),
                phrase(word("DROP"), word("TABLE"), text("\"semi;colon?\"")),
                phrase(word("DROP"), word("INDEX"), text("t_a")),
                word("ANALYZE"),
                phrase(word("REINDEX"), text("t_a")));
    }

    static Arbitrary<String> trigger() {
        Arbitrary<String> create = Arbitraries.oneOf(
                phrase(word("CREATE"), word("TRIGGER")),
                phrase(word("CREATE"), word("TEMP"), word("TRIGGER")),
                phrase(word("CREATE"), word("TEMPORARY"), word("TRIGGER"), word("IF"), word("NOT"), word("EXISTS")));
        Arbitrary<String> when = Arbitraries.oneOf(
                text("AFTER INSERT ON t"),
                text("BEFORE UPDATE OF a ON t FOR EACH ROW"),
                phrase(text("AFTER DELETE ON t"), word("WHEN"), expression(List.of(), false, 2)));
        return phrase(create, triggerName(), when, word("BEGIN"), triggerBody(), word("END"));
    }

    static Arbitrary<String> pragma() {
        return Arbitraries.of(
                "PRAGMA user_version",
                "PRAGMA main.user_version",
                "pragma user_version = 3",
                "PRAGMA \"main\" . [application_id] (7)",
                "PRAGMA table_info('semi;colon?')",
                "PRAGMA foreign_keys = ON",
                "PRAGMA index_list(t)",
                "PRAGMA cache_size",
                "PRAGMA schema_version",
                "PRAGMA integrity_check",
                "PRAGMA journal_mode",
                "PRAGMA synchronous = OFF",
                "PRAGMA recursive_triggers = 1",
                "PRAGMA no_such_pragma = 'a;b'");
    }

    private static Arbitrary<String> control() {
        return Arbitraries.oneOf(
                word("BEGIN"),
                phrase(word("BEGIN"), word("DEFERRED"), word("TRANSACTION")),
                phrase(word("BEGIN"), word("IMMEDIATE")),
                phrase(word("BEGIN"), word("EXCLUSIVE"), word("TRANSACTION")),
                word("COMMIT"),
                phrase(word("END"), word("TRANSACTION")),
                word("ROLLBACK"),
                phrase(word("SAVEPOINT"), savepointName()),
                phrase(word("RELEASE"), savepointName()),
                phrase(word("RELEASE"), word("SAVEPOINT"), savepointName()),
                phrase(word("ROLLBACK"), word("TO"), savepointName()),
                phrase(word("ROLLBACK"), word("TRANSACTION"), word("TO"), word("SAVEPOINT"), savepointName()));
    }

    private static Arbitrary<String> file() {
        return Arbitraries.oneOf(
                word("VACUUM"),
                phrase(word("ATTACH"), text("':memory:'"), word("AS"), closed()),
                phrase(word("DETACH"), text("\"a;b\"")));
    }

    private static Arbitrary<String> dmlWithoutLimit() {
        return Arbitraries.oneOf(
                phrase(
                        word("INSERT"),
                        word("INTO"),
                        text("t(a, \"c;d\")"),
                        word("VALUES"),
                        text("("),
                        open(),
                        text(","),
                        closed(),
                        text(")")),
                phrase(word("INSERT"), word("INTO"), text("t"), word("DEFAULT"), word("VALUES")),
                phrase(
                        word("INSERT"),
                        word("OR"),
                        word("IGNORE"),
                        word("INTO"),
                        text("t(b)"),
                        word("SELECT"),
                        row(),
                        word("FROM"),
                        text("t"),
                        word("ORDER"),
                        word("BY"),
                        text("a"),
                        word("LIMIT"),
                        text("2")),
                phrase(
                        word("REPLACE"),
                        word("INTO"),
                        text("t(id, [c;d])"),
                        word("VALUES"),
                        text("(2,"),
                        open(),
                        text(")")),
                phrase(
                        with(),
                        word("INSERT"),
                        word("INTO"),
                        text("t(a)"),
                        word("SELECT"),
                        text("*"),
                        word("FROM"),
                        text("cte")),
                phrase(
                        word("UPDATE"),
                        text("t"),
                        word("SET"),
                        text("a ="),
                        row(),
                        text(", `c;d` ="),
                        row(),
                        word("WHERE"),
                        row()),
                phrase(with(), word("UPDATE"), text("t"), word("SET"), text("b = (SELECT * FROM cte) *"), row()),
                phrase(word("DELETE"), word("FROM"), text("t"), word("WHERE"), row()),
                phrase(
                        with(),
                        word("DELETE"),
                        word("FROM"),
                        text("t"),
                        word("WHERE"),
                        text("a IN (SELECT * FROM cte)")));
    }

    private static Arbitrary<String> dmlWithLimit() {
        if (!MemorySqlite.hasUpdateDeleteLimit()) {
            // Older versions of sqlite-jdbc are built without it.
            return phrase(word("DELETE"), word("FROM"), text("t"), word("WHERE"), row());
        }
        return Arbitraries.oneOf(
                phrase(word("DELETE"), word("FROM"), text("t"), word("WHERE"), row(), word("LIMIT"), text("1")),
                phrase(
                        word("UPDATE"),
                        text("t"),
                        word("SET"),
                        text("a ="),
                        row(),
                        word("ORDER"),
                        word("BY"),
                        text("id"),
                        word("LIMIT"),
                        text("1 OFFSET 1")));
    }

    /** A query with LIKE in it, of every kind of pattern and in front of everything that may follow one. */
    static Arbitrary<String> likeQuery() {
        Arbitrary<String> like = Arbitraries.oneOf(word("LIKE"), phrase(word("NOT"), word("LIKE")));
        Arbitrary<String> parameter = parameter();
        Arbitrary<String> pattern = Arbitraries.oneOf(
                parameter,
                parameter,
                phrase(word("UPPER"), text("("), parameter, text(")")),
                phrase(word("LOWER"), text("("), parameter, text(")")),
                phrase(text("( "), parameter, text(")")),
                phrase(word("trim"), text("("), parameter, text(")")),
                phrase(word("UPPER"), text("("), parameter, text("|| '%' )")),
                phrase(text("'%' ||"), parameter),
                Arbitraries.of("'o%'", "a", "-1", "like('o', 'o')"));
        Arbitrary<String> next = Arbitraries.of(
                "",
                "ESCAPE '!'",
                "COLLATE NOCASE",
                "|| '%'",
                "+ 1",
                "< 1",
                ">= 1",
                "<< 1",
                "= 1",
                "== 0",
                "<> 1",
                "!= 0",
                "IS NULL",
                "IS NOT NULL",
                "ISNULL",
                "NOT NULL",
                "NOTNULL",
                "IN (1)",
                "NOT IN (1)",
                "BETWEEN 0 AND 1",
                "LIKE '1'",
                "GLOB '1'",
                "AND 1",
                "OR 0",
                ", 1",
                "AS x",
                "x",
                "'x'",
                "\"x\"");
        return phrase(
                word("SELECT"),
                word("CASE"),
                word("WHEN"),
                Arbitraries.of("a", "t.\"c;d\"", "'LIKE ?'", "lower(a)"),
                like,
                parameter,
                word("THEN"),
                text("a"),
                like,
                parameter,
                word("END"),
                text(", a"),
                like,
                pattern,
                next,
                word("FROM"),
                text("t ORDER BY id"));
    }

    private static Arbitrary<String> with() {
        return Arbitraries.oneOf(
                phrase(word("WITH"), text("cte"), word("AS"), text("("), word("SELECT"), open(), text(")")),
                phrase(
                        word("WITH"),
                        text("replace(x, y) AS (VALUES (1, ';')) ,"),
                        text("cte"),
                        word("AS"),
                        word("MATERIALIZED"),
                        text("("),
                        word("SELECT"),
                        closed(),
                        text(")")),
                phrase(
                        word("WITH"),
                        word("RECURSIVE"),
                        text("cte(n)"),
                        word("AS"),
                        word("NOT"),
                        word("MATERIALIZED"),
                        // The limit ends it also where an edit has taken the condition away.
                        text("(SELECT 1 UNION ALL SELECT n + 1 FROM cte WHERE n < 3 LIMIT 3)")));
    }

    private static Arbitrary<String> triggerBody() {
        Arbitrary<String> expression = expression(List.of("id", "a", "\"c;d\""), false, 2);
        Arbitrary<String> statement = Arbitraries.oneOf(
                phrase(word("SELECT"), expression, word("AS"), name(), word("FROM"), text("t")),
                phrase(word("INSERT"), word("INTO"), text("log"), word("SELECT"), expression, word("FROM"), text("t")),
                phrase(word("UPDATE"), text("log"), word("SET"), text("x = CASE x WHEN 1 THEN 2 END")),
                phrase(word("DELETE"), word("FROM"), text("log"), word("WHERE"), text("x = 'END;'")));
        return Combinators.combine(statement.list().ofMinSize(1).ofMaxSize(3), optionalBlank(), optionalBlank())
                .as((statements, before, behind) -> String.join(before + ";" + behind, statements) + before + ";");
    }

    private static Arbitrary<String> open() {
        return expression(List.of(), true, DEEPEST_EXPRESSION);
    }

    private static Arbitrary<String> closed() {
        return Arbitraries.oneOf(parameter(), literal());
    }

    private static Arbitrary<String> row() {
        return expression(List.of("id", "a", "t.b", "\"c;d\"", "[c;d]", "`c;d`", "t.\"c;d\""), true, 2);
    }

    private static Arbitrary<String> expression(List<String> columns, boolean parameters, int depth) {
        List<Arbitrary<String>> leaves = new ArrayList<>();
        leaves.add(literal());
        if (!columns.isEmpty()) {
            leaves.add(Arbitraries.of(columns));
        }
        if (parameters) {
            leaves.add(parameter());
        }
        Arbitrary<String> leaf = Arbitraries.oneOf(leaves);
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> inner = expression(columns, parameters, depth - 1);
        return Arbitraries.oneOf(
                leaf,
                phrase(inner, operator(), inner),
                phrase(text("("), inner, text(")")),
                phrase(text("-"), leaf),
                phrase(inner, word("IN"), text("("), inner, text(","), leaf, text(")")),
                phrase(text("max("), inner, text(","), inner, text(")")),
                phrase(word("CAST"), text("("), inner, word("AS"), text("TEXT)")),
                phrase(text("( SELECT"), inner, text("FROM"), text("t"), word("LIMIT"), text("1 )")),
                phrase(word("CASE"), inner, word("WHEN"), leaf, word("THEN"), inner, word("END")),
                phrase(word("CASE"), word("WHEN"), inner, word("THEN"), leaf, word("ELSE"), inner, word("END")));
    }

    private static Arbitrary<String> operator() {
        return Arbitraries.of(
                "+", "-", "*", "/", "%", "||", "=", "==", "<>", "!=", "<", "<=", "<<", ">>", "&", "|", "AND", "or",
                "IS", "IS NOT", "LIKE");
    }

    private static Arbitrary<String> literal() {
        return Arbitraries.of(
                "1",
                "0x1F",
                "1e5",
                "1.5E-3",
                ".5",
                "2.",
                "1_000",
                "NULL",
                "''",
                "'a;b'",
                "'it''s?'",
                "'\"'",
                "':a -- /*'",
                "'\\'",
                "'世界🌍;'",
                "'END;'",
                "x'ab'",
                "X''",
                "('{\"a\":1}' ->> '$.a')",
                "('{\"a\":1}' -> 'a')",
                "CURRENT_DATE");
    }

    /** A name for a result column; some of them are keywords elsewhere. */
    private static Arbitrary<String> name() {
        return Arbitraries.of(
                "x", "end", "begin", "trigger", "replace", "\"a;b\"", "[a;b]", "`a``;b`", "'it''s;'", "é$1", "_");
    }

    private static Arbitrary<String> newName() {
        return Arbitraries.of("n1", "N$2", "\"n;3\"", "[n;?4]", "`n``5`", "'n6'", "ñ7", "\"END;\"", "temp");
    }

    private static Arbitrary<String> triggerName() {
        return Arbitraries.of("tr", "end", "begin", "\"end\"", "[BEGIN]", "`tr;END;`", "'tr''?'", "trx", "trigger");
    }

    private static Arbitrary<String> savepointName() {
        return Arbitraries.of("s", "S", "\"s;1\"", "'it''s'", "[to]", "`end`");
    }

    private static Arbitrary<String> blank() {
        return Arbitraries.of(
                " ",
                " ",
                " ",
                "  ",
                "\n",
                "\t",
                "\r\n",
                " \uFEFF",
                " /**/",
                "/* ; ' ? :a END; */",
                "/***/",
                " -- ; \" ? @a BEGIN\n",
                " --\n",
                "\f");
    }

    /** A keyword in some letter case. */
    private static Arbitrary<String> word(String keyword) {
        return Arbitraries.of(
                keyword,
                keyword,
                keyword.toLowerCase(Locale.ROOT),
                keyword.charAt(0) + keyword.substring(1).toLowerCase(Locale.ROOT));
    }

    private static Arbitrary<String> text(String text) {
        return Arbitraries.just(text);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static Arbitrary<String> phrase(Arbitrary<String>... parts) {
        return Combinators.combine(
                        Combinators.combine(List.of(parts)).as(found -> found),
                        blank().list().ofSize(parts.length))
                .as(SqlGrammar::joined);
    }

    private static String joined(List<String> parts, List<String> blanks) {
        StringBuilder phrase = new StringBuilder(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            phrase.append(blanks.get(i)).append(parts.get(i));
        }
        return phrase.toString();
    }
}
