package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoCodec;

/** C-4, C-5: every option means the same in a URL, as a typed option and in the builder. */
class OptionsTest {

    /**
     * One option.
     *
     * @param text the value in a URL, null if there is none
     * @param value the same value
     * @param setter sets it in a builder
     * @param getter reads it
     * @param defaultValue what the getter answers if it was not set
     * @param wrong texts that are refused
     * @param accepted what the error says is accepted
     */
    private record Row<T>(
            Option<T> option,
            @Nullable String text,
            T value,
            BiFunction<Builder, T, Builder> setter,
            Function<TursoConnectionConfiguration, @Nullable Object> getter,
            @Nullable Object defaultValue,
            List<String> wrong,
            String accepted) {

        @Override
        public String toString() {
            return this.option.name();
        }
    }

    private static final List<String> NO_BOOLEAN = List.of("", "yes", "1", "truth");
    private static final String BOOLEAN = "one of true, false, on, off";
    private static final List<String> NO_DURATION = List.of("", "soon", "5 s", "1d");
    private static final String DURATION = "a duration such as 250ms, 5s, 2m, 1h or (ISO-8601) PT5S";
    private static final List<String> NO_COUNT = List.of("", "-1", "0", "many", "1.5", "2147483648");
    private static final String COUNT = "a whole number from 1 to 2147483647";
    private static final List<String> NO_SIZE = List.of("", "-1", "many", "1.5", "2147483648");
    private static final String SIZE = "a whole number from 0 to 2147483647";

    static final List<Row<?>> TABLE = List.of(
            row(
                    TursoConnectionFactoryProvider.JOURNAL_MODE,
                    "truncate",
                    JournalMode.TRUNCATE,
                    Builder::journalMode,
                    TursoConnectionConfiguration::journalMode,
                    null,
                    List.of("", "WALL", "wal2"),
                    "one of WAL, DELETE, TRUNCATE, PERSIST, MEMORY, OFF"),
            row(
                    TursoConnectionFactoryProvider.SYNCHRONOUS,
                    "Normal",
                    Synchronous.NORMAL,
                    Builder::synchronous,
                    TursoConnectionConfiguration::synchronous,
                    Synchronous.FULL,
                    List.of("", "1", "half"),
                    "one of OFF, NORMAL, FULL, EXTRA"),
            row(
                    TursoConnectionFactoryProvider.FOREIGN_KEYS,
                    "off",
                    false,
                    Builder::foreignKeys,
                    TursoConnectionConfiguration::foreignKeys,
                    true,
                    NO_BOOLEAN,
                    BOOLEAN),
            row(
                    TursoConnectionFactoryProvider.LOCK_WAIT_TIMEOUT,
                    "250ms",
                    Duration.ofMillis(250),
                    Builder::lockWaitTimeout,
                    TursoConnectionConfiguration::lockWaitTimeout,
                    Duration.ofSeconds(5),
                    NO_DURATION,
                    DURATION),
            row(
                    TursoConnectionFactoryProvider.STATEMENT_TIMEOUT,
                    "PT1M",
                    Duration.ofMinutes(1),
                    Builder::statementTimeout,
                    TursoConnectionConfiguration::statementTimeout,
                    Duration.ZERO,
                    NO_DURATION,
                    DURATION),
            row(
                    TursoConnectionFactoryProvider.TRANSACTION_MODE,
                    "deferred",
                    TransactionMode.DEFERRED,
                    Builder::transactionMode,
                    TursoConnectionConfiguration::transactionMode,
                    TransactionMode.IMMEDIATE,
                    List.of("", "concurrent"),
                    "one of DEFERRED, IMMEDIATE, EXCLUSIVE"),
            row(
                    TursoConnectionFactoryProvider.BATCH_MODE,
                    "each",
                    BatchMode.EACH,
                    Builder::batchMode,
                    TursoConnectionConfiguration::batchMode,
                    BatchMode.ATOMIC,
                    List.of("", "all"),
                    "one of ATOMIC, EACH"),
            row(
                    TursoConnectionFactoryProvider.READ_ONLY,
                    "TRUE",
                    true,
                    Builder::readOnly,
                    TursoConnectionConfiguration::readOnly,
                    false,
                    NO_BOOLEAN,
                    BOOLEAN),
            row(
                    TursoConnectionFactoryProvider.INIT_SQL,
                    "CREATE TEMP TABLE t(x); -- 100% & more",
                    "CREATE TEMP TABLE t(x); -- 100% & more",
                    Builder::initSql,
                    TursoConnectionConfiguration::initSql,
                    null,
                    List.of(),
                    "a text"),
            row(
                    TursoConnectionFactoryProvider.WAL_LIMIT,
                    "64MB",
                    67_108_864L,
                    Builder::walLimit,
                    TursoConnectionConfiguration::walLimit,
                    33_554_432L,
                    List.of("", "0", "-1", "0MB", "big", "1TB"),
                    "a size in bytes such as 33554432, 32MB or 32MiB (both are 32 * 1,048,576), above 0"),
            row(
                    TursoConnectionFactoryProvider.GROUP_COMMIT,
                    "on",
                    true,
                    Builder::groupCommit,
                    TursoConnectionConfiguration::groupCommit,
                    false,
                    NO_BOOLEAN,
                    BOOLEAN),
            row(
                    TursoConnectionFactoryProvider.STRICT_TYPES,
                    "true",
                    true,
                    Builder::strictTypes,
                    TursoConnectionConfiguration::strictTypes,
                    false,
                    NO_BOOLEAN,
                    BOOLEAN),
            row(
                    TursoConnectionFactoryProvider.LIKE_ESCAPE,
                    "\\",
                    '\\',
                    Builder::likeEscape,
                    TursoConnectionConfiguration::likeEscape,
                    null,
                    List.of("", "%", "_", "'", "ab", " ", "\t", "\u0000", "x", "7", "\ud83d\ude00"),
                    "one character other than a letter, a digit, %, _, ' and white space"),
            row(
                    TursoConnectionFactoryProvider.SCHEDULER,
                    null,
                    Schedulers.immediate(),
                    Builder::scheduler,
                    TursoConnectionConfiguration::scheduler,
                    null,
                    List.of("", "elastic"),
                    "a reactor.core.scheduler.Scheduler, which text cannot express"),
            row(
                    TursoConnectionFactoryProvider.CODECS,
                    null,
                    List.of(codec()),
                    Builder::codecs,
                    TursoConnectionConfiguration::codecs,
                    List.of(),
                    List.of("", "turso.r2dbc.Codec"),
                    "a collection of turso.r2dbc.api.TursoCodec, which text cannot express"),
            row(
                    TursoConnectionFactoryProvider.STATEMENT_CACHE_SIZE,
                    "0",
                    0,
                    Builder::statementCacheSize,
                    TursoConnectionConfiguration::statementCacheSize,
                    128,
                    NO_SIZE,
                    SIZE),
            row(
                    TursoConnectionFactoryProvider.MAX_THREADS,
                    "3",
                    3,
                    Builder::maxThreads,
                    TursoConnectionConfiguration::maxThreads,
                    null,
                    NO_COUNT,
                    COUNT),
            row(
                    TursoConnectionFactoryProvider.MAX_QUEUED_TASKS,
                    "1000",
                    1000,
                    Builder::maxQueuedTasks,
                    TursoConnectionConfiguration::maxQueuedTasks,
                    null,
                    NO_COUNT,
                    COUNT),
            row(
                    TursoConnectionFactoryProvider.MAX_BUFFERED_ROWS,
                    "10",
                    10,
                    Builder::maxBufferedRows,
                    TursoConnectionConfiguration::maxBufferedRows,
                    100_000,
                    NO_SIZE,
                    SIZE),
            row(
                    TursoConnectionFactoryProvider.MAX_OPEN_CURSORS,
                    "10",
                    10,
                    Builder::maxOpenCursors,
                    TursoConnectionConfiguration::maxOpenCursors,
                    1_024,
                    NO_COUNT,
                    COUNT),
            row(
                    TursoConnectionFactoryProvider.LOAD_EXTENSIONS,
                    "true",
                    true,
                    Builder::loadExtensions,
                    TursoConnectionConfiguration::loadExtensions,
                    false,
                    NO_BOOLEAN,
                    BOOLEAN),
            row(
                    TursoConnectionFactoryProvider.ISOLATION,
                    "immediate",
                    Isolation.IMMEDIATE,
                    Builder::isolation,
                    TursoConnectionConfiguration::isolation,
                    Isolation.DEFERRED,
                    List.of("", "serializable"),
                    "one of DEFERRED, IMMEDIATE, EXCLUSIVE, NONE"),
            row(
                    TursoConnectionFactoryProvider.AUTOCOMMIT,
                    "false",
                    Autocommit.OFF,
                    (builder, value) -> builder.autocommit(value),
                    TursoConnectionConfiguration::autocommit,
                    Autocommit.LEGACY,
                    List.of("", "yes", "1"),
                    "one of legacy, true, false, on, off"));

    @Test
    void tableIsComplete() {
        assertThat(TABLE.stream().map(Row::toString).collect(Collectors.toList()))
                .containsExactlyElementsOf(OptionDefinitions.all().stream()
                        .map(OptionDefinition::name)
                        .filter(name -> !name.equals("connectTimeout"))
                        .collect(Collectors.toList()));
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void defaultHoldsWithoutTheOption(Row<?> row) {
        assertThat(row.getter().apply(parse(""))).isEqualTo(row.defaultValue());
        assertThat(row.getter().apply(builder().build())).isEqualTo(row.defaultValue());
        assertThat(row.value()).isNotEqualTo(row.defaultValue());
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void urlSetsTheOption(Row<?> row) {
        if (row.text() != null) {
            assertThat(row.getter().apply(parse("?" + row + "=" + encoded(row.text()))))
                    .isEqualTo(row.value());
        }
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void typedOptionSetsTheOption(Row<?> row) {
        assertThat(row.getter().apply(read(row.option(), row.value()))).isEqualTo(row.value());
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    <T> void builderSetsTheOption(Row<T> row) {
        TursoConnectionConfiguration configuration =
                row.setter().apply(builder(), row.value()).build();
        assertThat(row.getter().apply(configuration)).isEqualTo(row.value());
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void wrongTextIsRefusedNamingOptionValueAndWhatIsAccepted(Row<?> row) {
        for (String wrong : row.wrong()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(row.option(), wrong))
                    .withMessage("Option '%s': '%s' is not %s", row, wrong, row.accepted());
        }
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void valueOfTheWrongTypeIsRefusedWithoutPrintingIt(Row<?> row) {
        Object secret = new Object() {
            @Override
            public String toString() {
                return "open sesame";
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(row.option(), secret))
                .withMessageStartingWith("Option '%s': ", row)
                .withMessageEndingWith(" is not " + row.accepted())
                .withMessageNotContaining("sesame");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(row.option(), List.of(secret)))
                .withMessageStartingWith("Option '%s': ", row)
                .withMessageNotContaining("sesame");
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void builderRefusesNull(Row<?> row) {
        OptionDefinition<?> definition = OptionDefinitions.find(row.toString());
        String shown = row.option() == TursoConnectionFactoryProvider.INIT_SQL ? "the value" : "null";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().set(definition, null))
                .withMessage("Option '%s': %s is not %s", row, shown, row.accepted());
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void toStringShowsWhatWasSetButNoSecrets(Row<?> row) {
        String text = read(row.option(), row.value()).toString();
        boolean secret = row.option() == TursoConnectionFactoryProvider.INIT_SQL;
        assertThat(text).contains(row + "=" + (secret ? "REDACTED" : row.value()));
        assertThat(parse("").toString()).doesNotContain(row + "=");
    }

    @Test
    void numbersOfOtherWidthsAreAccepted() {
        assertThat(read(TursoConnectionFactoryProvider.WAL_LIMIT, 4096).walLimit())
                .isEqualTo(4096);
        assertThat(read(TursoConnectionFactoryProvider.MAX_THREADS, 2L).maxThreads())
                .isEqualTo(2);
        assertThat(read(TursoConnectionFactoryProvider.STATEMENT_CACHE_SIZE, (short) 9)
                        .statementCacheSize())
                .isEqualTo(9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(TursoConnectionFactoryProvider.MAX_THREADS, 2.5))
                .withMessage("Option 'maxThreads': '2.5' is not " + COUNT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(TursoConnectionFactoryProvider.MAX_THREADS, 1L << 32))
                .withMessage("Option 'maxThreads': '4294967296' is not " + COUNT);
    }

    @Test
    void valuesAreReadWithBlanksAroundThem() {
        assertThat(read(TursoConnectionFactoryProvider.JOURNAL_MODE, " wal ").journalMode())
                .isEqualTo(JournalMode.WAL);
        assertThat(read(TursoConnectionFactoryProvider.LOCK_WAIT_TIMEOUT, " 5s ")
                        .lockWaitTimeout())
                .hasSeconds(5);
        assertThat(read(TursoConnectionFactoryProvider.WAL_LIMIT, new StringBuilder(" 1KB "))
                        .walLimit())
                .isEqualTo(1024);
        assertThat(read(TursoConnectionFactoryProvider.READ_ONLY, " on ").readOnly())
                .isTrue();
        assertThat(read(TursoConnectionFactoryProvider.MAX_THREADS, " 4 ").maxThreads())
                .isEqualTo(4);
    }

    @Test
    void durationSaysWhatIsWrongWithIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("?lockWaitTimeout=5"))
                .withMessage("Option 'lockWaitTimeout': '5' has no unit: write 5s or 5ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("?statementTimeout=-5s"))
                .withMessage("Option 'statementTimeout': '-5s' is negative or longer than 292 years");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().lockWaitTimeout(Duration.ofNanos(-1)))
                .withMessage("Option 'lockWaitTimeout': 'PT-0.000000001S' is negative or longer than 292 years");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().lockWaitTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageEndingWith("is negative or longer than 292 years");
    }

    @Test
    void boundsThemselvesAreAccepted() {
        assertThat(parse("?maxThreads=1&maxQueuedTasks=2147483647").maxThreads())
                .isEqualTo(1);
        assertThat(parse("?maxThreads=1&maxQueuedTasks=2147483647").maxQueuedTasks())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(parse("?walLimit=1").walLimit()).isEqualTo(1);
        assertThat(parse("?walLimit=9223372036854775807").walLimit()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void longValueIsShortenedInTheError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(TursoConnectionFactoryProvider.JOURNAL_MODE, "x".repeat(5_000)))
                .withMessageStartingWith("Option 'journalMode': 'xxx")
                .satisfies(error -> assertThat(error.getMessage()).hasSizeLessThan(250));
    }

    @Test
    void connectTimeoutIsCheckedAndWithoutEffect() {
        assertThat(parse("?connectTimeout=5s").location()).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("?connectTimeout=5"))
                .withMessageStartingWith("Option 'connectTimeout': '5' has no unit");
    }

    @Test
    void codecsAreCodecs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(TursoConnectionFactoryProvider.CODECS, List.of(codec(), "x")))
                .withMessageStartingWith("Option 'codecs': an object of ");
    }

    /** A codec nobody calls. */
    static TursoCodec<?> codec() {
        return (TursoCodec<?>) Proxy.newProxyInstance(
                TursoCodec.class.getClassLoader(),
                new Class<?>[] {TursoCodec.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "codec";
                });
    }

    private static <T> Row<T> row(
            Option<T> option,
            @Nullable String text,
            T value,
            BiFunction<Builder, T, Builder> setter,
            Function<TursoConnectionConfiguration, @Nullable Object> getter,
            @Nullable Object defaultValue,
            List<String> wrong,
            String accepted) {
        return new Row<>(option, text, value, setter, getter, defaultValue, wrong, accepted);
    }

    private static Builder builder() {
        return TursoConnectionConfiguration.builder().memory("options");
    }

    private static TursoConnectionConfiguration parse(String query) {
        return TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse("r2dbc:turso:mem:///options" + query));
    }

    /** Options by type, which erasure lets anybody fill with anything. */
    @SuppressWarnings("unchecked")
    private static TursoConnectionConfiguration read(Option<?> option, Object value) {
        return TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse("r2dbc:turso:mem:///options")
                .mutate()
                .option((Option<Object>) option, value)
                .build());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
