package dev.windlass.server.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the process takes of the machine's memory, which the JVM does not know: weights and caches lie outside of its heap.
 * As Linux counts it; elsewhere there is nothing to read, and no series.
 */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern LINE = Pattern.compile("(VmRSS|RssAnon|RssFile|RssShmem):\\s+(\\d+) kB");
    private static final Map<String, String> KINDS =
            Map.of("VmRSS", "resident", "RssAnon", "anonymous", "RssFile", "file", "RssShmem", "shared");

    private ProcessMemory() {}

    static void register(PrometheusRegistry registry) {
        if (Files.isReadable(STATUS)) {
            GaugeWithCallback.builder()
                    .name("windlass_process_memory_bytes")
                    .help("Memory of the process that is in the machine's memory.")
                    .labelNames("kind")
                    .callback(callback -> read().forEach((kind, bytes) -> callback.call(bytes, kind)))
                    .register(registry);
        }
    }

    private static Map<String, Long> read() {
        try {
            return parse(Files.readString(STATUS));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Bytes by kind. */
    static Map<String, Long> parse(String status) {
        var bytes = new HashMap<String, Long>();
        LINE.matcher(status)
                .results()
                .forEach(line -> bytes.put(KINDS.get(line.group(1)), Long.parseLong(line.group(2)) << 10));
        return bytes;
    }
}
