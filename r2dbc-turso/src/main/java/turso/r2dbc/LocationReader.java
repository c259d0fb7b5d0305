package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where the data lives from driver, protocol, host, port, database and ssl. */
final class LocationReader {

    static final String FILE = "file";

    static final String MEMORY = "mem";

    private static final Set<String> REMOTE = Set.of("libsql", "https", "http", "wss", "ws");

    /** SQLite's own name for a memory database. */
    private static final String SQLITE_MEMORY = ":memory:";

    private static final String ACCEPTED =
            "accepted are 'file' (r2dbc:turso:file:///directory/app.db)" + " and 'mem' (r2dbc:turso:mem:///name)";

    /** A host the SPI's parser could not take apart, as with an underscore in it, keeps its port. */
    private static final Pattern HOST_WITH_PORT = Pattern.compile(".*[^:]:\\d+");

    private static final OptionType<Integer> PORT_NUMBER = OptionTypes.integer(0);

    private final Map<String, Object> given;

    private LocationReader(Map<String, Object> given) {
        this.given = given;
    }

    /**
     * {@return where the data lives}
     *
     * @param given all options, by name
     * @throws IllegalArgumentException if the options name no place, or one this version does not support
     */
    static DatabaseLocation read(Map<String, Object> given) {
        return new LocationReader(given).read();
    }

    private DatabaseLocation read() {
        String protocol = text(ConnectionFactoryOptions.PROTOCOL);
        String host = text(ConnectionFactoryOptions.HOST);
        String database = text(ConnectionFactoryOptions.DATABASE);
        if (protocol.isEmpty()) {
            protocol = impliedProtocol(host);
        }
        if (REMOTE.contains(protocol)) {
            throw new IllegalArgumentException(
                    "Protocol '" + protocol + "': a remote database is not in this version; " + ACCEPTED);
        }
        requireNoEncryption(protocol);
        return switch (protocol) {
            case FILE -> file(host, database);
            case MEMORY -> memory(host, database);
            default -> throw new IllegalArgumentException("Protocol '" + protocol + "' is unknown; " + ACCEPTED);
        };
    }

    /**
     * Without a protocol, a path alone is a file. A host may be the first directory of a relative path or a server: only
     * where one of the two is out of the question it is decided here, lest a file be created in place of a server's
     * database.
     */
    private String impliedProtocol(String host) {
        String driver = text(ConnectionFactoryOptions.DRIVER);
        boolean relativeMark = host.equals(".") || host.equals("..");
        if (host.isEmpty() || relativeMark || host.equals(SQLITE_MEMORY) || driver.equals("sqlite")) {
            return FILE;
        }
        if (driver.equals("libsql") || isEncrypted()) {
            return "libsql";
        }
        throw new IllegalArgumentException("Option 'protocol' is missing, so that '" + host
                + "' may be a file or a host: write r2dbc:turso:file://" + host + " or r2dbc:turso:libsql://" + host);
    }

    private boolean isEncrypted() {
        return Boolean.TRUE.equals(read(ConnectionFactoryOptions.SSL, OptionTypes.BOOLEAN));
    }

    private void requireNoEncryption(String protocol) {
        if (isEncrypted()) {
            throw new IllegalArgumentException("Option 'ssl': 'true' is for a remote database, which is not in this"
                    + " version; protocol '" + protocol + "' has no connection to encrypt");
        }
    }

    private DatabaseLocation file(String host, String database) {
        requireNoPort(FILE, host);
        if ((host + database).equals(SQLITE_MEMORY)) {
            return DatabaseLocation.Memory.newPrivate();
        }
        if (host.isEmpty() && database.isEmpty()) {
            throw new IllegalArgumentException("Option 'database' is missing: a file is named as in"
                    + " r2dbc:turso:file:///directory/app.db or r2dbc:turso:file://./app.db");
        }
        return new DatabaseLocation.File(FilePaths.parse(FilePaths.fromUrl(host, database, FilePaths.isWindows())));
    }

    private DatabaseLocation memory(String host, String database) {
        requireNoPort(MEMORY, host);
        if (host.isEmpty() && database.isEmpty()) {
            return DatabaseLocation.Memory.newPrivate();
        }
        if (!host.isEmpty() && !database.isEmpty()) {
            throw new IllegalArgumentException("A memory database has one name, not '" + host + "' and '" + database
                    + "': write r2dbc:turso:mem:///name");
        }
        return new DatabaseLocation.Memory(host + database, false);
    }

    private void requireNoPort(String protocol, String host) {
        Integer port = read(ConnectionFactoryOptions.PORT, PORT_NUMBER);
        if (port != null || HOST_WITH_PORT.matcher(host).matches()) {
            throw new IllegalArgumentException("Option 'port': a database of protocol '" + protocol
                    + "' has no port, unlike '" + host + (port == null ? "" : ":" + port) + "'");
        }
    }

    private String text(Option<String> option) {
        String text = read(option, OptionTypes.TEXT);
        return text == null ? "" : text;
    }

    private <T> @Nullable T read(Option<T> option, OptionType<T> type) {
        Object value = this.given.get(option.name());
        return value == null ? null : new OptionDefinition<>(option, type, null, false).read(value);
    }
}
