package turso.r2dbc.benchmarks;

import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Compares the driver with plain JDBC, and with the fastest loop that sqlite-jdbc allows, and prints how many times as
 * fast it is. Times are not printed: they say more about the machine than about the driver.
 */
public final class Ratios {

    private static final String ROUNDS = "rounds=";

    private Ratios() {}

    /**
     * Runs the comparisons.
     *
     * @param arguments {@code rounds=N} measures thoroughly, N times over; any other argument picks the comparisons whose
     *     title contains it. Without arguments everything is measured once, briefly
     */
    public static void main(String[] arguments) throws RunnerException {
        Effort effort = Effort.SHORT;
        for (String argument : arguments) {
            if (argument.startsWith(ROUNDS)) {
                effort = Effort.ofRounds(Integer.parseInt(argument.substring(ROUNDS.length())));
            }
        }
        List<String> picked = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith(ROUNDS))
                .toList();
        List<Comparison> comparisons = Comparison.all().stream()
                .filter(comparison -> picked.isEmpty() || picked.stream().anyMatch(comparison.title()::contains))
                .toList();
        run(comparisons, effort);
        comparisons.forEach(comparison -> System.out.print(comparison.table()));
    }

    private static void run(List<Comparison> comparisons, Effort effort) throws RunnerException {
        for (int round = 1; round <= effort.rounds(); round++) {
            for (Comparison comparison : comparisons) {
                for (Case each : comparison.cases()) {
                    System.out.println("round " + round + " of " + effort.rounds() + ": " + each);
                    each.run(effort);
                }
            }
        }
    }
}
