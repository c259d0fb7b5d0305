package turso.r2dbc.tck;

/** A way to write parameters, and what they are bound by in the kit. */
enum ParameterStyle {
    QUESTION_MARK {
        @Override
        String placeholder(int index) {
            return "?";
        }

        @Override
        Object identifier(int index) {
            return index;
        }
    },
    NUMBERED {
        @Override
        String placeholder(int index) {
            return "?" + (index + 1);
        }

        @Override
        Object identifier(int index) {
            return placeholder(index);
        }
    },
    NAMED {
        @Override
        String placeholder(int index) {
            return ":v" + (index + 1);
        }

        @Override
        Object identifier(int index) {
            return "v" + (index + 1);
        }
    };

    abstract String placeholder(int index);

    abstract Object identifier(int index);
}
