package turso.r2dbc.sqlite;

import java.util.function.Function;
import org.sqlite.SQLiteConnection;

/** The ways to reach SQLite, for tests that must hold for each. */
enum Way {
    BELOW_JDBC(DirectAccess::new),
    PLAIN_JDBC(JdbcAccess::new);

    private final Function<SQLiteConnection, Access> access;

    Way(Function<SQLiteConnection, Access> access) {
        this.access = access;
    }

    Engine engine(SQLiteConnection connection) {
        return new Engine(connection, this.access.apply(connection));
    }
}
