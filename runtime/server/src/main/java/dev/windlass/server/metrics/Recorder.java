package dev.windlass.server.metrics;

import dev.windlass.engine.EngineException;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.Usage;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.StepStatistics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Counts what happens in one model's engine, on that engine's thread: every series is looked up beforehand. */
final class Recorder implements EngineListener {
    private final String model;
    private final String engine;
    private final CounterDataPoint preemptions;
    private final CounterDataPoint promptTokens;
    private final CounterDataPoint generationTokens;
    private final CounterDataPoint prefixQueries;
    private final CounterDataPoint prefixHits;
    private final CounterDataPoint oldPrefixQueries;
    private final CounterDataPoint oldPrefixHits;
    private final CounterDataPoint cachedTokens;
    private final CounterDataPoint computed;
    private final CounterDataPoint fromCache;
    private final Map<FinishReason, CounterDataPoint> successes = new EnumMap<>(FinishReason.class);
    private final DistributionDataPoint firstToken;
    private final DistributionDataPoint interToken;
    private final DistributionDataPoint timePerOutputToken;
    private final DistributionDataPoint requestTimePerOutputToken;
    private final DistributionDataPoint latency;
    private final DistributionDataPoint queued;
    private final DistributionDataPoint inference;
    private final DistributionDataPoint prefill;
    private final DistributionDataPoint decode;
    private final DistributionDataPoint requestPromptTokens;
    private final DistributionDataPoint requestGenerationTokens;
    private final DistributionDataPoint requestMaximumGenerationTokens;
    private final DistributionDataPoint requestMaximumTokens;
    private final DistributionDataPoint stepTokens;
    private final StepSeries.Times times;

    Recorder(VllmSeries series, StepSeries steps, String model, String engine) {
        this.model = model;
        this.engine = engine;
        preemptions = series.preemptions.labelValues(model, engine);
        promptTokens = series.promptTokens.labelValues(model, engine);
        generationTokens = series.generationTokens.labelValues(model, engine);
        prefixQueries = series.prefixQueries.labelValues(model, engine);
        prefixHits = series.prefixHits.labelValues(model, engine);
        oldPrefixQueries = series.oldPrefixQueries.labelValues(model, engine);
        oldPrefixHits = series.oldPrefixHits.labelValues(model, engine);
        cachedTokens = series.cachedTokens.labelValues(model, engine);
        computed = series.tokensBySource.labelValues(model, engine, "local_compute");
        fromCache = series.tokensBySource.labelValues(model, engine, "local_cache_hit");
        for (var reason : FinishReason.values()) {
            String name = switch (reason) {
                case STOP -> "stop";
                case LENGTH -> "length";
                case ABORT -> "abort";
            };
            successes.put(reason, series.successes.labelValues(model, engine, name));
        }
        firstToken = point(series.firstToken);
        interToken = point(series.interToken);
        timePerOutputToken = point(series.timePerOutputToken);
        requestTimePerOutputToken = point(series.requestTimePerOutputToken);
        latency = point(series.latency);
        queued = point(series.queued);
        inference = point(series.inference);
        prefill = point(series.prefill);
        decode = point(series.decode);
        requestPromptTokens = point(series.requestPromptTokens);
        requestGenerationTokens = point(series.requestGenerationTokens);
        requestMaximumGenerationTokens = point(series.requestMaximumGenerationTokens);
        requestMaximumTokens = point(series.requestMaximumTokens);
        stepTokens = point(series.stepTokens);
        times = steps.of(model);
    }

    private DistributionDataPoint point(Histogram histogram) {
        return histogram.labelValues(model, engine);
    }

    @Override
    public void started(GenerationRequest request, Duration waited, int cached) {
        int tokens = request.prompt().length;
        promptTokens.inc(tokens);
        prefixQueries.inc(tokens);
        prefixHits.inc(cached);
        oldPrefixQueries.inc(tokens);
        oldPrefixHits.inc(cached);
        cachedTokens.inc(cached);
        computed.inc(tokens - cached);
        fromCache.inc(cached);
        observe(queued, seconds(waited), request);
    }

    @Override
    public void firstToken(GenerationRequest request, Duration sinceSubmission) {
        observe(firstToken, seconds(sinceSubmission), request);
        generationTokens.inc();
    }

    @Override
    public void nextToken(GenerationRequest request, Duration sincePrevious) {
        double gap = seconds(sincePrevious);
        interToken.observe(gap);
        timePerOutputToken.observe(gap);
        generationTokens.inc();
    }

    @Override
    public void preempted(GenerationRequest request) {
        preemptions.inc();
    }

    @Override
    public void finished(GenerationRequest request, FinishReason reason, Usage usage) {
        var counter = successes.get(reason);
        if (counter != null) {
            counter.inc();
        }
        double prefilled = seconds(usage.prefill());
        double decoded = seconds(usage.decode());
        observe(prefill, prefilled, request);
        observe(decode, decoded, request);
        observe(inference, prefilled + decoded, request);
        observe(latency, seconds(usage.queued()) + prefilled + decoded, request);
        requestPromptTokens.observe(usage.promptTokens());
        requestGenerationTokens.observe(usage.generatedTokens());
        requestMaximumGenerationTokens.observe(usage.generatedTokens());
        requestMaximumTokens.observe(request.limits().maximumTokens());
        if (usage.generatedTokens() > 1) {
            requestTimePerOutputToken.observe(decoded / (usage.generatedTokens() - 1));
        }
    }

    @Override
    public void failed(GenerationRequest request, EngineException cause) {
        // Counted by its HTTP status.
    }

    @Override
    public void stepped(StepStatistics step) {
        stepTokens.observe(step.decodeTokens() + step.prefillTokens());
        times.observe(step);
    }

    /** A request whose trace is kept is an example of what it measured. */
    private static void observe(DistributionDataPoint series, double value, GenerationRequest request) {
        var trace = request.trace();
        if (trace == null) {
            series.observe(value);
        } else {
            series.observeWithExemplar(
                    value, Labels.of(Exemplar.TRACE_ID, trace.traceId(), Exemplar.SPAN_ID, trace.spanId()));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
