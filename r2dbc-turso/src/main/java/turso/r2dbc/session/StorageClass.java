package turso.r2dbc.session;

/**
 * The five storage classes a value of the SQLite family can have.
 *
 * @see <a href="https://www.sqlite.org/datatype3.html">Datatypes In SQLite</a>
 */
public enum StorageClass {
    INTEGER,
    REAL,
    TEXT,
    BLOB,
    NULL
}
