package turso.r2dbc.sqlite;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement that makes a new connection what the settings want.
 *
 * @param sql its text, which may hold secrets, such as a key, and is told to nobody
 * @param origin where it comes from, in words
 */
record SetUpStatement(String sql, String origin) {

    /** {@return what to run, in order} */
    static List<SetUpStatement> of(SqliteSettings settings) {
        List<SetUpStatement> statements = new ArrayList<>();
        settings.pragmas().forEach((name, value) -> statements.add(pragma(name, value, "pragma." + name)));
        String journalMode = settings.journalMode();
        if (journalMode != null) {
            statements.add(pragma("journal_mode", journalMode, "journalMode"));
        }
        statements.add(pragma("synchronous", settings.synchronous(), "synchronous"));
        statements.add(pragma("foreign_keys", settings.foreignKeys() ? "ON" : "OFF", "foreignKeys"));
        int number = 0;
        for (String statement : settings.initStatements()) {
            number++;
            statements.add(new SetUpStatement(statement, "statement " + number + " of option initSql"));
        }
        // A wait inside SQLite would hold the thread, whatever the settings above say.
        statements.add(pragma("busy_timeout", "0", "lockWaitTimeout"));
        return statements;
    }

    private static SetUpStatement pragma(String name, String value, String option) {
        return new SetUpStatement("PRAGMA " + name + " = " + value, "option " + option);
    }

    boolean setsJournalMode() {
        return this.origin.equals("option journalMode");
    }
}
