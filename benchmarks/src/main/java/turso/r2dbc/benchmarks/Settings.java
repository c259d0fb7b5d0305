package turso.r2dbc.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** The arguments of a program, as {@code name=number}. */
final class Settings {

    private final Map<String, Integer> numbers = new TreeMap<>();

    Settings(String[] arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("Not name=number: " + argument);
            }
            this.numbers.put(argument.substring(0, equals), Integer.valueOf(argument.substring(equals + 1)));
        }
    }

    int number(String name, int otherwise) {
        return this.numbers.getOrDefault(name, otherwise);
    }
}
