package dev.windlass.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class JsonLinesTest {
    private static final Instant TIME = Instant.parse("2026-11-27T10:20:30.123456Z");

    private static String format(LogRecord line) {
        line.setInstant(TIME);
        line.setLoggerName("dev.windlass.server");
        return new JsonLines().format(line);
    }

    private static JsonNode parse(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void writesWhenWhoWhatAndWhere() throws IOException {
        var line = parse(format(new LogRecord(Level.WARNING, "said \"no\" to\n{0}\u0001")));

        assertThat(line.at("/timestamp").asText()).isEqualTo("2026-11-27T10:20:30.123456Z");
        assertThat(line.at("/level").asText()).isEqualTo("WARN");
        assertThat(line.at("/logger").asText()).isEqualTo("dev.windlass.server");
        assertThat(line.at("/message").asText()).isEqualTo("said \"no\" to\n{0}\u0001");
        assertThat(line.at("/thread").asText()).isEqualTo(Thread.currentThread().getName());
        assertThat(line.has("exception")).isFalse();
    }

    @Test
    void writesAnExceptionAsOneFieldOfOneLine() throws IOException {
        var record = new LogRecord(Level.SEVERE, "failed");
        record.setThrown(new IllegalStateException("outside", new IOException("inside")));

        String line = format(record);

        assertThat(line).endsWith(System.lineSeparator()).hasLineCount(1);
        assertThat(parse(line).at("/exception").asText())
                .startsWith("java.lang.IllegalStateException: outside")
                .contains("\tat dev.windlass.logging.JsonLinesTest")
                .contains("Caused by: java.io.IOException: inside");
    }

    @Test
    void writesWhatTheThreadWorksOn() throws IOException {
        try (var _ = MDC.putCloseable("request_id", "req_1");
                var _ = MDC.putCloseable("model", "qwen")) {
            var line = parse(format(new LogRecord(Level.FINE, "a")));
            assertThat(line.at("/request_id").asText()).isEqualTo("req_1");
            assertThat(line.at("/model").asText()).isEqualTo("qwen");
            assertThat(line.at("/level").asText()).isEqualTo("DEBUG");
        }
        assertThat(parse(format(new LogRecord(Level.FINE, "a"))).has("model")).isFalse();
    }

    @Test
    void namesAVirtualThread() throws Exception {
        var line = new String[1];
        Thread.startVirtualThread(() -> line[0] = format(new LogRecord(Level.INFO, "a")))
                .join();
        assertThat(parse(line[0]).at("/thread").asText()).matches("virtual-\\d+");
    }
}
