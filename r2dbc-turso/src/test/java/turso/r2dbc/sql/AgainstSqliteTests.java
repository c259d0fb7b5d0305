package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the scanner says of a text is what the real engine does with it (C-28, P-1). */
class AgainstSqliteTests {
    private static final int TRIES = 100;

    /**
     * A text made of known statements.
     *
     * @param pieces the statements
     * @param text the statements with semicolons, blanks and comments around them
     */
    record Script(List<String> pieces, String text) {}

    /**
     * Damage to a text.
     *
     * @param place where, as a part of its length
     * @param deleted how many characters go
     * @param inserted what comes instead
     */
    record Edit(double place, int deleted, String inserted) {
        String apply(String text) {
            int from = (int) (place * text.length());
            int to = Math.min(text.length(), from + deleted);
            return text.substring(0, from) + inserted + text.substring(to);
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void splittingGivesBackThePieces(@ForAll("scripts") Script script) throws SQLException {
        List<ParsedStatement> statements = ParsedSql.parse(script.text()).statements();
        assertThat(statements).extracting(ParsedStatement::sql).isEqualTo(script.pieces());
        try (MemorySqlite sqlite = new MemorySqlite()) {
            for (ParsedStatement statement : statements) {
                assertThat(sqlite.parameterCount(statement.sql())).isEqualTo(statement.parameterCount());
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void statementsRunOneByOneDoWhatTheEngineDoesWithTheText(@ForAll("executableScripts") Script script)
            throws SQLException {
        assertSameEffect(script.text());
    }

    @Property(tries = 2 * TRIES, edgeCases = EdgeCasesMode.NONE)
    void alsoWhenTheTextIsBroken(@ForAll("brokenScripts") String text) throws SQLException {
        // a comment that ends where it begins is the one thing the scanner takes and the engine rejects
        Assume.that(!text.endsWith("/*"));
        assertSameEffect(text);
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void valuesBoundToSlotsLandWhereTheEngineNumbersTheParameters(
            @ForAll("parametersByStatement") List<List<String>> parametersByStatement) throws SQLException {
        List<String> spellings =
                parametersByStatement.stream().flatMap(List::stream).toList();
        ParsedSql parsed = ParsedSql.parse(String.join(
                "/* ? */;",
                parametersByStatement.stream().map(AgainstSqliteTests::select).toList()));
        try (MemorySqlite sqlite = new MemorySqlite()) {
            String whole = select(spellings);
            int count = sqlite.parameterCount(whole);
            assertThat(parsed.parameterCount()).isEqualTo(count);
            List<Integer> slots = sqlite.row(whole, identity(count));
            int position = 0;
            for (ParsedStatement statement : parsed.statements()) {
                int ownCount = sqlite.parameterCount(statement.sql());
                List<Integer> indexes = sqlite.row(statement.sql(), identity(ownCount));
                List<Integer> slotsHere = slots.subList(position, position + indexes.size());
                int[] values = IntStream.range(0, ownCount).map(statement::slot).toArray();
                assertThat(sqlite.row(statement.sql(), values))
                        .isEqualTo(indexes.stream()
                                .map(index -> slotsHere.get(indexes.indexOf(index)))
                                .toList());
                position += indexes.size();
            }
            assertThat(position).isEqualTo(slots.size());

            assertThat(IntStream.range(0, count).filter(parsed::isParameterUsed).boxed())
                    .containsExactlyElementsOf(new TreeSet<>(slots));
            for (int i = 0; i < spellings.size(); i++) {
                int slot = slots.get(i);
                String spelling = spellings.get(i);
                if (spelling.equals("?")) {
                    assertThat(parsed.slots(spelling)).isEmpty();
                } else {
                    assertThat(parsed.slots(spelling)).containsExactly(slot);
                    assertThat(parsed.slots(spelling.substring(1))).contains(slot);
                    assertThat(slots.get(spellings.indexOf(parsed.parameterName(slot))))
                            .isEqualTo(slot);
                }
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void whatDoesNotWriteIsNeverRefusedByAReadOnlyDatabase(@ForAll("statements") String sql) throws SQLException {
        ParsedStatement statement = only(sql);
        boolean certain = statement.kind() != StatementKind.PRAGMA && statement.kind() != StatementKind.VACUUM;
        try (MemorySqlite sqlite = new MemorySqlite()) {
            boolean refused = sqlite.refusesToWrite(sql);
            if (!statement.writes()) {
                assertThat(refused).isFalse();
            } else if (certain) {
                assertThat(refused).isTrue();
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void returningClauseMeansResultColumns(@ForAll("dmlReturning") String sql) throws SQLException {
        ParsedStatement statement = only(sql);
        assertThat(statement.hasReturning()).isTrue();
        assertThat(statement.kind().isDml()).isTrue();
        try (MemorySqlite sqlite = new MemorySqlite()) {
            assertThat(sqlite.execute(sql)).isNotEmpty();
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void addedReturningClauseYieldsTheNamedColumns(
            @ForAll("dml") String sql, @ForAll("returnedColumns") List<String> columns) throws SQLException {
        ParsedStatement statement = only(sql);
        assertThat(statement.hasReturning()).isFalse();
        String returning = statement.withReturning(columns);
        List<String> names = columns.isEmpty()
                ? List.of("id", "a", "b", "c;d")
                : columns.stream().map(AgainstSqliteTests::unquoted).toList();
        assertThat(only(returning).hasReturning()).isTrue();
        try (MemorySqlite sqlite = new MemorySqlite()) {
            assertThat(sqlite.execute(sql)).isEmpty();
            assertThat(sqlite.execute(returning)).isEqualTo(names);
        }
    }

    /** Where the character does not occur in a pattern, the clause is right and changes nothing. */
    @Property(tries = 5 * TRIES, edgeCases = EdgeCasesMode.NONE)
    void addedEscapeClauseIsWhereTheEngineWantsIt(@ForAll("likeQueries") String sql, @ForAll("patterns") String pattern)
            throws SQLException {
        try (MemorySqlite sqlite = new MemorySqlite()) {
            String escaped = LikePatterns.withEscape(sql, "", '!');
            assertThat(escaped).contains("ESCAPE '!'");
            assertThat(sqlite.rows(escaped, pattern)).isEqualTo(sqlite.rows(sql, pattern));
            assertThat(LikePatterns.withEscape(escaped, "", '!')).isEqualTo(escaped);
        }
    }

    /** Of texts without such a pattern, and of broken ones, not a character changes in the places that matter. */
    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void scriptsKeepTheirStatementsAndParameters(@ForAll("brokenScripts") String text) {
        ParsedSql plain = ParsedSql.parse(text);
        ParsedSql escaped = ParsedSql.parse(LikePatterns.withEscape(text, "", '!'));

        assertThat(escaped.parameterCount()).isEqualTo(plain.parameterCount());
        assertThat(escaped.statements())
                .extracting(statement -> statement.sql().replace(" ESCAPE '!'", ""))
                .containsExactlyElementsOf(
                        plain.statements().stream().map(ParsedStatement::sql).toList());
    }

    @Provide
    Arbitrary<String> likeQueries() {
        return SqlGrammar.likeQuery();
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of("%", "o%", "_wo", "1", "0", "one", "ONE", "\\", "");
    }

    @Provide
    Arbitrary<Script> scripts() {
        return script(SqlGrammar.statement());
    }

    @Provide
    Arbitrary<Script> executableScripts() {
        return script(SqlGrammar.scriptStatement());
    }

    @Provide
    Arbitrary<String> brokenScripts() {
        Arbitrary<String> inserted = Arbitraries.of(
                "",
                "",
                ";",
                "'",
                "\"",
                "`",
                "[",
                "]",
                "(",
                ")",
                "--",
                "/*",
                "*/",
                "\n",
                " END ",
                " BEGIN ",
                "; END ;",
                " CREATE TRIGGER ",
                "SELECT",
                "CASE ",
                "?",
                "\\",
                "$",
                ":");
        Arbitrary<Edit> edit = Combinators.combine(
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(0, 4),
                        inserted)
                .as(Edit::new);
        return Combinators.combine(executableScripts(), edit.list().ofMinSize(1).ofMaxSize(3))
                .as((script, edits) -> {
                    String text = script.text();
                    for (Edit next : edits) {
                        text = next.apply(text);
                    }
                    return text;
                });
    }

    @Provide
    Arbitrary<List<List<String>>> parametersByStatement() {
        return SqlGrammar.parameter()
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> statements() {
        return SqlGrammar.statement();
    }

    @Provide
    Arbitrary<String> dml() {
        return SqlGrammar.dml();
    }

    @Provide
    Arbitrary<String> dmlReturning() {
        return SqlGrammar.dmlReturning();
    }

    @Provide
    Arbitrary<List<String>> returnedColumns() {
        return Arbitraries.of("id", "a", "b", "c;d", "\"id\"", "`a`", "[b]", "\"c;d\"", "`c;d`", "[c;d]")
                .list()
                .ofMaxSize(4);
    }

    private static Arbitrary<Script> script(Arbitrary<String> statement) {
        Arbitrary<List<String>> pieces = statement.list().ofMaxSize(6);
        Arbitrary<List<String>> blanks = SqlGrammar.optionalBlank().list().ofSize(16);
        return Combinators.combine(pieces, blanks, Arbitraries.of(true, false)).as(AgainstSqliteTests::joined);
    }

    private static Script joined(List<String> pieces, List<String> blanks, boolean terminated) {
        StringBuilder text = new StringBuilder(blanks.get(0));
        int blank = 1;
        for (int i = 0; i < pieces.size(); i++) {
            text.append(pieces.get(i)).append(blanks.get(blank++));
            if (terminated || i < pieces.size() - 1) {
                text.append(';').append(blanks.get(blank++));
            }
        }
        return new Script(pieces, text.toString());
    }

    private static void assertSameEffect(String text) throws SQLException {
        try (MemorySqlite byEngine = new MemorySqlite();
                MemorySqlite byScanner = new MemorySqlite()) {
            boolean success = byEngine.runScript(text);
            assertThat(byScanner.runEach(ParsedSql.parse(text).statements())).isEqualTo(success);
            assertThat(byScanner.contents()).isEqualTo(byEngine.contents());
        }
    }

    private static int[] identity(int size) {
        return IntStream.range(0, size).toArray();
    }

    private static String select(List<String> parameters) {
        return "SELECT " + String.join(", ", parameters);
    }

    private static String unquoted(String column) {
        return column.matches("[\"`\\[].*") ? column.substring(1, column.length() - 1) : column;
    }

    private static ParsedStatement only(String sql) {
        List<ParsedStatement> statements = ParsedSql.parse(sql).statements();
        assertThat(statements).hasSize(1);
        return statements.get(0);
    }
}
