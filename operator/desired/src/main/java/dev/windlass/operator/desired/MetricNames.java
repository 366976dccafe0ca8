package dev.windlass.operator.desired;

import dev.windlass.api.AutoscalingSpec.MetricType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What autoscalers ask for, and what the operator's metrics API answers to. */
public final class MetricNames {
    /** Where the operator answers those who ask over plain HTTP. */
    public static final String ROOT = "/scaling/";

    /** The field of such an answer that has the number. */
    public static final String VALUE = "value";

    private MetricNames() {}

    static String path(String namespace, String name, String revision, MetricType type) {
        return ROOT + String.join("/", namespace, name, revision, of(type));
    }

    public static List<String> all() {
        return Arrays.stream(MetricType.values()).map(MetricNames::of).toList();
    }

    /** What a name stands for. */
    public static Optional<MetricType> read(String name) {
        return Arrays.stream(MetricType.values())
                .filter(type -> of(type).equals(name))
                .findFirst();
    }

    public static String of(MetricType type) {
        return switch (type) {
            case QueueDepth -> "queue_depth";
            case Concurrency -> "concurrency";
            case TokensPerSecond -> "tokens_per_second";
            case KvCacheUtilization -> "kv_cache_utilization";
            case TimeToFirstToken -> "time_to_first_token";
        };
    }
}
