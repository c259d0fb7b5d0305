package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoCodec;

/**
 * Where a database is and how its connections behave. Immutable.
 *
 * <p>Made by {@link #builder()}, or by {@link TursoConnectionFactoryProvider} of a URL. Every setting is the option of
 * the same name, described with its default at {@link TursoConnectionFactoryProvider}.
 */
public final class TursoConnectionConfiguration {

    private static final Logger LOGGER = Loggers.getLogger(TursoConnectionConfiguration.class);

    private final DatabaseLocation location;

    private final OptionValues values;

    private final Map<String, String> pragmas;

    private TursoConnectionConfiguration(Builder builder, DatabaseLocation location) {
        this.location = location;
        this.values = builder.values.build();
        this.pragmas = Collections.unmodifiableMap(new LinkedHashMap<>(builder.pragmas));
    }

    /** {@return a builder with every setting at its default and no database} */
    public static Builder builder() {
        return new Builder();
    }

    static TursoConnectionConfiguration from(ConnectionFactoryOptions options) {
        return from(options, LOGGER);
    }

    static TursoConnectionConfiguration from(ConnectionFactoryOptions options, Logger logger) {
        return OptionReader.read(options, logger).build();
    }

    /** {@return a builder with the options set} */
    static Builder builder(ConnectionFactoryOptions options) {
        return OptionReader.read(options, LOGGER);
    }

    /** {@return where the data lives} */
    public DatabaseLocation location() {
        return this.location;
    }

    /** {@return the journal mode, or null for the default: WAL for files} */
    public @Nullable JournalMode journalMode() {
        return this.values.find(OptionDefinitions.JOURNAL_MODE);
    }

    /** {@return how hard a commit makes sure that data has reached the disk} */
    public Synchronous synchronous() {
        return this.values.get(OptionDefinitions.SYNCHRONOUS);
    }

    /** {@return whether foreign keys are enforced} */
    public boolean foreignKeys() {
        return this.values.get(OptionDefinitions.FOREIGN_KEYS);
    }

    /** {@return how long a statement waits for a lock; zero fails at once} */
    public Duration lockWaitTimeout() {
        return this.values.get(OptionDefinitions.LOCK_WAIT_TIMEOUT);
    }

    /** {@return how long a statement may take until its first row or count; zero is no limit} */
    public Duration statementTimeout() {
        return this.values.get(OptionDefinitions.STATEMENT_TIMEOUT);
    }

    /** {@return how a transaction begins that does not say so itself} */
    public TransactionMode transactionMode() {
        return this.values.get(OptionDefinitions.TRANSACTION_MODE);
    }

    /** {@return what a batch means in auto-commit} */
    public BatchMode batchMode() {
        return this.values.get(OptionDefinitions.BATCH_MODE);
    }

    /** {@return whether the file is opened read-only} */
    public boolean readOnly() {
        return this.values.get(OptionDefinitions.READ_ONLY);
    }

    /** {@return the script that runs on every new connection, or null} */
    public @Nullable String initSql() {
        return this.values.find(OptionDefinitions.INIT_SQL);
    }

    /**
     * {@return the PRAGMAs to set on every new connection, name in lower case to value, in the order in which they were
     * given to the builder} Both are checked, so that {@code PRAGMA name = value} is one harmless statement.
     */
    public Map<String, String> pragmas() {
        return this.pragmas;
    }

    /** {@return the size in bytes at which the write-ahead log is cut back} */
    public long walLimit() {
        return this.values.get(OptionDefinitions.WAL_LIMIT);
    }

    /** {@return whether concurrent auto-commit writes share a commit} */
    public boolean groupCommit() {
        return this.values.get(OptionDefinitions.GROUP_COMMIT);
    }

    /** {@return whether reading a number checks the storage class of every cell} */
    public boolean strictTypes() {
        return this.values.get(OptionDefinitions.STRICT_TYPES);
    }

    /** {@return the character added as ESCAPE to LIKE with a bound pattern, or null for none} */
    public @Nullable Character likeEscape() {
        return this.values.find(OptionDefinitions.LIKE_ESCAPE);
    }

    /** {@return the scheduler the engine's work runs on, or null for the driver's own threads} */
    public @Nullable Scheduler scheduler() {
        return this.values.find(OptionDefinitions.SCHEDULER);
    }

    /** {@return the codecs that go before the driver's own, in order; unmodifiable} */
    public List<TursoCodec<?>> codecs() {
        return this.values.get(OptionDefinitions.CODECS);
    }

    /** {@return how many prepared statements each connection keeps; zero keeps none} */
    public int statementCacheSize() {
        return this.values.get(OptionDefinitions.STATEMENT_CACHE_SIZE);
    }

    /** {@return the number of threads of a pool for this factory alone, or null for the shared pool} */
    public @Nullable Integer maxThreads() {
        return this.values.find(OptionDefinitions.MAX_THREADS);
    }

    /** {@return how many statements of this factory may wait for a thread, or null for the shared pool's bound} */
    public @Nullable Integer maxQueuedTasks() {
        return this.values.find(OptionDefinitions.MAX_QUEUED_TASKS);
    }

    /** {@return how many rows of one query the driver holds back where it has to} */
    public int maxBufferedRows() {
        return this.values.get(OptionDefinitions.MAX_BUFFERED_ROWS);
    }

    /** {@return how many queries of one connection may be half read at once} */
    public int maxOpenCursors() {
        return this.values.get(OptionDefinitions.MAX_OPEN_CURSORS);
    }

    /** {@return whether SQL may load extensions} */
    public boolean loadExtensions() {
        return this.values.get(OptionDefinitions.LOAD_EXTENSIONS);
    }

    /** {@return how writes begin a transaction on a connection of {@link Turso#connect}} */
    public Isolation isolation() {
        return this.values.get(OptionDefinitions.ISOLATION);
    }

    /** {@return who begins transactions on a connection of {@link Turso#connect}} */
    public Autocommit autocommit() {
        return this.values.get(OptionDefinitions.AUTOCOMMIT);
    }

    /** {@return the location and the settings that were made, without anything that may be a secret} */
    @Override
    public String toString() {
        return "TursoConnectionConfiguration{location=" + this.location + ", options={" + this.values + "}, pragmas="
                + this.pragmas.keySet() + "}";
    }

    /**
     * Collects settings. Each method throws {@link IllegalArgumentException} for a value that is null or out of range,
     * names the option in it, and returns this builder. Not thread-safe.
     */
    public static final class Builder {

        private @Nullable DatabaseLocation location;

        private final OptionValues.Builder values = new OptionValues.Builder();

        private final Map<String, String> pragmas = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Uses a SQLite file.
         *
         * @param path a path of the default file system; a relative one is relative to the working directory
         * @return this builder
         */
        public Builder file(Path path) {
            return location(new DatabaseLocation.File(path));
        }

        /**
         * Uses a SQLite file.
         *
         * @param path a path of this system, not a URL: a relative one is relative to the working directory
         * @return this builder
         */
        public Builder file(String path) {
            if (path == null || path.isEmpty() || path.equals(":memory:")) {
                throw new IllegalArgumentException(
                        "'" + path + "' is not the path of a file; a database in memory is chosen with memory()");
            }
            return location(new DatabaseLocation.File(FilePaths.parse(path)));
        }

        /**
         * Uses a database in memory that belongs to one factory alone.
         *
         * @return this builder
         */
        public Builder memory() {
            return location(DatabaseLocation.Memory.newPrivate());
        }

        /**
         * Uses the database in memory that the whole process knows by a name.
         *
         * @param name up to 127 ASCII letters, digits, {@code .}, {@code _} and {@code -}, the first one a letter or digit
         * @return this builder
         */
        public Builder memory(String name) {
            return location(new DatabaseLocation.Memory(name, false));
        }

        Builder location(DatabaseLocation location) {
            this.location = location;
            return this;
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#JOURNAL_MODE}.
         *
         * @param journalMode how SQLite journals
         * @return this builder
         */
        public Builder journalMode(JournalMode journalMode) {
            return set(OptionDefinitions.JOURNAL_MODE, journalMode);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#SYNCHRONOUS}.
         *
         * @param synchronous how hard a commit makes sure that data has reached the disk
         * @return this builder
         */
        public Builder synchronous(Synchronous synchronous) {
            return set(OptionDefinitions.SYNCHRONOUS, synchronous);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#FOREIGN_KEYS}.
         *
         * @param foreignKeys whether foreign keys are enforced
         * @return this builder
         */
        public Builder foreignKeys(boolean foreignKeys) {
            return set(OptionDefinitions.FOREIGN_KEYS, foreignKeys);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#LOCK_WAIT_TIMEOUT}.
         *
         * @param lockWaitTimeout the longest wait for a lock; zero fails at once, negative is an error
         * @return this builder
         */
        public Builder lockWaitTimeout(Duration lockWaitTimeout) {
            return set(OptionDefinitions.LOCK_WAIT_TIMEOUT, lockWaitTimeout);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#STATEMENT_TIMEOUT}.
         *
         * @param statementTimeout the longest time until the first row or count; zero is no limit, negative is an error
         * @return this builder
         */
        public Builder statementTimeout(Duration statementTimeout) {
            return set(OptionDefinitions.STATEMENT_TIMEOUT, statementTimeout);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#TRANSACTION_MODE}.
         *
         * @param transactionMode how a transaction begins that does not say so itself
         * @return this builder
         */
        public Builder transactionMode(TransactionMode transactionMode) {
            return set(OptionDefinitions.TRANSACTION_MODE, transactionMode);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#BATCH_MODE}.
         *
         * @param batchMode what a batch means in auto-commit
         * @return this builder
         */
        public Builder batchMode(BatchMode batchMode) {
            return set(OptionDefinitions.BATCH_MODE, batchMode);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#READ_ONLY}.
         *
         * @param readOnly whether the file is opened read-only
         * @return this builder
         */
        public Builder readOnly(boolean readOnly) {
            return set(OptionDefinitions.READ_ONLY, readOnly);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#INIT_SQL}.
         *
         * @param initSql a script that runs on every new connection
         * @return this builder
         */
        public Builder initSql(String initSql) {
            return set(OptionDefinitions.INIT_SQL, initSql);
        }

        /**
         * Adds one {@link TursoConnectionFactoryProvider#pragma(String)}, or replaces its value.
         *
         * @param name the PRAGMA, without its schema
         * @param value a number, an identifier, or text in single quotes
         * @return this builder
         */
        public Builder pragma(String name, String value) {
            return setPragma(name, value);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#WAL_LIMIT}.
         *
         * @param bytes a size in bytes, at least 1
         * @return this builder
         */
        public Builder walLimit(long bytes) {
            return set(OptionDefinitions.WAL_LIMIT, bytes);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#GROUP_COMMIT}.
         *
         * @param groupCommit whether concurrent auto-commit writes share a commit
         * @return this builder
         */
        public Builder groupCommit(boolean groupCommit) {
            return set(OptionDefinitions.GROUP_COMMIT, groupCommit);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#STRICT_TYPES}.
         *
         * @param strictTypes whether every cell is checked
         * @return this builder
         */
        public Builder strictTypes(boolean strictTypes) {
            return set(OptionDefinitions.STRICT_TYPES, strictTypes);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#LIKE_ESCAPE}.
         *
         * @param likeEscape the character, neither a letter, a digit, a wildcard, a quote nor white space
         * @return this builder
         */
        public Builder likeEscape(char likeEscape) {
            return set(OptionDefinitions.LIKE_ESCAPE, likeEscape);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#SCHEDULER}.
         *
         * @param scheduler where the engine's work runs; never disposed of by the driver
         * @return this builder
         */
        public Builder scheduler(Scheduler scheduler) {
            return set(OptionDefinitions.SCHEDULER, scheduler);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#CODECS}, replacing those set before.
         *
         * @param codecs codecs that go before the driver's own, in order
         * @return this builder
         */
        public Builder codecs(Collection<? extends TursoCodec<?>> codecs) {
            return set(OptionDefinitions.CODECS, codecs);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#STATEMENT_CACHE_SIZE}.
         *
         * @param statements prepared statements per connection, zero for none
         * @return this builder
         */
        public Builder statementCacheSize(int statements) {
            return set(OptionDefinitions.STATEMENT_CACHE_SIZE, statements);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#MAX_THREADS}.
         *
         * @param threads the number of threads, at least 1
         * @return this builder
         */
        public Builder maxThreads(int threads) {
            return set(OptionDefinitions.MAX_THREADS, threads);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#MAX_QUEUED_TASKS}.
         *
         * @param statements how many statements may wait, at least 1
         * @return this builder
         */
        public Builder maxQueuedTasks(int statements) {
            return set(OptionDefinitions.MAX_QUEUED_TASKS, statements);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#MAX_BUFFERED_ROWS}.
         *
         * @param rows the number of rows, zero for none
         * @return this builder
         */
        public Builder maxBufferedRows(int rows) {
            return set(OptionDefinitions.MAX_BUFFERED_ROWS, rows);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#MAX_OPEN_CURSORS}.
         *
         * @param cursors the number of queries, at least 1
         * @return this builder
         */
        public Builder maxOpenCursors(int cursors) {
            return set(OptionDefinitions.MAX_OPEN_CURSORS, cursors);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#LOAD_EXTENSIONS}.
         *
         * @param loadExtensions whether SQL may load extensions
         * @return this builder
         */
        public Builder loadExtensions(boolean loadExtensions) {
            return set(OptionDefinitions.LOAD_EXTENSIONS, loadExtensions);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#ISOLATION}.
         *
         * @param isolation how writes begin a transaction on a connection of {@link Turso#connect}
         * @return this builder
         */
        public Builder isolation(Isolation isolation) {
            return set(OptionDefinitions.ISOLATION, isolation);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#AUTOCOMMIT}.
         *
         * @param autocommit who begins transactions on a connection of {@link Turso#connect}
         * @return this builder
         */
        public Builder autocommit(Autocommit autocommit) {
            return set(OptionDefinitions.AUTOCOMMIT, autocommit);
        }

        /**
         * Sets {@link TursoConnectionFactoryProvider#AUTOCOMMIT}.
         *
         * @param autocommit true is {@link Autocommit#ON}, false {@link Autocommit#OFF}
         * @return this builder
         */
        public Builder autocommit(boolean autocommit) {
            return set(OptionDefinitions.AUTOCOMMIT, autocommit);
        }

        Builder set(OptionDefinition<?> definition, @Nullable Object given) {
            this.values.set(definition, given);
            return this;
        }

        Builder setPragma(@Nullable String name, @Nullable Object given) {
            String checkedName = PragmaOption.checkedName(name);
            this.pragmas.put(checkedName, PragmaOption.checkedValue(checkedName, given));
            return this;
        }

        /**
         * {@return the configuration}
         *
         * @throws IllegalArgumentException if no database was chosen, or if settings contradict each other
         */
        public TursoConnectionConfiguration build() {
            if (this.location == null) {
                throw new IllegalArgumentException("No database was chosen: call file or memory");
            }
            TursoConnectionConfiguration configuration = new TursoConnectionConfiguration(this, this.location);
            if (configuration.scheduler() != null && configuration.maxThreads() != null) {
                throw new IllegalArgumentException("Option 'maxThreads' has no effect on a scheduler of your own:"
                        + " set either 'scheduler' or 'maxThreads'");
            }
            return configuration;
        }
    }
}
