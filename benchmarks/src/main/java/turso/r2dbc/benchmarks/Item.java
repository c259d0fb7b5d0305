package turso.r2dbc.benchmarks;

import java.util.Locale;
import java.util.stream.IntStream;

/** A row: an integer, a text of 20 characters, a floating-point number and a text of 100. */
record Item(long id, String name, double price, String note) {

    private static final int TEXTS = 1_024;

    private static final String[] NAMES = texts("item number %08d");

    private static final String[] NOTES = texts("A note of a hundred characters, which is what a short remark in a form"
            + " takes, more or less, row %04d");

    private static String[] texts(String format) {
        return IntStream.range(0, TEXTS)
                .mapToObj(number -> String.format(Locale.ROOT, format, number))
                .toArray(String[]::new);
    }

    /** An item with this key; its texts are made already, since to make them is not what is measured. */
    static Item of(long id) {
        int text = (int) (id % TEXTS);
        return new Item(id, NAMES[text], id * 1.25, NOTES[text]);
    }

    /** The sum of the keys from 1 to this one. */
    static long sumOfKeys(long last) {
        return last * (last + 1) / 2;
    }
}
