package dev.windlass.server.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * The counters and histograms of vLLM, with its names, labels and buckets, so that dashboards, autoscalers and the Gateway API's inference
 * extension which know vLLM know this server too. Registered with the Prometheus client itself, since Micrometer would
 * rewrite the names. Those of whole requests lead to traces, those of single tokens and steps do not. vLLM's {@code spec_decode_*}
 * are left out, as vLLM itself does where no model drafts tokens for another.
 */
final class VllmSeries {
    static final double[] FIRST_TOKEN = {
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    static final double[] INTER_TOKEN = {
        .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    static final double[] REQUEST = {
        .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    private static final double[] TOKENS = {
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000
    };
    private static final double[] STEP_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384};
    private static final double[] CHOICES = {1, 2, 5, 10, 20};
    static final String ENGINE = "0";

    final Counter preemptions;
    final Counter promptTokens;
    final Counter generationTokens;
    final Counter successes;
    final Counter prefixQueries;
    final Counter prefixHits;
    final Counter oldPrefixQueries;
    final Counter oldPrefixHits;
    final Counter cachedTokens;
    final Counter tokensBySource;
    final Histogram firstToken;
    final Histogram interToken;
    final Histogram timePerOutputToken;
    final Histogram requestTimePerOutputToken;
    final Histogram latency;
    final Histogram queued;
    final Histogram inference;
    final Histogram prefill;
    final Histogram decode;
    final Histogram requestPromptTokens;
    final Histogram requestGenerationTokens;
    final Histogram requestMaximumGenerationTokens;
    final Histogram requestMaximumTokens;
    private final Histogram requestChoices;
    final Histogram stepTokens;

    private final PrometheusRegistry registry;

    VllmSeries(PrometheusRegistry registry) {
        this.registry = registry;
        preemptions = counter("num_preemptions", "Requests that lost their slot and were computed again.");
        promptTokens = counter("prompt_tokens", "Tokens of prompts.");
        generationTokens = counter("generation_tokens", "Tokens generated.");
        successes = counter("request_success", "Requests that ended with an output.", "finished_reason");
        prefixQueries = counter("prefix_cache_queries", "Tokens looked up in the prefix cache.");
        prefixHits = counter("prefix_cache_hits", "Tokens found in the prefix cache.");
        oldPrefixQueries = counter("gpu_prefix_cache_queries", "Old name of prefix_cache_queries.");
        oldPrefixHits = counter("gpu_prefix_cache_hits", "Old name of prefix_cache_hits.");
        cachedTokens = counter("prompt_tokens_cached", "Tokens of prompts that were not computed again.");
        tokensBySource = counter("prompt_tokens_by_source", "Tokens of prompts by where they came from.", "source");
        firstToken = traced("time_to_first_token_seconds", "From submission to the first token.", FIRST_TOKEN);
        interToken = histogram("inter_token_latency_seconds", "Between two tokens of a request.", INTER_TOKEN);
        timePerOutputToken =
                histogram("time_per_output_token_seconds", "Old name of inter_token_latency_seconds.", INTER_TOKEN);
        requestTimePerOutputToken = histogram(
                "request_time_per_output_token_seconds", "Mean time between the tokens of a request.", INTER_TOKEN);
        latency = traced("e2e_request_latency_seconds", "From submission to the last token.", REQUEST);
        queued = traced("request_queue_time_seconds", "From submission to the first step.", REQUEST);
        inference = traced("request_inference_time_seconds", "From the first step to the last token.", REQUEST);
        prefill = traced("request_prefill_time_seconds", "From the first step to the first token.", REQUEST);
        decode = traced("request_decode_time_seconds", "From the first to the last token.", REQUEST);
        requestPromptTokens = histogram("request_prompt_tokens", "Tokens of a request's prompt.", TOKENS);
        requestGenerationTokens = histogram("request_generation_tokens", "Tokens a request generated.", TOKENS);
        requestMaximumGenerationTokens =
                histogram("request_max_num_generation_tokens", "Most tokens a choice generated.", TOKENS);
        requestMaximumTokens = histogram("request_params_max_tokens", "Bounds that requests set.", TOKENS);
        requestChoices = histogram("request_params_n", "Choices that requests want.", CHOICES);
        stepTokens = histogram("iteration_tokens_total", "Tokens computed in a step.", STEP_TOKENS);
    }

    Recorder recorder(String model, StepSeries steps) {
        // Of requests rather than of the engine, and from nothing as all that the engine tells.
        choices(model);
        return new Recorder(this, steps, model, ENGINE);
    }

    DistributionDataPoint choices(String model) {
        return requestChoices.labelValues(model, ENGINE);
    }

    private Counter counter(String name, String help, String... more) {
        return Counter.builder()
                .name("vllm:" + name)
                .help(help)
                .labelNames(labels(more))
                .withoutExemplars()
                .register(registry);
    }

    private Histogram histogram(String name, String help, double[] buckets) {
        return builder(name, help, buckets).withoutExemplars().register(registry);
    }

    /** One whose buckets lead to the traces of requests. */
    private Histogram traced(String name, String help, double[] buckets) {
        return builder(name, help, buckets).withExemplars().register(registry);
    }

    private static Histogram.Builder builder(String name, String help, double[] buckets) {
        return Histogram.builder()
                .name("vllm:" + name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(buckets)
                .labelNames(labels());
    }

    static String[] labels(String... more) {
        var labels = new String[2 + more.length];
        labels[0] = "model_name";
        labels[1] = "engine";
        System.arraycopy(more, 0, labels, 2, more.length);
        return labels;
    }
}
