package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.Locale;

/** The segments a result consists of. */
final class Segments {

    private Segments() {}

    record RowData(Row row) implements Result.RowSegment {}

    record Count(long value) implements Result.UpdateCount {}

    record Error(R2dbcException exception) implements Result.Message {

        @Override
        public int errorCode() {
            return this.exception.getErrorCode();
        }

        @Override
        public String sqlState() {
            return String.valueOf(this.exception.getSqlState());
        }

        @Override
        public String message() {
            return String.format(Locale.ROOT, "%s", this.exception.getMessage());
        }
    }
}
