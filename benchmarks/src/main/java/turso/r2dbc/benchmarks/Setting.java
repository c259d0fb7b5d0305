package turso.r2dbc.benchmarks;

/**
 * What a database is like, whoever opens it.
 *
 * @param place where it is
 * @param synchronous SQLite's PRAGMA of this name; H2 has nothing like it
 * @param prepared whether statements are prepared once, instead of each time
 * @param groupCommit whether the driver lets auto-commit writes share a commit; others have nothing like it
 */
record Setting(Place place, String synchronous, boolean prepared, boolean groupCommit) {

    static Setting at(String place) {
        return new Setting(Place.valueOf(place), "FULL", true, false);
    }

    Setting synchronous(String level) {
        return new Setting(this.place, level, this.prepared, this.groupCommit);
    }

    Setting prepared(boolean once) {
        return new Setting(this.place, this.synchronous, once, this.groupCommit);
    }

    Setting groupCommit(boolean shared) {
        return new Setting(this.place, this.synchronous, this.prepared, shared);
    }
}
