package turso.r2dbc.sql;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the parameters of one statement of a text and says which binding slot of the whole text each of them reads.
 * Changed while the statement is scanned, only read afterwards.
 *
 * <p>A later statement may, by mixing {@code ?NNN} with others, make one parameter of what the text's numbering keeps
 * apart: in {@code SELECT ?; SELECT ?, ?1} both of the second statement are its number 1. Its first writing decides.
 */
final class SlotMapping {
    private final ParameterNumbering wholeText;
    private final @Nullable ParameterNumbering own;
    private @Nullable Map<Integer, Integer> slots;
    private int count;

    /** For the statement that begins now, when {@code wholeText} has seen everything before it. */
    SlotMapping(ParameterNumbering wholeText) {
        this.wholeText = wholeText;
        // The first statement with parameters numbers them exactly as the whole text does
        this.own = wholeText.count() == 0 ? null : new ParameterNumbering();
    }

    /** Takes the parameter that is the text from {@code start} to {@code end}, for the statement and the whole text. */
    void add(String text, int start, int end) {
        int number = wholeText.add(text, start, end);
        if (number == ParameterNumbering.ILLEGAL) {
            return;
        }
        if (own == null) {
            count = wholeText.count();
            return;
        }
        int ownNumber = own.add(text, start, end);
        count = own.count();
        if (slots == null) {
            slots = new HashMap<>();
        }
        slots.putIfAbsent(ownNumber - 1, number - 1);
    }

    int count() {
        return count;
    }

    /** Whether each parameter reads the slot of its own number. */
    boolean isIdentity() {
        return slots == null;
    }

    /** The slot that the statement's parameter reads; a number in a gap keeps its place. */
    int slot(int index) {
        return slots == null ? index : slots.getOrDefault(index, index);
    }
}
