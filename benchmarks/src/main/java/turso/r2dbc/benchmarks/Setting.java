package turso.r2dbc.benchmarks;

/**
 * What a database is like, whoever opens it.
 *
 * @param place where it is
 * @param synchronous SQLite's PRAGMA of this name; H2 has nothing like it
 * @param prepared whether statements are prepared once, instead of each time
 */
record Setting(Place place, String synchronous, boolean prepared) {

    static Setting at(String place) {
        return new Setting(Place.valueOf(place), "FULL", true);
    }

    Setting synchronous(String level) {
        return new Setting(this.place, level, this.prepared);
    }

    Setting prepared(boolean once) {
        return new Setting(this.place, this.synchronous, once);
    }
}
