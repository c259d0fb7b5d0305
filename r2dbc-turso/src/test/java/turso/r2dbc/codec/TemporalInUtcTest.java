package turso.r2dbc.codec;

class TemporalInUtcTest extends TemporalRules {

    TemporalInUtcTest() {
        super("UTC");
    }
}
