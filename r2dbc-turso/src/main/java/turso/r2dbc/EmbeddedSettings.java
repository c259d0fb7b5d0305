package turso.r2dbc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;
import turso.r2dbc.sqlite.SqliteSettings;

/** The part of a configuration that the embedded engine needs. */
final class EmbeddedSettings implements SqliteSettings {

    private final TursoConnectionConfiguration configuration;

    private final List<String> initStatements;

    EmbeddedSettings(TursoConnectionConfiguration configuration) {
        this.configuration = configuration;
        String script = configuration.initSql();
        this.initStatements = script == null
                ? List.of()
                : ParsedSql.parse(script).statements().stream()
                        .map(ParsedStatement::sql)
                        .toList();
    }

    @Override
    public @Nullable Path file() {
        return this.configuration.location() instanceof DatabaseLocation.File file ? file.path() : null;
    }

    @Override
    public @Nullable String memoryName() {
        return this.configuration.location() instanceof DatabaseLocation.Memory memory && !memory.isPrivate()
                ? memory.name()
                : null;
    }

    @Override
    public boolean readOnly() {
        return this.configuration.readOnly();
    }

    @Override
    public @Nullable String journalMode() {
        JournalMode mode = this.configuration.journalMode();
        if (mode != null) {
            return mode.name();
        }
        return file() == null || readOnly() ? null : JournalMode.WAL.name();
    }

    @Override
    public String synchronous() {
        return this.configuration.synchronous().name();
    }

    @Override
    public boolean foreignKeys() {
        return this.configuration.foreignKeys();
    }

    @Override
    public Map<String, String> pragmas() {
        return this.configuration.pragmas();
    }

    @Override
    public List<String> initStatements() {
        return this.initStatements;
    }

    @Override
    public boolean loadExtensions() {
        return this.configuration.loadExtensions();
    }

    @Override
    public int statementCacheSize() {
        return this.configuration.statementCacheSize();
    }

    @Override
    public int maxBufferedRows() {
        return this.configuration.maxBufferedRows();
    }

    @Override
    public long walLimit() {
        return this.configuration.walLimit();
    }

    @Override
    public boolean groupCommit() {
        return this.configuration.groupCommit();
    }

    @Override
    public int maxOpenCursors() {
        return this.configuration.maxOpenCursors();
    }

    @Override
    public Duration lockWaitTimeout() {
        return this.configuration.lockWaitTimeout();
    }
}
