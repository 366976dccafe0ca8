/**
 * Gives HorizontalPodAutoscalers their numbers: the API group custom.metrics.k8s.io, served to the cluster's API server by every
 * replica of the operator, whether it leads or not. {@link dev.windlass.operator.metrics.CustomMetrics} owns all of it.
 */
@NullMarked
package dev.windlass.operator.metrics;

import org.jspecify.annotations.NullMarked;
