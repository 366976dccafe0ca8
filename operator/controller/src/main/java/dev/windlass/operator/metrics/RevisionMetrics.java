package dev.windlass.operator.metrics;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.metrics.MetricValue.Known;
import dev.windlass.operator.metrics.MetricValue.Unknown;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.operator.scaling.Reading;
import dev.windlass.operator.scaling.ScalingMetric;
import dev.windlass.operator.settings.Scalings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Metrics of a revision as a whole, from what its gateways and its pods said last: amounts are added up, and what waits at the
 * gateways belongs to them; levels are a mean.
 */
final class RevisionMetrics implements MetricSource {
    private final Gateways gateways;
    private final Runtimes runtimes;
    private final InstantSource clock;

    RevisionMetrics(Gateways gateways, Runtimes runtimes, InstantSource clock) {
        this.gateways = gateways;
        this.runtimes = runtimes;
        this.clock = clock;
    }

    @Override
    public MetricValue value(RevisionKey key, MetricType metric) {
        OptionalDouble waiting = gateways.waiting(key);
        if (waiting.isEmpty()) {
            return new Unknown("no gateway answers");
        }
        return switch (metric) {
            case QueueDepth, Concurrency -> amount(key, Scalings.of(metric), waiting.getAsDouble());
            case KvCacheUtilization -> level(key, Scalings.of(metric));
            case TokensPerSecond -> measured(gateways.tokensPerSecond(key));
            case TimeToFirstToken -> measured(gateways.timeToFirstToken(key));
        };
    }

    private MetricValue amount(RevisionKey key, ScalingMetric metric, double waiting) {
        Set<String> pods = gateways.addresses(key);
        List<Reading> heard = heard(key, pods, metric);
        if (heard.size() < pods.size()) {
            return silent(heard, pods);
        }
        return new Known(waiting + heard.stream().mapToDouble(Reading::value).sum(), oldest(heard));
    }

    private MetricValue level(RevisionKey key, ScalingMetric metric) {
        Set<String> pods = gateways.addresses(key);
        List<Reading> heard = heard(key, pods, metric);
        if (pods.isEmpty()) {
            return new Unknown("no pod can be sent to");
        }
        if (heard.size() < pods.size()) {
            return silent(heard, pods);
        }
        double sum = heard.stream().mapToDouble(Reading::value).sum();
        return new Known(sum / pods.size(), oldest(heard));
    }

    private MetricValue measured(OptionalDouble value) {
        return value.isPresent()
                ? new Known(value.getAsDouble(), clock.instant())
                : new Unknown("the gateways have not been heard for long enough");
    }

    private List<Reading> heard(RevisionKey key, Set<String> pods, ScalingMetric metric) {
        Map<String, Map<ScalingMetric, Reading>> said = runtimes.readings(key);
        var heard = new ArrayList<Reading>();
        for (String pod : pods) {
            Reading reading = said.getOrDefault(pod, Map.of()).get(metric);
            if (reading != null) {
                heard.add(reading);
            }
        }
        return heard;
    }

    private static MetricValue silent(List<Reading> heard, Set<String> pods) {
        return new Unknown("%d of %d pods have not said it yet".formatted(pods.size() - heard.size(), pods.size()));
    }

    private Instant oldest(List<Reading> readings) {
        return readings.stream().map(Reading::at).min(Instant::compareTo).orElseGet(clock::instant);
    }
}
