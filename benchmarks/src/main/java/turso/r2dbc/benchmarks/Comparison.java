package turso.r2dbc.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import turso.r2dbc.benchmarks.report.Ratio;

/** Some cases, and the one they are compared with. */
final class Comparison {

    private final String workload;

    private final String unit;

    private final Case anchor;

    private final List<Contender> contenders = new ArrayList<>();

    /**
     * @param workload what all of them do
     * @param unit what they do it with: a row, a statement
     * @param anchor what the others are compared with
     */
    Comparison(String workload, String unit, Case anchor) {
        this.workload = workload;
        this.unit = unit;
        this.anchor = anchor;
    }

    private record Contender(Case measured, OptionalDouble goal) {}

    /** Adds cases. */
    Comparison with(Case... cases) {
        for (Case each : cases) {
            this.contenders.add(new Contender(each, OptionalDouble.empty()));
        }
        return this;
    }

    /** Adds a case that shall be so many times as fast as the anchor at least. */
    Comparison withGoal(double goal, Case measured) {
        this.contenders.add(new Contender(measured, OptionalDouble.of(goal)));
        return this;
    }

    String title() {
        return this.workload + ", against " + this.anchor.label();
    }

    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(this.anchor);
        this.contenders.forEach(contender -> cases.add(contender.measured()));
        return cases;
    }

    /** What was found, the anchor itself first. */
    List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        ratios.add(ratio(this.anchor, OptionalDouble.empty()));
        this.contenders.forEach(contender -> ratios.add(ratio(contender.measured(), contender.goal())));
        return ratios;
    }

    private Ratio ratio(Case measured, OptionalDouble goal) {
        return Ratio.of(
                this.workload,
                this.anchor.label(),
                this.anchor.findings().times(),
                measured.label(),
                measured.findings().times(),
                goal,
                measured.findings().allocated().medianIfAny(),
                this.unit,
                measured.remark());
    }
}
