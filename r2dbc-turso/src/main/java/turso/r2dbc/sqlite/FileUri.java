package turso.r2dbc.sqlite;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Names of databases as SQLite's URIs, in which no character of a path can be taken for something else.
 *
 * @see <a href="https://www.sqlite.org/uri.html">Uniform Resource Identifiers</a>
 */
final class FileUri {

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:";

    private FileUri() {}

    static String of(Path file) {
        // On other systems than Windows a backslash is a character like any other.
        String path = file.toAbsolutePath().toString().replace(File.separatorChar, '/');
        return "file:" + (path.startsWith("/") ? "//" : "///") + escape(path);
    }

    /** {@return the same, for a file that is not made anew if somebody has deleted it} */
    static String ofExisting(Path file) {
        return of(file) + "?mode=rw";
    }

    static String ofMemory(String name) {
        return "file:/" + escape(name) + "?vfs=memdb";
    }

    private static String escape(String text) {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(octet) >= 0) {
                escaped.write(octet);
            } else {
                String hex = String.format("%%%02X", octet & 0xFF);
                escaped.writeBytes(hex.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return escaped.toString(StandardCharsets.US_ASCII);
    }
}
