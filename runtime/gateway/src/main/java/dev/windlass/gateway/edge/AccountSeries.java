package dev.windlass.gateway.edge;

import dev.windlass.policy.account.AccountCounts;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;

/** Questions to the API server about callers' tokens. */
final class AccountSeries implements MultiCollector {
    private final AccountCounts counts;

    AccountSeries(AccountCounts counts) {
        this.counts = counts;
    }

    @Override
    public MetricSnapshots collect() {
        var series = CounterSnapshot.builder()
                .name("windlass_gateway_token_reviews")
                .help("Questions to the API server about service accounts' tokens, by its answer.");
        for (var result : AccountCounts.Result.values()) {
            series.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(Labels.of("result", result.name().toLowerCase(Locale.ROOT)))
                    .value(counts.of(result))
                    .build());
        }
        return MetricSnapshots.of(series.build());
    }
}
