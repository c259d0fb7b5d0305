package turso.r2dbc;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the name somebody probably meant. */
final class NearestName {

    /** One edit in so many characters still looks like the same word. */
    private static final int CHARACTERS_PER_EDIT = 3;

    private NearestName() {}

    /** {@return the candidate most like the name, case and word separators aside; null if none is like it} */
    static @Nullable String of(String name, Collection<String> candidates) {
        String wanted = letters(name);
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            String letters = letters(candidate);
            int distance = distance(wanted, letters);
            int length = Math.max(wanted.length(), letters.length());
            if (distance < least && distance <= length / CHARACTERS_PER_EDIT) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_\\s-]", "");
    }

    /** The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
    static int distance(String from, String to) {
        int[][] distances = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : step(from, to, distances, i, j);
            }
        }
        return distances[from.length()][to.length()];
    }

    private static int step(String from, String to, int[][] distances, int i, int j) {
        int substitution = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(
                Math.min(distances[i - 1][j], distances[i][j - 1]) + 1, distances[i - 1][j - 1] + substitution);
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(least, distances[i - 2][j - 2] + 1) : least;
    }
}
