package sample;

import turso.r2dbc.core.SqlParser;

/** Must not compile as part of another module. */
final class Intruder {

    private final SqlParser parser = new SqlParser(null);
}
