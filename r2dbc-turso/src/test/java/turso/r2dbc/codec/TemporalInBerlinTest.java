package turso.r2dbc.codec;

class TemporalInBerlinTest extends TemporalRules {

    TemporalInBerlinTest() {
        super("Europe/Berlin");
    }
}
