package turso.r2dbc.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A benchmark of JMH with particular parameters.
 *
 * @param benchmark the class
 * @param units how many rows or statements one of its operations has
 * @param threads how many call it at a time
 * @param parameters by name
 */
record JmhMeasurement(Class<?> benchmark, int units, int threads, Map<String, String> parameters)
        implements Measurement {

    private static final String LOG = "target/jmh.log";

    private static final String ALLOCATED_EACH = "gc.alloc.rate.norm";

    private static final String FAIRNESS = "slowestToFastest";

    /** The same with this value of a parameter. */
    JmhMeasurement with(String name, Object value) {
        Map<String, String> more = new TreeMap<>(this.parameters);
        more.put(name, String.valueOf(value));
        return new JmhMeasurement(this.benchmark, this.units, this.threads, more);
    }

    static JmhMeasurement of(Class<?> benchmark, int units) {
        return new JmhMeasurement(benchmark, units, 1, Map.of());
    }

    /** The same with so many threads. */
    JmhMeasurement threads(int callers) {
        return new JmhMeasurement(this.benchmark, this.units, callers, this.parameters);
    }

    @Override
    public void run(Effort effort, Findings findings) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\b" + this.benchmark.getSimpleName() + "\\.")
                .forks(effort.forks())
                .threads(this.threads)
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.millis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(LOG);
        this.parameters.forEach(options::param);
        for (RunResult result : new Runner(options.build()).run()) {
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                fork.getIterationResults().forEach(iteration -> add(iteration, findings));
            }
        }
    }

    private void add(IterationResult iteration, Findings findings) {
        findings.times().add(iteration.getPrimaryResult().getScore());
        var others = iteration.getSecondaryResults();
        if (others.containsKey(ALLOCATED_EACH)) {
            findings.allocated().add(others.get(ALLOCATED_EACH).getScore() / this.units);
        }
        if (others.containsKey(FAIRNESS)) {
            findings.fairness().add(others.get(FAIRNESS).getScore());
        }
    }

    @Override
    public String toString() {
        return this.parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining(" ", this.benchmark.getSimpleName() + " ", ""));
    }
}
