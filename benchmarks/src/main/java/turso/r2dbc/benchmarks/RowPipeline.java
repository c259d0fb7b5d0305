package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;

/** Reads every row of a table into an object, and passes it through operators of Reactor. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RowPipeline {

    private static final String JDBC = "jdbcTyped";

    /** See {@link ItemReader.Implementation}; JDBC knows no operators. */
    @Param({JDBC, "driver"})
    public String impl = "";

    /** See {@link RowOperator}. */
    @Param({"none", "flatMap", "publishOn16", "publishOn256", "list256"})
    public String operator = "";

    /** How many rows the table has. */
    @Param("1000000")
    public int rows;

    private @Nullable AutoCloseable connection;

    private Pipeline pipeline = sink -> {};

    /** Makes the table at its first use, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        ItemDatabase database = SqliteDatabase.toRead(Setting.at("wal"), this.rows);
        if (this.impl.equals(JDBC)) {
            JdbcReader reader = new JdbcReader(database, true);
            this.connection = reader;
            this.pipeline = sink -> reader.forEachItem(sink::take);
        } else {
            ConnectionSource source = ConnectionSource.held(database);
            RowOperator chosen = RowOperator.valueOf(this.operator);
            this.connection = source;
            this.pipeline = sink -> source.use(connection -> chosen.apply(Flux.from(
                            connection.createStatement(ItemDatabase.SELECT_ALL).execute())))
                    .doOnNext(sink::take)
                    .then()
                    .block();
        }
    }

    /** Closes the connection. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        if (this.connection != null) {
            this.connection.close();
        }
    }

    /** Reads the table once. */
    @Benchmark
    public void read(Blackhole blackhole) throws SQLException {
        ItemSink sink = new ItemSink(blackhole);
        this.pipeline.run(sink);
        sink.expect(this.rows, Item.sumOfKeys(this.rows));
    }

    private interface Pipeline {

        void run(ItemSink sink) throws SQLException;
    }
}
