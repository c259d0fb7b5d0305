package turso.r2dbc.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ratios of an earlier run, read from its table, so that this one shows what has become slower. */
public final class EarlierRatios {

    private record Measured(String ratio, double low, double high) {}

    private final Map<List<String>, Measured> ratios = new HashMap<>();

    private EarlierRatios() {}

    /** {@return the ratios of the first of these tables that exists, or none} */
    public static EarlierRatios read(Path... tables) throws IOException {
        EarlierRatios earlier = new EarlierRatios();
        for (Path table : tables) {
            if (Files.exists(table)) {
                Files.readAllLines(table).forEach(earlier::readLine);
                break;
            }
        }
        return earlier;
    }

    private void readLine(String line) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != RatioTable.COLUMNS.size() + 2) {
            return;
        }
        List<String> row = Arrays.stream(cells).map(String::strip).toList();
        String[] spread = row.get(RatioTable.SPREAD).split(RatioTable.TO);
        if (spread.length == 2) {
            this.ratios.put(
                    row.subList(RatioTable.WORKLOAD, RatioTable.WORKLOAD + 3),
                    new Measured(
                            row.get(RatioTable.RATIO), Double.parseDouble(spread[0]), Double.parseDouble(spread[1])));
        }
    }

    /** {@return the ratio of that run, and whether this one is surely lower or higher; empty where there is none} */
    String compare(Ratio now) {
        Measured earlier = this.ratios.get(now.key());
        if (earlier == null) {
            return "";
        }
        if (now.high() < earlier.low()) {
            return earlier.ratio() + " **slower now**";
        }
        return now.low() > earlier.high() ? earlier.ratio() + " faster now" : earlier.ratio();
    }
}
