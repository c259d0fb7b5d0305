package sample;

/** A value the driver does not know. */
public record Celsius(double degrees) {}
