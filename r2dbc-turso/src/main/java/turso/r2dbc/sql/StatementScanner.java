package turso.r2dbc.sql;

import java.util.ArrayList;
import java.util.List;

/** Goes over a text once and hands its tokens to those who split, classify and number. Used once, by one thread. */
final class StatementScanner {
    private static final int NOT_BEGUN = -1;

    private final String text;
    private final Tokenizer tokens;
    private final ParameterNumbering parameters = new ParameterNumbering();
    private final List<ParsedStatement> statements = new ArrayList<>(1);

    private int statementStart = NOT_BEGUN;
    private int statementEnd;
    private StatementBoundary boundary = new StatementBoundary();
    private StatementClassifier classifier = new StatementClassifier();
    private SlotMapping slots = new SlotMapping(parameters);

    StatementScanner(String text) {
        this.text = text;
        this.tokens = new Tokenizer(text);
    }

    ParsedSql scan() {
        TokenType type = tokens.next();
        while (type != TokenType.END) {
            accept(type);
            type = tokens.next();
        }
        endStatement();
        return new ParsedSql(text, List.copyOf(statements), parameters);
    }

    private void accept(TokenType type) {
        Keyword keyword = type == TokenType.WORD ? Keyword.of(text, tokens.start(), tokens.end()) : Keyword.NONE;
        if (boundary.endsWith(type, keyword)) {
            endStatement();
            return;
        }
        if (statementStart == NOT_BEGUN) {
            statementStart = tokens.start();
        }
        statementEnd = tokens.end();
        classifier.accept(type, keyword, tokens.start());
        if (type == TokenType.PARAMETER && boundary.hasParameters()) {
            slots.add(text, tokens.start(), tokens.end());
        }
    }

    private void endStatement() {
        if (statementStart == NOT_BEGUN) {
            return;
        }
        statements.add(new ParsedStatement(text, statementStart, statementEnd, classifier, slots));
        statementStart = NOT_BEGUN;
        boundary = new StatementBoundary();
        classifier = new StatementClassifier();
        slots = new SlotMapping(parameters);
    }
}
