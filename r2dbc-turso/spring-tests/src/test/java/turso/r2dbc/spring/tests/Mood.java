package turso.r2dbc.spring.tests;

enum Mood {
    HAPPY,
    SAD
}
