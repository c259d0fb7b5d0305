package turso.r2dbc.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that is compared. A case of several comparisons is measured once. */
final class Comparisons {

    private static final String ROW = "row";

    private static final String STATEMENT = "statement";

    private static final String PLAIN_JDBC = "plain JDBC";

    private static final String LOOP = "sqlite-jdbc below JDBC";

    private static final String WRAPPER = "fromCallable(JDBC)";

    private static final String DRIVER = "driver";

    private static final String POOL = "driver in r2dbc-pool";

    private static final String H2_FILE = "r2dbc-h2, file";

    private static final String H2_MEMORY = "r2dbc-h2, memory";

    private final Map<Measurement, Case> cases = new HashMap<>();

    private final List<Comparison> all = new ArrayList<>();

    private final Effort effort;

    private Comparisons(Effort effort) {
        this.effort = effort;
    }

    /** What is compared with such an effort. */
    static List<Comparison> of(Effort effort) {
        Comparisons comparisons = new Comparisons(effort);
        comparisons.bulkReads();
        comparisons.rowPipeline();
        comparisons.pointReads();
        comparisons.statements(1);
        comparisons.statements(8);
        comparisons.statements(64);
        comparisons.bulkInserts("NORMAL");
        comparisons.bulkInserts("FULL");
        comparisons.autocommitInserts("wal", "NORMAL");
        comparisons.autocommitInserts("wal", "FULL");
        comparisons.mixed("NORMAL");
        comparisons.mixed("FULL");
        comparisons.startUp();
        if (effort.everything()) {
            comparisons.smallBatches();
            comparisons.autocommitInserts("delete", "FULL");
            comparisons.otherPointReads();
            comparisons.hops();
        }
        return comparisons.all;
    }

    private Comparison compare(String workload, String unit, Case anchor) {
        Comparison comparison = new Comparison(workload, unit, anchor);
        this.all.add(comparison);
        return comparison;
    }

    private Case measured(String label, Measurement measurement) {
        return this.cases.computeIfAbsent(measurement, key -> new Case(label, key));
    }

    private void bulkReads() {
        Case h2File = bulkRead(H2_FILE, "h2", "wal", "typed", "24");
        Case h2Memory = bulkRead(H2_MEMORY, "h2", "mem", "typed", "24");
        Case raw = bulkRead(LOOP, "raw", "wal", "typed", "24");
        Case driver = driverRead("24");
        compare("bulk read, types given", ROW, bulkRead(PLAIN_JDBC, "jdbcTyped", "wal", "typed", "24"))
                .with(raw)
                .withGoal(1.40, driver)
                .with(
                        bulkRead(POOL, "pool", "wal", "typed", "24"),
                        bulkRead(WRAPPER, "wrapper", "wal", "typed", "24"),
                        h2File);
        compare("bulk read by demand", ROW, raw)
                .withGoal(0.90, driverRead("1"))
                .withGoal(0.90, driver)
                .withGoal(0.90, driverRead("256"))
                .withGoal(0.90, driverRead("MAX"));
        compare("bulk read, types not given", ROW, bulkRead("JDBC getObject", "jdbcObject", "wal", "object", "24"))
                .with(bulkRead(LOOP, "raw", "wal", "object", "24"))
                .withGoal(1.30, bulkRead(DRIVER, DRIVER, "wal", "object", "24"));
        compare("bulk read", ROW, h2File).withGoal(3, driver);
        compare("bulk read in memory", ROW, h2Memory).withGoal(1, bulkRead(DRIVER, DRIVER, "mem", "typed", "24"));
    }

    private Case driverRead(String demand) {
        String label = switch (demand) {
            case "1" -> "driver, one row at a time";
            case "MAX" -> "driver, all rows at once";
            default -> "driver, " + demand + " rows at a time";
        };
        return bulkRead(label, DRIVER, "wal", "typed", demand);
    }

    private Case bulkRead(String label, String impl, String db, String get, String demand) {
        return measured(
                label,
                JmhMeasurement.of(BulkRead.class, this.effort.rows())
                        .with("rows", this.effort.rows())
                        .with("impl", impl)
                        .with("db", db)
                        .with("get", get)
                        .with("demand", demand));
    }

    private void rowPipeline() {
        compare("rows into objects, through operators", ROW, pipeline(PLAIN_JDBC, "jdbcTyped", RowOperator.none))
                .with(
                        pipeline("driver, none", DRIVER, RowOperator.none),
                        pipeline("driver, flatMap", DRIVER, RowOperator.flatMap),
                        pipeline("driver, publishOn(16)", DRIVER, RowOperator.publishOn16),
                        pipeline("driver, publishOn(256)", DRIVER, RowOperator.publishOn256),
                        pipeline("driver, lists of 256", DRIVER, RowOperator.list256));
    }

    private Case pipeline(String label, String impl, RowOperator operator) {
        return measured(
                label,
                JmhMeasurement.of(RowPipeline.class, this.effort.rows())
                        .with("rows", this.effort.rows())
                        .with("impl", impl)
                        .with("operator", operator));
    }

    private void pointReads() {
        Case memory = pointRead("driver, chained", DRIVER, "mem", 1);
        Case h2Memory = pointRead(H2_MEMORY, "h2", "mem", 1);
        compare("point read in memory", STATEMENT, pointRead(PLAIN_JDBC, "jdbcTyped", "mem", 1))
                .with(pointRead(LOOP, "raw", "mem", 1), memory, pointRead("driver, 64 in flight", DRIVER, "mem", 64));
        compare("point read in memory", STATEMENT, h2Memory).withGoal(3, memory);
        compare("point read, WAL file", STATEMENT, pointRead(PLAIN_JDBC, "jdbcTyped", "wal", 1))
                .with(pointRead(LOOP, "raw", "wal", 1))
                .withGoal(1.15, pointRead("driver, chained", DRIVER, "wal", 1))
                .withGoal(2, pointRead("driver, 64 in flight", DRIVER, "wal", 64))
                .with(
                        pointRead(POOL + ", 64 in flight", "pool", "wal", 64),
                        pointRead(WRAPPER + ", 64 in flight", "wrapper", "wal", 64),
                        pointRead(H2_FILE, "h2", "wal", 1));
        compare("point read in a transaction", STATEMENT, pointRead(PLAIN_JDBC, "jdbcTyped", "walTx", 1))
                .with(pointRead(LOOP, "raw", "walTx", 1))
                .withGoal(1.35, pointRead("driver, chained", DRIVER, "walTx", 1));
    }

    private void otherPointReads() {
        compare("point read, not prepared", STATEMENT, unprepared(PLAIN_JDBC, "jdbcTyped"))
                .with(unprepared("driver, chained", DRIVER));
        for (String db : List.of("walExclusive", "delete")) {
            compare("point read, " + db, STATEMENT, pointRead(PLAIN_JDBC, "jdbcTyped", db, 1))
                    .with(
                            pointRead(LOOP, "raw", db, 1),
                            pointRead("driver, chained", DRIVER, db, 1),
                            pointRead("driver, 64 in flight", DRIVER, db, 64));
        }
    }

    private Case pointRead(String label, String impl, String db, int inFlight) {
        return measured(label, pointRead(impl, db).with("inFlight", inFlight));
    }

    private Case unprepared(String label, String impl) {
        return measured(label, pointRead(impl, "wal").with("prepared", false));
    }

    private JmhMeasurement pointRead(String impl, String db) {
        return JmhMeasurement.of(PointRead.class, 1)
                .with("keys", Math.min(this.effort.rows(), 10_000))
                .with("impl", impl)
                .with("db", db);
    }

    private void statements(int concurrency) {
        compare("statements, " + concurrency + " in flight", STATEMENT, statements(WRAPPER, "wrapper", concurrency))
                .with(statements("direct loop", "raw", 1))
                .withGoal(4, statements(DRIVER, DRIVER, concurrency));
    }

    private Case statements(String label, String impl, int concurrency) {
        return measured(
                label,
                JmhMeasurement.of(FluxStatements.class, 1).with("impl", impl).with("concurrency", concurrency));
    }

    private void bulkInserts(String synchronous) {
        Case driver = bulkInsert("driver, add()", "driverAdd", synchronous, 1_000);
        compare("bulk insert, " + synchronous, ROW, bulkInsert("JDBC batch", "jdbcBatch", synchronous, 1_000))
                .with(
                        bulkInsert(LOOP + ", a row a statement", "rawBind", synchronous, 1_000),
                        bulkInsert(LOOP + ", 50 rows a statement", "multi50", synchronous, 1_000))
                .withGoal(1.35, driver)
                .withGoal(1.35, bulkInsert("driver, executeMany()", "driverMany", synchronous, 1_000));
        if (synchronous.equals("NORMAL")) {
            compare("bulk insert, " + synchronous, ROW, bulkInsert(H2_FILE, "h2", synchronous, 1_000))
                    .withGoal(5, driver);
        }
    }

    private void smallBatches() {
        for (int batch : new int[] {1, 100}) {
            compare(
                            "bulk insert, NORMAL, batches of " + batch,
                            ROW,
                            bulkInsert("JDBC batch", "jdbcBatch", "NORMAL", batch))
                    .with(
                            bulkInsert("driver, add()", "driverAdd", "NORMAL", batch),
                            bulkInsert(POOL, "pool", "NORMAL", batch),
                            bulkInsert(WRAPPER, "wrapper", "NORMAL", batch));
        }
    }

    private Case bulkInsert(String label, String impl, String synchronous, int batch) {
        return measured(
                label,
                JmhMeasurement.of(BulkInsert.class, this.effort.rows())
                        .with("rows", this.effort.rows())
                        .with("impl", impl)
                        .with("synchronous", synchronous)
                        .with("batch", batch));
    }

    private void autocommitInserts(String db, String synchronous) {
        Comparison comparison = compare(
                        "insert in auto-commit, " + db + ", " + synchronous,
                        STATEMENT,
                        insert(PLAIN_JDBC, "jdbcBatch", db, synchronous))
                .with(
                        insert(LOOP, "rawBind", db, synchronous),
                        insert("driver, chained", "driverAdd", db, synchronous),
                        insert(WRAPPER, "wrapper", db, synchronous));
        if (synchronous.equals("NORMAL")) {
            comparison.with(insert(H2_FILE, "h2", db, synchronous));
        }
    }

    private Case insert(String label, String impl, String db, String synchronous) {
        return measured(
                label,
                JmhMeasurement.of(AutocommitInsert.class, 1)
                        .with("impl", impl)
                        .with("db", db)
                        .with("synchronous", synchronous));
    }

    private void mixed(String synchronous) {
        Case driver = mixed(DRIVER, DRIVER, synchronous);
        Case group = mixed(DRIVER + ", groupCommit", "group", synchronous);
        Case shared = mixed(DRIVER + ", 2 connections to read, 1 to write", "shared", synchronous);
        Case sharedGroup = mixed(DRIVER + ", groupCommit, 2 connections to read", "sharedGroup", synchronous);
        Comparison comparison = compare(
                        "64 clients, 10 % updates, " + synchronous,
                        STATEMENT,
                        mixed(WRAPPER + ", pool of 10", "wrapper", synchronous))
                .withGoal(3, driver)
                .withGoal(3, group)
                .withGoal(3, shared)
                .withGoal(3, sharedGroup)
                .with(mixed(POOL + " of 10", "pool", synchronous));
        if (synchronous.equals("NORMAL")) {
            Case h2 = mixed(H2_FILE, "h2", synchronous);
            comparison.with(h2);
            compare("64 clients, 10 % updates, " + synchronous, STATEMENT, h2)
                    .withGoal(1.3, driver)
                    .withGoal(1.3, group)
                    .withGoal(1.3, shared)
                    .withGoal(1.3, sharedGroup);
        }
    }

    private Case mixed(String label, String impl, String synchronous) {
        int operations = Math.min(this.effort.rows(), 128_000);
        return measured(
                label,
                JmhMeasurement.of(Mixed.class, operations)
                        .with("rows", Math.min(this.effort.rows(), 100_000))
                        .with("operations", operations)
                        .with("impl", impl)
                        .with("synchronous", synchronous));
    }

    private void hops() {
        for (int callers : new int[] {1, 8, 64}) {
            compare("a row for " + callers + " blocked callers", STATEMENT, hop(WRAPPER, "wrapper", callers))
                    .with(hop(DRIVER, DRIVER, callers), hop(PLAIN_JDBC, "jdbcTyped", callers));
        }
    }

    private Case hop(String label, String impl, int callers) {
        return measured(
                label, JmhMeasurement.of(Hop.class, 1).with("impl", impl).threads(callers));
    }

    private void startUp() {
        compare("first row of a JVM", STATEMENT, measured(PLAIN_JDBC, new StartUp(ItemReader.Implementation.jdbcTyped)))
                .with(measured(DRIVER, new StartUp(ItemReader.Implementation.driver)));
    }
}
