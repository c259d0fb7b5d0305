package turso.r2dbc.session;

/** What a task wants from its session next. */
public sealed interface Step permits Command, Step.Rest {

    /** Nothing to run at the moment. */
    enum Rest implements Step {
        /** Nothing until the task is woken; other tasks of the session go on. */
        PAUSE,
        /**
         * Nothing yet, since others come first: the task keeps its place before all that were submitted after it, and is
         * asked again when {@link Session#letIn()} was called, or it is woken.
         */
        HOLD,
        /**
         * Nothing yet, since what there is to run depends on what runs now: the task stands before all that have not begun,
         * and is asked again when it {@linkplain Session#hasTurn(Task) has the turn}.
         */
        TURN,
        /** Nothing any more. */
        DONE
    }
}
