package turso.r2dbc.session;

/** What a task wants from its session next. */
public sealed interface Step permits Command, Step.Rest {

    /** Nothing to run at the moment. */
    enum Rest implements Step {
        /** Nothing until the task is woken; other tasks of the session go on. */
        PAUSE,
        /** Nothing any more. */
        DONE
    }
}
