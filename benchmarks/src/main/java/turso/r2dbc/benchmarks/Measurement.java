package turso.r2dbc.benchmarks;

/** Something that takes time. */
interface Measurement {

    /** Does it several times, and adds up what it took. */
    void run(Effort effort, Findings findings) throws Exception;
}
