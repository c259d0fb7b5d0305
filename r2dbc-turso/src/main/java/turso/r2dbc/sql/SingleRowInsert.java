package turso.r2dbc.sql;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An {@code INSERT INTO table VALUES (...)} of one row whose values are nothing but parameters and literals, so that rows
 * can be strung together in one statement and mean the same.
 *
 * <p>Everything that could tell one statement of many rows from many statements is left out: expressions, which might look
 * at the table, conflict clauses, RETURNING, names of schemas.
 *
 * @param table the unquoted name of the table
 * @param head the statement up to and with VALUES
 * @param row the row in parentheses, with {@code ?} for its parameters
 * @param parameters how many parameters the row has
 */
public record SingleRowInsert(String table, String head, String row, int parameters) {

    /**
     * {@return the form of a statement, or null if it is another one}
     *
     * @param statement one statement
     */
    public static @Nullable SingleRowInsert of(ParsedStatement statement) {
        return statement.kind() == StatementKind.INSERT && !statement.hasReturning()
                ? new Reader(statement).read()
                : null;
    }

    private static final class Reader {

        private final ParsedStatement statement;

        private final String sql;

        private final Tokenizer tokens;

        private final StringBuilder row = new StringBuilder();

        private final Set<String> parameters = new HashSet<>();

        private int count;

        private TokenType type;

        Reader(ParsedStatement statement) {
            this.statement = statement;
            this.sql = statement.sql();
            this.tokens = new Tokenizer(this.sql);
            this.type = this.tokens.next();
        }

        private void advance() {
            this.type = this.tokens.next();
        }

        private boolean take(TokenType wanted) {
            if (this.type != wanted) {
                return false;
            }
            advance();
            return true;
        }

        private boolean takeWord(String word) {
            if (this.type != TokenType.WORD || !this.tokens.token().equalsIgnoreCase(word)) {
                return false;
            }
            advance();
            return true;
        }

        private boolean isName() {
            return this.type == TokenType.WORD || this.type == TokenType.QUOTED;
        }

        @Nullable
        SingleRowInsert read() {
            if (!takeWord("INSERT") || !takeWord("INTO") || !isName()) {
                return null;
            }
            String table = Identifiers.unquote(this.tokens.token());
            advance();
            if (!skipColumns()) {
                return null;
            }
            int behindValues = this.tokens.end();
            if (!takeWord("VALUES") || !readRow() || this.type != TokenType.END) {
                return null;
            }
            boolean numbered = this.count == this.statement.parameterCount();
            return numbered
                    ? new SingleRowInsert(table, this.sql.substring(0, behindValues), this.row.toString(), this.count)
                    : null;
        }

        private boolean skipColumns() {
            if (!take(TokenType.OPENING_PARENTHESIS)) {
                return true;
            }
            do {
                if (!isName()) {
                    return false;
                }
                advance();
            } while (take(TokenType.COMMA));
            return take(TokenType.CLOSING_PARENTHESIS);
        }

        private boolean readRow() {
            if (!take(TokenType.OPENING_PARENTHESIS)) {
                return false;
            }
            char before = '(';
            do {
                this.row.append(before);
                before = ',';
                if (!readValue()) {
                    return false;
                }
            } while (take(TokenType.COMMA));
            this.row.append(')');
            return take(TokenType.CLOSING_PARENTHESIS);
        }

        private boolean readValue() {
            switch (this.type) {
                case PARAMETER -> {
                    return readParameter();
                }
                case NUMBER -> {
                    // a literal
                }
                case QUOTED -> {
                    // In other quotes it is a name, or what SQLite takes for a string if there is no such name.
                    if (this.tokens.token().charAt(0) != '\'') {
                        return false;
                    }
                }
                case WORD -> {
                    if (!this.tokens.token().equalsIgnoreCase("NULL")) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
            this.row.append(this.tokens.token());
            advance();
            return true;
        }

        /** The values come in the order of the parameters' numbers, which is that of the row if none comes twice. */
        private boolean readParameter() {
            String parameter = this.tokens.token();
            this.count++;
            boolean anonymous = parameter.equals("?");
            boolean inOrder = parameter.charAt(0) != '?' || anonymous || parameter.equals("?" + this.count);
            if (!inOrder || !anonymous && !this.parameters.add(parameter)) {
                return false;
            }
            this.row.append('?');
            advance();
            return true;
        }
    }
}
