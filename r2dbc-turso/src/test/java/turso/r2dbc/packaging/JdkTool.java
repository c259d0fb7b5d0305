package turso.r2dbc.packaging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.spi.ToolProvider;

/** Runs a tool of the JDK within this JVM. */
final class JdkTool {

    private JdkTool() {}

    /** Runs a tool that must succeed. */
    static void run(String name, String... arguments) {
        Outcome outcome = attempt(name, arguments);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(name + " failed: " + outcome.output());
        }
    }

    /** Runs a tool. */
    static Outcome attempt(String name, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exitCode = ToolProvider.findFirst(name).orElseThrow().run(writer, writer, arguments);
        writer.flush();
        return new Outcome(exitCode, output.toString());
    }

    /** What a tool answered. */
    record Outcome(int exitCode, String output) {}
}
