package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;

/** Makes a configuration of the options R2DBC hands over, and warns of those it does not know. */
final class OptionReader {

    /** Read by {@link LocationReader}. */
    private static final Set<String> LOCATION = names(
            ConnectionFactoryOptions.DRIVER,
            ConnectionFactoryOptions.PROTOCOL,
            ConnectionFactoryOptions.HOST,
            ConnectionFactoryOptions.PORT,
            ConnectionFactoryOptions.DATABASE,
            ConnectionFactoryOptions.SSL);

    private static final Set<String> CREDENTIALS =
            names(ConnectionFactoryOptions.USER, ConnectionFactoryOptions.PASSWORD);

    /** Options of r2dbc-pool 1.0 and r2dbc-proxy 1.1, which pass on what they were given, their own included. */
    private static final Set<String> WRAPPERS = Set.of(
            "acquireRetry",
            "backgroundEvictionInterval",
            "initialSize",
            "maxAcquireTime",
            "maxCreateConnectionTime",
            "maxIdleTime",
            "maxLifeTime",
            "maxSize",
            "maxValidationTime",
            "minIdle",
            "poolName",
            "postAllocate",
            "preRelease",
            "proxyListener",
            "registerJmx",
            "validationDepth",
            "validationQuery");

    private final Logger logger;

    private final TursoConnectionConfiguration.Builder builder = TursoConnectionConfiguration.builder();

    private OptionReader(Logger logger) {
        this.logger = logger;
    }

    /**
     * {@return a builder of the configuration the options stand for}
     *
     * @throws IllegalArgumentException if a value is not accepted; an unknown option is not an error (R2DBC
     *     specification, connection factory discovery)
     */
    static TursoConnectionConfiguration.Builder read(ConnectionFactoryOptions options, Logger logger) {
        SortedMap<String, Object> given = byName(options);
        OptionReader reader = new OptionReader(logger);
        reader.builder.location(LocationReader.read(given));
        given.forEach(reader::read);
        return reader.builder;
    }

    /** The SPI has no list of the options of an object, but shows each to the filter of a copy. */
    private static SortedMap<String, Object> byName(ConnectionFactoryOptions options) {
        SortedMap<String, Object> values = new TreeMap<>();
        ConnectionFactoryOptions.builder().from(options, option -> {
            values.put(option.name(), options.getRequiredValue(option));
            return false;
        });
        return values;
    }

    private void read(String name, Object value) {
        OptionDefinition<?> definition = OptionDefinitions.find(name);
        if (definition != null) {
            this.builder.set(definition, value);
        } else if (name.startsWith(PragmaOption.PREFIX)) {
            this.builder.setPragma(name.substring(PragmaOption.PREFIX.length()), value);
        } else if (CREDENTIALS.contains(name)) {
            this.logger.debug("Option '{}' is ignored: a local database has no users", name);
        } else if (WRAPPERS.contains(name)) {
            this.logger.debug("Option '{}' is left to r2dbc-pool or r2dbc-proxy", name);
        } else if (!LOCATION.contains(name)) {
            warn(name);
        }
    }

    private void warn(String name) {
        String meant = meant(name);
        if (meant == null) {
            this.logger.warn(
                    "Unknown option '{}' is ignored; known are {} and {}NAME",
                    name,
                    OptionDefinitions.all().stream().map(OptionDefinition::name).collect(Collectors.joining(", ")),
                    PragmaOption.PREFIX);
        } else {
            this.logger.warn("Unknown option '{}' is ignored; did you mean '{}'?", name, meant);
        }
    }

    private static @Nullable String meant(String name) {
        String pragma = PragmaOption.OWN_OPTIONS.get(name.toLowerCase(Locale.ROOT));
        if (pragma != null) {
            return pragma;
        }
        Set<String> candidates = new TreeSet<>(LOCATION);
        candidates.addAll(CREDENTIALS);
        OptionDefinitions.all().forEach(definition -> candidates.add(definition.name()));
        int dot = name.indexOf('.');
        if (dot >= 0) {
            candidates.add(PragmaOption.PREFIX + name.substring(dot + 1));
        }
        return NearestName.of(name, candidates);
    }

    private static Set<String> names(Option<?>... options) {
        return Stream.of(options).map(Option::name).collect(Collectors.toUnmodifiableSet());
    }
}
