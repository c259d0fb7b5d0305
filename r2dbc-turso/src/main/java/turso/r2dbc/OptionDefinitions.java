package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoCodec;

/** The table of the driver's options. What they mean stands at {@link TursoConnectionFactoryProvider}. */
final class OptionDefinitions {

    private static final Map<String, OptionDefinition<?>> BY_NAME = new LinkedHashMap<>();

    static final OptionDefinition<JournalMode> JOURNAL_MODE =
            define(TursoConnectionFactoryProvider.JOURNAL_MODE, OptionTypes.oneOf(JournalMode.class), null);

    static final OptionDefinition<Synchronous> SYNCHRONOUS =
            define(TursoConnectionFactoryProvider.SYNCHRONOUS, OptionTypes.oneOf(Synchronous.class), Synchronous.FULL);

    static final OptionDefinition<Boolean> FOREIGN_KEYS =
            define(TursoConnectionFactoryProvider.FOREIGN_KEYS, OptionTypes.BOOLEAN, true);

    static final OptionDefinition<Duration> LOCK_WAIT_TIMEOUT =
            define(TursoConnectionFactoryProvider.LOCK_WAIT_TIMEOUT, OptionTypes.DURATION, Duration.ofSeconds(5));

    static final OptionDefinition<Duration> STATEMENT_TIMEOUT =
            define(TursoConnectionFactoryProvider.STATEMENT_TIMEOUT, OptionTypes.DURATION, Duration.ZERO);

    static final OptionDefinition<TransactionMode> TRANSACTION_MODE = define(
            TursoConnectionFactoryProvider.TRANSACTION_MODE,
            OptionTypes.oneOf(TransactionMode.class),
            TransactionMode.IMMEDIATE);

    static final OptionDefinition<BatchMode> BATCH_MODE =
            define(TursoConnectionFactoryProvider.BATCH_MODE, OptionTypes.oneOf(BatchMode.class), BatchMode.ATOMIC);

    static final OptionDefinition<Boolean> READ_ONLY =
            define(TursoConnectionFactoryProvider.READ_ONLY, OptionTypes.BOOLEAN, false);

    /** Secret, since a script may hold an ATTACH with a key. */
    static final OptionDefinition<String> INIT_SQL =
            defineSecret(TursoConnectionFactoryProvider.INIT_SQL, OptionTypes.TEXT);

    static final OptionDefinition<Long> WAL_LIMIT =
            define(TursoConnectionFactoryProvider.WAL_LIMIT, OptionTypes.BYTE_SIZE, 32L << 20);

    static final OptionDefinition<Boolean> GROUP_COMMIT =
            define(TursoConnectionFactoryProvider.GROUP_COMMIT, OptionTypes.BOOLEAN, false);

    static final OptionDefinition<Boolean> STRICT_TYPES =
            define(TursoConnectionFactoryProvider.STRICT_TYPES, OptionTypes.BOOLEAN, false);

    static final OptionDefinition<Character> LIKE_ESCAPE =
            define(TursoConnectionFactoryProvider.LIKE_ESCAPE, OptionTypes.ESCAPE_CHARACTER, null);

    static final OptionDefinition<Scheduler> SCHEDULER =
            define(TursoConnectionFactoryProvider.SCHEDULER, OptionTypes.object(Scheduler.class), null);

    static final OptionDefinition<List<TursoCodec<?>>> CODECS =
            define(TursoConnectionFactoryProvider.CODECS, OptionTypes.CODECS, List.of());

    static final OptionDefinition<Integer> STATEMENT_CACHE_SIZE =
            define(TursoConnectionFactoryProvider.STATEMENT_CACHE_SIZE, OptionTypes.integer(0), 128);

    static final OptionDefinition<Integer> MAX_THREADS =
            define(TursoConnectionFactoryProvider.MAX_THREADS, OptionTypes.integer(1), null);

    static final OptionDefinition<Integer> MAX_QUEUED_TASKS =
            define(TursoConnectionFactoryProvider.MAX_QUEUED_TASKS, OptionTypes.integer(1), null);

    static final OptionDefinition<Integer> MAX_BUFFERED_ROWS =
            define(TursoConnectionFactoryProvider.MAX_BUFFERED_ROWS, OptionTypes.integer(0), 100_000);

    static final OptionDefinition<Integer> MAX_OPEN_CURSORS =
            define(TursoConnectionFactoryProvider.MAX_OPEN_CURSORS, OptionTypes.integer(1), 1_024);

    static final OptionDefinition<Boolean> LOAD_EXTENSIONS =
            define(TursoConnectionFactoryProvider.LOAD_EXTENSIONS, OptionTypes.BOOLEAN, false);

    static final OptionDefinition<Isolation> ISOLATION =
            define(TursoConnectionFactoryProvider.ISOLATION, OptionTypes.oneOf(Isolation.class), Isolation.DEFERRED);

    static final OptionDefinition<Autocommit> AUTOCOMMIT =
            define(TursoConnectionFactoryProvider.AUTOCOMMIT, OptionTypes.AUTOCOMMIT, Autocommit.LEGACY);

    /** Checked, and without effect: a local database is not connected to. */
    static final OptionDefinition<Duration> CONNECT_TIMEOUT =
            define(ConnectionFactoryOptions.CONNECT_TIMEOUT, OptionTypes.DURATION, null);

    private OptionDefinitions() {}

    /** {@return the definition of a name, which is case-sensitive, or null} */
    static @Nullable OptionDefinition<?> find(String name) {
        return BY_NAME.get(name);
    }

    /** {@return all definitions, in the order of the table} */
    static Collection<OptionDefinition<?>> all() {
        return Collections.unmodifiableCollection(BY_NAME.values());
    }

    private static <T> OptionDefinition<T> define(Option<T> option, OptionType<T> type, @Nullable T defaultValue) {
        return register(new OptionDefinition<>(option, type, defaultValue, false));
    }

    private static <T> OptionDefinition<T> defineSecret(Option<T> option, OptionType<T> type) {
        return register(new OptionDefinition<>(option, type, null, true));
    }

    private static <T> OptionDefinition<T> register(OptionDefinition<T> definition) {
        BY_NAME.put(definition.name(), definition);
        return definition;
    }
}
