package dev.windlass.operator.metrics;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.gateway.RevisionKey;

/** Knows the metrics of every revision of the cluster. */
interface MetricSource {
    MetricValue value(RevisionKey key, MetricType metric);
}
