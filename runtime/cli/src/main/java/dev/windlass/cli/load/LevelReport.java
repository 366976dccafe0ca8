package dev.windlass.cli.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What one level of concurrency gave. Times in milliseconds; throughput over the wall clock of the level.
 *
 * @param errors requests that failed; they count in nothing else
 * @param firstError the first failure's words, or empty
 */
public record LevelReport(
        int concurrency,
        int requests,
        int errors,
        @JsonProperty("first_error") String firstError,
        @JsonProperty("prompt_tokens") long promptTokens,
        @JsonProperty("generated_tokens") long generatedTokens,
        @JsonProperty("seconds") double seconds,
        @JsonProperty("output_tokens_per_second") double outputTokensPerSecond,
        @JsonProperty("requests_per_second") double requestsPerSecond,
        @JsonProperty("time_to_first_token_ms") Quantiles timeToFirstToken,
        @JsonProperty("inter_token_latency_ms") Quantiles interTokenLatency,
        @JsonProperty("request_latency_ms") Quantiles requestLatency) {

    /** Of a set of times, in milliseconds; all 0 when the set is empty. */
    public record Quantiles(double p50, double p90, double p99, double maximum) {
        static Quantiles of(long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return new Quantiles(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
        }

        private static double at(long[] sorted, double share) {
            if (sorted.length == 0) {
                return 0;
            }
            int index = (int) Math.ceil(share * sorted.length) - 1;
            return sorted[Math.max(0, index)] / 1e6;
        }
    }

    static LevelReport of(int concurrency, List<RequestMeasurement> measured, List<String> failures, long wallNanos) {
        long prompt =
                measured.stream().mapToLong(RequestMeasurement::promptTokens).sum();
        long generated =
                measured.stream().mapToLong(RequestMeasurement::generatedTokens).sum();
        double seconds = wallNanos / 1e9;
        return new LevelReport(
                concurrency,
                measured.size() + failures.size(),
                failures.size(),
                failures.isEmpty() ? "" : failures.getFirst(),
                prompt,
                generated,
                seconds,
                generated / seconds,
                measured.size() / seconds,
                quantiles(measured, RequestMeasurement::firstTokenNanos),
                Quantiles.of(measured.stream()
                        .flatMapToLong(request -> Arrays.stream(request.gapNanos()))
                        .toArray()),
                quantiles(measured, RequestMeasurement::nanos));
    }

    private static Quantiles quantiles(List<RequestMeasurement> measured, ToLongFunction<RequestMeasurement> time) {
        return Quantiles.of(measured.stream().mapToLong(time).toArray());
    }
}
