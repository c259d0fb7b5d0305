package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The savepoints of a transaction the engine does not know of: not yet, since the transaction has not begun, or not any
 * more, since a rollback to them released them. Confined to the session's worker.
 */
final class SavepointNames {

    private final List<String> pending = new ArrayList<>();

    /** Folded names; releasing them again is harmless. */
    private final Set<String> released = new HashSet<>();

    /** {@return the names to set when the transaction begins, in order; read at once} */
    List<String> pending() {
        return this.pending;
    }

    /** Takes note of a savepoint to set when the transaction begins. */
    void addPending(String name) {
        set(name);
        this.pending.add(name);
    }

    /** Takes note of a savepoint that is set. */
    void set(String name) {
        this.released.remove(folded(name));
    }

    /** The pending ones are set. */
    void begun() {
        this.pending.clear();
    }

    /** Takes back a pending savepoint and those behind it. @return whether there was one of that name */
    boolean takeBack(String name) {
        for (int index = this.pending.size() - 1; index >= 0; index--) {
            if (folded(this.pending.get(index)).equals(folded(name))) {
                this.pending.subList(index, this.pending.size()).clear();
                return true;
            }
        }
        return false;
    }

    void released(String name) {
        this.released.add(folded(name));
    }

    boolean isReleased(String name) {
        return this.released.contains(folded(name));
    }

    void clear() {
        this.pending.clear();
        this.released.clear();
    }

    /** {@return the name as SQLite compares it: the case of ASCII letters, and only theirs, does not count} */
    private static String folded(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < folded.length(); i++) {
            char letter = folded.charAt(i);
            if (letter >= 'A' && letter <= 'Z') {
                folded.setCharAt(i, (char) (letter - 'A' + 'a'));
            }
        }
        return folded.toString();
    }
}
