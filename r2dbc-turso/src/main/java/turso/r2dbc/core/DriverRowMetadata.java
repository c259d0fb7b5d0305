package turso.r2dbc.core;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import turso.r2dbc.session.Column;

/** Describes the columns of a row. */
final class DriverRowMetadata implements RowMetadata {

    private final RowShape shape;

    private final List<ColumnMetadata> columns;

    private final List<String> names;

    DriverRowMetadata(RowShape shape, List<Column> columns) {
        this.shape = shape;
        List<ColumnMetadata> list = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            list.add(new DriverColumnMetadata(columns.get(i), shape.type(i)));
        }
        this.columns = List.copyOf(list);
        this.names = this.columns.stream().map(ColumnMetadata::getName).toList();
    }

    @Override
    public ColumnMetadata getColumnMetadata(int index) {
        return this.columns.get(this.shape.checked(index));
    }

    @Override
    public ColumnMetadata getColumnMetadata(String name) {
        return this.columns.get(this.shape.index(name));
    }

    @Override
    public List<ColumnMetadata> getColumnMetadatas() {
        return this.columns;
    }

    @Override
    public boolean contains(String columnName) {
        return this.shape.indexOrAbsent(columnName) >= 0;
    }

    List<String> names() {
        return this.names;
    }
}
