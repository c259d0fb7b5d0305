package turso.r2dbc.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Some cases, and the one they are compared with.
 *
 * @param title what is compared
 * @param anchor what the others are compared with
 * @param others the others
 */
record Comparison(String title, Case anchor, List<Case> others) {

    static List<Comparison> all() {
        List<Comparison> all = new ArrayList<>();
        all.add(new Comparison(
                "bulk read, types given",
                bulk("jdbcTyped", "typed", "24"),
                List.of(
                        bulk("raw", "typed", "24"),
                        bulk("driver", "typed", "1"),
                        bulk("driver", "typed", "24"),
                        bulk("driver", "typed", "256"),
                        bulk("driver", "typed", "MAX"))));
        all.add(new Comparison(
                "bulk read, types not given",
                bulk("jdbcObject", "object", "24"),
                List.of(bulk("raw", "object", "24"), bulk("driver", "object", "24"))));
        for (String db : List.of("mem", "wal", "walTx")) {
            all.add(point(db, "true"));
        }
        all.add(point("wal", "false"));
        return all;
    }

    private static Case bulk(String impl, String get, String demand) {
        return Case.of(BulkRead.class, "impl", impl, "get", get, "demand", demand);
    }

    private static Comparison point(String db, String prepared) {
        return new Comparison(
                "point read, " + db + (prepared.equals("true") ? ", prepared" : ", not prepared"),
                point("jdbcTyped", db, prepared, "1"),
                List.of(
                        point("raw", db, prepared, "1"),
                        point("driver", db, prepared, "1"),
                        point("driver", db, prepared, "64")));
    }

    private static Case point(String impl, String db, String prepared, String inFlight) {
        return Case.of(PointRead.class, "impl", impl, "db", db, "prepared", prepared, "inFlight", inFlight);
    }

    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(this.anchor);
        cases.addAll(this.others);
        return cases;
    }

    /** How many times as fast as the anchor each case is: by the medians of the iterations, and by the best. */
    String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%n%s: times as fast as %s%n",
                this.title,
                this.anchor.parameters().get("impl")));
        table.append(String.format(Locale.ROOT, "%8s %8s%n", "median", "best"));
        for (Case each : this.others) {
            table.append(String.format(
                    Locale.ROOT,
                    "%8.2f %8.2f   %s%n",
                    this.anchor.median() / each.median(),
                    this.anchor.best() / each.best(),
                    each));
        }
        return table.toString();
    }
}
