package turso.r2dbc.core;

import io.r2dbc.spi.RowMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import turso.r2dbc.codec.Codecs;
import turso.r2dbc.codec.DeclaredType;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.Columns;

/** What the rows of one statement have in common: names, types, metadata. Immutable once made. */
public final class RowShape {

    private final DeclaredType[] types;

    private final Map<String, Integer> exactNames;

    private final Map<String, Integer> names;

    private final DriverRowMetadata metadata;

    private final Codecs codecs;

    private RowShape(List<Column> columns, Codecs codecs) {
        this.codecs = codecs;
        this.types = new DeclaredType[columns.size()];
        this.exactNames = new HashMap<>(columns.size() * 2);
        this.names = new HashMap<>(columns.size() * 2);
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            this.types[i] = codecs.declaredType(column);
            this.names.putIfAbsent(column.name().toLowerCase(Locale.ROOT), i);
        }
        for (Column column : columns) {
            this.exactNames.put(column.name(), this.names.get(column.name().toLowerCase(Locale.ROOT)));
        }
        this.metadata = new DriverRowMetadata(this, columns);
    }

    /** {@return the shape, made once for as long as the statement keeps its columns} */
    public static RowShape of(Columns columns, Codecs codecs) {
        return columns.derive(it -> new RowShape(it.list(), codecs));
    }

    int size() {
        return this.types.length;
    }

    Codecs codecs() {
        return this.codecs;
    }

    DeclaredType type(int column) {
        return this.types[column];
    }

    /** {@return the names of the columns; unmodifiable} */
    public List<String> names() {
        return this.metadata.names();
    }

    RowMetadata metadata() {
        return this.metadata;
    }

    /** {@return the index of the first column with the name, whatever its case} */
    int index(String name) {
        int index = indexOrAbsent(name);
        if (index < 0) {
            throw new NoSuchElementException("No column '" + name + "' among " + this.metadata.names());
        }
        return index;
    }

    int indexOrAbsent(String name) {
        Require.notNull(name, "name");
        Integer index = this.exactNames.get(name);
        if (index == null) {
            index = this.names.get(name.toLowerCase(Locale.ROOT));
        }
        return index == null ? -1 : index;
    }

    int checked(int index) {
        if (index < 0 || index >= this.types.length) {
            throw new IndexOutOfBoundsException(
                    "Column index " + index + " is not within 0 and " + (this.types.length - 1));
        }
        return index;
    }
}
