package dev.windlass.operator.runtime;

import dev.windlass.operator.scaling.ScalingMetric;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what scaling needs out of a runtime's metrics, in Prometheus' text format. */
final class Exposition {
    private static final String WAITING = "vllm:num_requests_waiting";
    private static final String RUNNING = "vllm:num_requests_running";
    private static final String CACHE = "vllm:kv_cache_usage_perc";

    private Exposition() {}

    /** What was found; a metric that is not there is absent. */
    static Map<ScalingMetric, Double> read(String text) {
        Map<ScalingMetric, Double> values = new EnumMap<>(ScalingMetric.class);
        Double waiting = sum(text, WAITING);
        Double running = sum(text, RUNNING);
        Double cache = sum(text, CACHE);
        if (waiting != null) {
            values.put(ScalingMetric.QueueDepth, waiting);
        }
        if (waiting != null && running != null) {
            values.put(ScalingMetric.Concurrency, waiting + running);
        }
        if (cache != null) {
            values.put(ScalingMetric.KvCacheUtilization, cache);
        }
        return values;
    }

    /** Over all label sets of one name. */
    private static @Nullable Double sum(String text, String name) {
        Double sum = null;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith(name)
                    && line.length() > name.length()
                    && (line.charAt(name.length()) == '{' || line.charAt(name.length()) == ' ')) {
                Double value = value(line);
                if (value != null) {
                    sum = (sum == null ? 0 : sum) + value;
                }
            }
        }
        return sum;
    }

    private static @Nullable Double value(String line) {
        String rest = line.substring(Math.max(line.lastIndexOf('}'), line.indexOf(' ')) + 1)
                .strip();
        int end = rest.indexOf(' ');
        try {
            double value = Double.parseDouble(end < 0 ? rest : rest.substring(0, end));
            return Double.isFinite(value) ? value : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }
}
