package turso.r2dbc.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README, taken apart. */
public final class Readme {

    /** The root of the repository, seen from the module the tests run in. */
    public static final Path REPOSITORY = Path.of("..");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Pattern URL = Pattern.compile("r2dbc:[^`\"\\s)]+");

    private final String text;

    private Readme(String text) {
        this.text = text;
    }

    /** Reads it. */
    public static Readme read() {
        try {
            return new Readme(Files.readString(REPOSITORY.resolve("README.md")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the whole text} */
    public String text() {
        return this.text;
    }

    /** {@return the one block of code in a language} */
    public String block(String language) {
        List<String> blocks = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
                .matcher(this.text)
                .results()
                .map(block -> block.group(1))
                .toList();
        if (blocks.size() != 1) {
            throw new AssertionError("There are " + blocks.size() + " blocks of " + language);
        }
        return blocks.get(0);
    }

    /** {@return the rows of the one table whose first column has the title} */
    public List<Row> table(String title) {
        List<String> tables = Pattern.compile("(?m)^\\| " + title + " \\|.*\\n\\|[- |]+\\|\\n((?:\\|.*\\|\\n)+)")
                .matcher(this.text)
                .results()
                .map(table -> table.group(1))
                .toList();
        if (tables.size() != 1) {
            throw new AssertionError("There are " + tables.size() + " tables of " + title);
        }
        return tables.get(0).lines().map(Row::of).toList();
    }

    /** {@return every R2DBC URL, whether it stands in code or in text} */
    public List<String> urls() {
        return URL.matcher(this.text).results().map(MatchResult::group).toList();
    }

    /**
     * A row of a table.
     *
     * @param cells the text of its cells
     */
    public record Row(List<String> cells) {

        private static Row of(String line) {
            String inner = line.substring(1, line.lastIndexOf('|'));
            return new Row(Stream.of(inner.split("\\|")).map(String::strip).toList());
        }

        /** {@return the text of a cell} */
        public String cell(int column) {
            return this.cells.get(column);
        }

        /** {@return what is written as code in a cell, in order} */
        public List<String> codes(int column) {
            return CODE.matcher(cell(column))
                    .results()
                    .map(code -> code.group(1))
                    .toList();
        }

        /** {@return what is written as code in a cell first} */
        public Optional<String> code(int column) {
            return codes(column).stream().findFirst();
        }
    }
}
