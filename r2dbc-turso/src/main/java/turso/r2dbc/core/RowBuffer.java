package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StoredValues;

/** Rows copied from a cursor. */
public final class RowBuffer {

    private final RowShape shape;

    private final List<DriverRow> rows = new ArrayList<>();

    RowBuffer(RowShape shape) {
        this.shape = shape;
    }

    void add(RowReader row) {
        this.rows.add(copy(this.shape, row));
    }

    int size() {
        return this.rows.size();
    }

    List<DriverRow> rows() {
        return this.rows;
    }

    /** {@return a row that stays valid} */
    public static DriverRow copy(RowShape shape, RowReader row) {
        return new DriverRow(shape, StoredValues.copy(row, shape.size()));
    }
}
