package turso.r2dbc.core;

/** Identifiers in SQL. */
final class Identifiers {

    private Identifiers() {}

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
