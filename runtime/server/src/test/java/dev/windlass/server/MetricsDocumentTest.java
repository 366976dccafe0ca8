package dev.windlass.server;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md and what a server exposes together, in both directions. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "..", "docs", "metrics.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `((?:vllm:|windlass_)\\w+)` \\| (\\w+) \\| ([^|]*) \\| .+ \\|");
    /** What other processes expose. */
    private static final Pattern OTHERS = Pattern.compile("windlass_(operator|gateway)_");

    private static final Pattern TYPE = Pattern.compile("# TYPE ((?:vllm:|windlass_)\\w+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("((?:vllm:|windlass_)\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    @Test
    void documentsNameTypeAndLabelsOfEverySeries() throws IOException {
        assertThat(exposed()).isEqualTo(documented());
    }

    private static Map<String, String> documented() throws IOException {
        var series = new TreeMap<String, String>();
        ROW.matcher(Files.readString(DOCUMENT))
                .results()
                .filter(row -> !OTHERS.matcher(row.group(1)).lookingAt())
                .forEach(row -> series.put(row.group(1), row.group(2) + " " + labels(row.group(3), "`(\\w+)`")));
        return series;
    }

    private static Map<String, String> exposed() {
        var series = new TreeMap<String, String>();
        try (var server = TestServer.start()) {
            server.metrics.observeGpus(GpuSeriesTest::twoDevices);
            server.chat("say hi", "");
            server.metrics.encoderListener("owl");
            String name = "";
            for (String line : server.get("/metrics").body().lines().toList()) {
                var type = TYPE.matcher(line);
                var sample = SAMPLE.matcher(line);
                if (type.matches()) {
                    name = type.group(1);
                    series.put(name, type.group(2) + " ");
                } else if (sample.matches()) {
                    var labels = sample.group(2) == null ? "" : sample.group(2);
                    series.computeIfPresent(
                            name,
                            (_, known) -> known.substring(0, known.indexOf(' ') + 1) + labels(labels, LABEL.pattern()));
                }
            }
        }
        return series;
    }

    private static String labels(String text, String label) {
        var names = Pattern.compile(label).matcher(text).results().map(match -> match.group(1));
        return new TreeSet<>(names.filter(name -> !name.equals("le")).toList())
                .stream().collect(joining(", "));
    }
}
