package turso.r2dbc.codec;

class TemporalInNewYorkTest extends TemporalRules {

    TemporalInNewYorkTest() {
        super("America/New_York");
    }
}
