package turso.r2dbc.examples.quickstart;

/** The first program with r2dbc-turso. */
public final class Quickstart {

    private Quickstart() {}

    /**
     * Runs the example.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        System.out.println("r2dbc-turso quickstart");
    }
}
