package turso.r2dbc;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Immutable values of options, by their definition. */
final class OptionValues {

    private final Map<OptionDefinition<?>, Object> values;

    private OptionValues(Map<OptionDefinition<?>, Object> values) {
        this.values = values;
    }

    /** {@return the value that was set, or the option's default, or null if it has none} */
    <T> @Nullable T find(OptionDefinition<T> definition) {
        Object value = this.values.get(definition);
        return value == null ? definition.defaultValue() : definition.option().cast(value);
    }

    /** {@return the value that was set, or the option's default, which it must have} */
    <T> T get(OptionDefinition<T> definition) {
        T value = find(definition);
        if (value == null) {
            throw new IllegalStateException("Option '" + definition.name() + "' has no default");
        }
        return value;
    }

    /** {@return the values that were set, in the order of the table, without the secret ones} */
    @Override
    public String toString() {
        return OptionDefinitions.all().stream()
                .filter(this.values::containsKey)
                .map(definition ->
                        definition.name() + "=" + (definition.secret() ? "REDACTED" : this.values.get(definition)))
                .collect(Collectors.joining(", "));
    }

    /** Collects values, each checked as it comes. */
    static final class Builder {

        private final Map<OptionDefinition<?>, Object> values = new HashMap<>();

        /** Sets what an object stands for; a text is read as in a URL. */
        <T> void set(OptionDefinition<T> definition, @Nullable Object given) {
            this.values.put(definition, definition.read(given));
        }

        OptionValues build() {
            return new OptionValues(Collections.unmodifiableMap(new HashMap<>(this.values)));
        }
    }
}
