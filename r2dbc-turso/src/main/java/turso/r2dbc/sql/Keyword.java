package turso.r2dbc.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * The keywords that decide where a statement ends, what it does, and how far a pattern of LIKE goes, and the functions that
 * tell of the connection. All other words are {@link #NONE}.
 *
 * <p>Compared by ASCII letter case only, as SQLite does: the Kelvin sign is no K, a long s is no S.
 */
enum Keyword {
    ALL,
    ALTER,
    ANALYZE,
    AS,
    ATTACH,
    BEGIN,
    CHANGES,
    COLLATE,
    COMMIT,
    CREATE,
    DELETE,
    DETACH,
    DISTINCT,
    DROP,
    END,
    ESCAPE,
    EXCLUSIVE,
    EXPLAIN,
    IMMEDIATE,
    INSERT,
    LAST_INSERT_ROWID,
    LIKE,
    LIMIT,
    ORDER,
    PLAN,
    PRAGMA,
    QUERY,
    REINDEX,
    RELEASE,
    REPLACE,
    RETURNING,
    ROLLBACK,
    SAVEPOINT,
    SELECT,
    TEMP,
    TEMPORARY,
    TO,
    TOTAL_CHANGES,
    TRIGGER,
    UPDATE,
    VACUUM,
    VALUES,
    VIRTUAL,
    WITH,
    NONE;

    private static final int LETTERS = 26;
    private static final int LOWER_CASE = 0x20;
    private static final Keyword[][] BY_FIRST_LETTER = byFirstLetter();

    /** The keyword that is the text from {@code start} to {@code end}, not empty. */
    static Keyword of(String text, int start, int end) {
        int letter = (text.charAt(start) | LOWER_CASE) - 'a';
        if (letter < 0 || letter >= LETTERS) {
            return NONE;
        }
        int length = end - start;
        for (Keyword candidate : BY_FIRST_LETTER[letter]) {
            if (candidate.spelling.length() == length && candidate.matches(text, start)) {
                return candidate;
            }
        }
        return NONE;
    }

    private final String spelling = name();

    private boolean matches(String text, int start) {
        for (int i = 1; i < spelling.length(); i++) {
            if ((text.charAt(start + i) | LOWER_CASE) != (spelling.charAt(i) | LOWER_CASE)) {
                return false;
            }
        }
        return true;
    }

    private static Keyword[][] byFirstLetter() {
        List<List<Keyword>> buckets = new ArrayList<>(LETTERS);
        for (int letter = 0; letter < LETTERS; letter++) {
            buckets.add(new ArrayList<>());
        }
        for (Keyword keyword : values()) {
            if (keyword != NONE) {
                buckets.get(keyword.name().charAt(0) - 'A').add(keyword);
            }
        }
        return buckets.stream().map(bucket -> bucket.toArray(Keyword[]::new)).toArray(Keyword[][]::new);
    }
}
