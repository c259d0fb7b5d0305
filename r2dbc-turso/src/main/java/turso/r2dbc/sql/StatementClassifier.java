package turso.r2dbc.sql;

/** Tells from the tokens of one statement, given in order, what the statement does. Not thread-safe. */
final class StatementClassifier {
    private static final int NOWHERE = -1;

    private StatementKind kind = StatementKind.OTHER;
    private boolean started;
    /** Whether it begins with WITH, and whether its verb is still to come. */
    private boolean behindWith;

    private boolean beforeVerb;
    private int depth;
    private boolean returning;
    private boolean star;
    private int orderOrLimit = NOWHERE;
    private boolean callsCounter;
    private boolean temporary;
    /** Whether the last token opens the arguments of a function in quotes. */
    private boolean quotedCall;

    private TokenType previousType = TokenType.END;
    private Keyword previousKeyword = Keyword.NONE;

    /**
     * Takes the next token.
     *
     * @param keyword the keyword if the token is a word
     * @param offset where the token begins, counted from wherever the caller likes
     */
    void accept(TokenType type, Keyword keyword, int offset) {
        if (!started) {
            start(type, keyword);
        } else {
            proceed(type, keyword, offset);
        }
        observe(type, keyword);
        previousType = type;
        previousKeyword = keyword;
    }

    StatementKind kind() {
        return kind;
    }

    boolean hasReturning() {
        return returning;
    }

    boolean isBehindWith() {
        return behindWith;
    }

    boolean hasStar() {
        return star;
    }

    /** Where ORDER BY or LIMIT of an UPDATE or DELETE begins, or a negative number. */
    int orderOrLimit() {
        return orderOrLimit;
    }

    /**
     * Whether it may call {@code changes()}, {@code total_changes()} or {@code last_insert_rowid()}; what is in quotes may be
     * one of them if it is called without arguments.
     */
    boolean callsCounter() {
        return callsCounter;
    }

    /** Whether a table, view, index or trigger in it may be one of the connection's own. */
    boolean mayBeTemporary() {
        return temporary;
    }

    private void observe(TokenType type, Keyword keyword) {
        switch (type) {
            case OPENING_PARENTHESIS -> callsCounter |= isCounter(previousKeyword);
            case CLOSING_PARENTHESIS -> callsCounter |= quotedCall;
            case DOT -> temporary |= previousType == TokenType.QUOTED;
            case WORD -> temporary |= keyword == Keyword.TEMP || keyword == Keyword.TEMPORARY;
            default -> {
                // says nothing about the connection
            }
        }
        quotedCall = type == TokenType.OPENING_PARENTHESIS && previousType == TokenType.QUOTED;
    }

    private static boolean isCounter(Keyword keyword) {
        return switch (keyword) {
            case CHANGES, TOTAL_CHANGES, LAST_INSERT_ROWID -> true;
            default -> false;
        };
    }

    private void start(TokenType type, Keyword keyword) {
        if (type == TokenType.OPENING_PARENTHESIS) {
            return;
        }
        started = true;
        behindWith = keyword == Keyword.WITH;
        beforeVerb = behindWith;
        kind = kindOf(keyword);
    }

    private void proceed(TokenType type, Keyword keyword, int offset) {
        switch (type) {
            case OPENING_PARENTHESIS -> depth++;
            case CLOSING_PARENTHESIS -> depth--;
            case STAR -> star |= mayBeResultColumn();
            case WORD -> {
                if (depth == 0) {
                    acceptTopLevelWord(keyword, offset);
                }
            }
            default -> {
                // says nothing about the kind
            }
        }
    }

    private void acceptTopLevelWord(Keyword keyword, int offset) {
        if (beforeVerb) {
            // WITH a(x) AS (...), b AS (...) verb: only AS and the verb follow a parenthesis, and names never do
            if (previousType == TokenType.CLOSING_PARENTHESIS && keyword != Keyword.AS) {
                beforeVerb = false;
                kind = mainKindOf(keyword);
            }
            return;
        }
        switch (keyword) {
            case RETURNING -> returning |= kind.isDml();
            case ORDER, LIMIT -> markOrderOrLimit(offset);
            case IMMEDIATE -> refineBegin(StatementKind.BEGIN_IMMEDIATE);
            case EXCLUSIVE -> refineBegin(StatementKind.BEGIN_EXCLUSIVE);
            case TO -> {
                if (kind == StatementKind.ROLLBACK) {
                    kind = StatementKind.ROLLBACK_TO;
                }
            }
            default -> {
                // says nothing about the kind
            }
        }
    }

    private void markOrderOrLimit(int offset) {
        boolean limited = kind == StatementKind.UPDATE || kind == StatementKind.DELETE;
        if (limited && orderOrLimit == NOWHERE) {
            orderOrLimit = offset;
        }
    }

    private void refineBegin(StatementKind refined) {
        if (kind == StatementKind.BEGIN && previousKeyword == Keyword.BEGIN) {
            kind = refined;
        }
    }

    /** A multiplication follows an operand, and {@code count(*)} a parenthesis. */
    private boolean mayBeResultColumn() {
        return switch (previousType) {
            case COMMA, DOT -> true;
            case WORD ->
                switch (previousKeyword) {
                    case SELECT, DISTINCT, ALL, RETURNING -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    private static StatementKind kindOf(Keyword first) {
        return switch (first) {
            case EXPLAIN -> StatementKind.EXPLAIN;
            case PRAGMA -> StatementKind.PRAGMA;
            case CREATE, ALTER, DROP, REINDEX, ANALYZE -> StatementKind.DDL;
            case VACUUM -> StatementKind.VACUUM;
            case ATTACH -> StatementKind.ATTACH;
            case DETACH -> StatementKind.DETACH;
            case BEGIN -> StatementKind.BEGIN;
            case COMMIT, END -> StatementKind.COMMIT;
            case ROLLBACK -> StatementKind.ROLLBACK;
            case SAVEPOINT -> StatementKind.SAVEPOINT;
            case RELEASE -> StatementKind.RELEASE;
            default -> mainKindOf(first);
        };
    }

    private static StatementKind mainKindOf(Keyword verb) {
        return switch (verb) {
            case SELECT, VALUES -> StatementKind.SELECT;
            case INSERT, REPLACE -> StatementKind.INSERT;
            case UPDATE -> StatementKind.UPDATE;
            case DELETE -> StatementKind.DELETE;
            default -> StatementKind.OTHER;
        };
    }
}
