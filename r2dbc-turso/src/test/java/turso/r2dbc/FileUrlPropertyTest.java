package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** C-6: whatever a file is called, a URL can name it. */
class FileUrlPropertyTest {

    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

    @Property
    void threeSlashesNameTheAbsolutePath(@ForAll("paths") String path) {
        assertThat(pathOf("file:///" + encoded(path), false)).isEqualTo("/" + path);
    }

    @Property
    void fourSlashesNameTheAbsolutePath(@ForAll("paths") String path) {
        assertThat(pathOf("file:////" + encoded(path), false)).isEqualTo("/" + path);
    }

    @Property
    void dotNamesTheRelativePath(@ForAll("paths") String path) {
        assertThat(pathOf("file://./" + encoded(path), false)).isEqualTo("./" + path);
        assertThat(pathOf("file:///./" + encoded(path), false)).isEqualTo("./" + path);
        assertThat(pathOf("file://../" + encoded(path), false)).isEqualTo("../" + path);
    }

    @Property
    void driveNamesTheAbsolutePathOnWindows(@ForAll("paths") String path) {
        assertThat(pathOf("file:///D:/" + encoded(path), true)).isEqualTo("D:/" + path);
        assertThat(pathOf("file://D:/" + encoded(path), true)).isEqualTo("D:/" + path);
    }

    /** The SPI's parser trims a path, so that blanks at its ends are out of anybody's reach. */
    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> segment = Arbitraries.strings()
                .all()
                .excludeChars('/')
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text))
                .filter(text -> !text.equals(".") && !text.equals(".."));
        return segment.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(FileUrlPropertyTest::joined)
                .filter(path -> path.equals(path.trim()));
    }

    private static String joined(List<String> segments) {
        return String.join("/", segments);
    }

    private static String pathOf(String url, boolean windows) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse("r2dbc:turso:" + url);
        Object host = options.getValue(ConnectionFactoryOptions.HOST);
        Object database = options.getRequiredValue(ConnectionFactoryOptions.DATABASE);
        return FilePaths.fromUrl(host == null ? "" : (String) host, (String) database, windows);
    }

    private static String encoded(String path) {
        StringBuilder result = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && UNRESERVED.indexOf(octet) >= 0) {
                result.append((char) octet);
            } else {
                result.append(String.format("%%%02X", octet));
            }
        }
        return result.toString();
    }
}
