package dev.windlass.operator.desired;

import dev.windlass.api.AutoscalingSpec.MetricType;

/** What autoscalers ask for, and what the operator's metrics API answers to. */
public final class MetricNames {
    private MetricNames() {}

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
