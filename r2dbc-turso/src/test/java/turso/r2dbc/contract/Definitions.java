package turso.r2dbc.contract;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Transaction definitions, as frameworks make them. */
final class Definitions implements TransactionDefinition {

    private final Map<Option<?>, Object> attributes = new HashMap<>();

    static Definitions none() {
        return new Definitions();
    }

    static Definitions readOnly() {
        return none().with(TransactionDefinition.READ_ONLY, true);
    }

    <T> Definitions with(Option<T> option, T value) {
        this.attributes.put(option, value);
        return this;
    }

    @Override
    public <T> @Nullable T getAttribute(Option<T> option) {
        Object value = this.attributes.get(option);
        return value == null ? null : option.cast(value);
    }
}
