package turso.r2dbc.sqlite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that makes a new connection what the settings want.
 *
 * @param sql its text, which may hold secrets, such as a key, and is told to nobody
 * @param origin the option its text comes from, in words; null if it is the driver's own
 */
record SetUpStatement(String sql, @Nullable String origin) {

    private static final String SIZE_LIMIT = "journal_size_limit";

    /** What SQLite itself starts with. */
    private static final long DEFAULT_PAGES = 1_000;

    private static final long LIMITS_UNTIL_COMMITS_CHECKPOINT = 4;

    private static final String JOURNAL_MODE = "PRAGMA journal_mode = ";

    /** {@return what to run, in order} */
    static List<SetUpStatement> of(SqliteSettings settings) {
        List<SetUpStatement> statements = new ArrayList<>();
        settings.pragmas()
                .forEach((name, value) ->
                        statements.add(new SetUpStatement("PRAGMA " + name + " = " + value, "option pragma." + name)));
        String journalMode = settings.journalMode();
        if (journalMode != null) {
            statements.add(own(JOURNAL_MODE + journalMode));
        }
        if (Checkpointer.isWanted(settings)) {
            limitLog(settings, statements);
        }
        statements.add(own("PRAGMA synchronous = " + settings.synchronous()));
        statements.add(own("PRAGMA foreign_keys = " + (settings.foreignKeys() ? "ON" : "OFF")));
        int number = 0;
        for (String statement : settings.initStatements()) {
            number++;
            statements.add(new SetUpStatement(statement, "statement " + number + " of option initSql"));
        }
        // A wait inside SQLite would hold the thread, whatever the settings above say.
        statements.add(own("PRAGMA busy_timeout = 0"));
        return statements;
    }

    private static void limitLog(SqliteSettings settings, List<SetUpStatement> statements) {
        if (!settings.pragmas().containsKey(SIZE_LIMIT)) {
            statements.add(own("PRAGMA " + SIZE_LIMIT + " = " + settings.walLimit()));
        }
        // The checkpointer works at the limit. This is for a file it cannot work on, of which it would tell.
        long pages =
                Math.max(DEFAULT_PAGES, settings.walLimit() / Checkpointer.PAGE_SIZE * LIMITS_UNTIL_COMMITS_CHECKPOINT);
        statements.add(own("PRAGMA " + Checkpointer.AUTOCHECKPOINT + " = " + Math.min(pages, Integer.MAX_VALUE)));
    }

    private static SetUpStatement own(String sql) {
        return new SetUpStatement(sql, null);
    }

    /** {@return whether it is done without on a file that cannot be written, which keeps the journal mode it has} */
    boolean needsWritableFile() {
        return this.origin == null && this.sql.startsWith(JOURNAL_MODE);
    }
}
