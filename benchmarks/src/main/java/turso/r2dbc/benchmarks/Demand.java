package turso.r2dbc.benchmarks;

/**
 * How many rows are asked for at a time, when as many have been read.
 *
 * <p>That is a matter of Reactor's {@code flatMap}: it asks for {@code prefetch} rows first, and then for three quarters
 * of it whenever these have been read.
 *
 * @param prefetch the argument that makes {@code flatMap} ask so
 */
record Demand(int prefetch) {

    static Demand valueOf(String text) {
        if (text.equals("MAX")) {
            return new Demand(Integer.MAX_VALUE);
        }
        int rows = Integer.parseInt(text);
        return new Demand(rows + rows / 3);
    }
}
