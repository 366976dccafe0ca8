package dev.windlass.engine;

import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.sample.SamplingParameters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One sequence to generate: a prompt, and how to go on from it and when to end.
 *
 * @param id appears in logs and events
 * @param prompt at least one token
 * @param limits when the output ends
 * @param logprobs how many of the most probable tokens to report for each generated token; empty reports nothing, 0 only
 *     the chosen token's
 * @param promptLogprobs the same for the tokens of the prompt
 * @param grammar what the output must look like; absent leaves it free
 * @param priority smaller is served first; requests of one priority are served in order of arrival
 * @param timeout from submission to the last token; past it the request fails
 * @param trace that it is a part of, where that is kept: what leads from a measurement to it
 */
public record GenerationRequest(
        String id,
        int[] prompt,
        SamplingParameters sampling,
        Limits limits,
        OptionalInt logprobs,
        OptionalInt promptLogprobs,
        @Nullable Grammar grammar,
        int priority,
        Duration timeout,
        @Nullable Trace trace) {
    /** A request that is not traced. */
    public GenerationRequest(
            String id,
            int[] prompt,
            SamplingParameters sampling,
            Limits limits,
            OptionalInt logprobs,
            OptionalInt promptLogprobs,
            @Nullable Grammar grammar,
            int priority,
            Duration timeout) {
        this(id, prompt, sampling, limits, logprobs, promptLogprobs, grammar, priority, timeout, null);
    }

    /** By the ids of the W3C's trace context, in hexadecimal digits. */
    public record Trace(String traceId, String spanId) {}

    public GenerationRequest {
        Objects.requireNonNull(id, "id");
        prompt = prompt.clone();
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(limits, "limits");
        if (prompt.length == 0) {
            throw new IllegalArgumentException("prompt: expected at least one token, got none");
        }
    }

    /**
     * When an output ends, and what of its end is shown.
     *
     * @param maximumTokens the bound on generated tokens, at least 1
     * @param minimumTokens no end-of-sequence and no stop before this many
     * @param ignoreEnd whether to go on past end-of-sequence tokens
     * @param stopTokens further tokens that end the output
     * @param stopStrings texts that end the output
     * @param includeStop whether the stop string, or the text of the stop token, is part of the output
     * @param skipSpecialTokens whether special tokens are left out of the text
     */
    public record Limits(
            int maximumTokens,
            int minimumTokens,
            boolean ignoreEnd,
            Set<Integer> stopTokens,
            List<String> stopStrings,
            boolean includeStop,
            boolean skipSpecialTokens) {
        public Limits {
            stopTokens = Set.copyOf(stopTokens);
            stopStrings = List.copyOf(stopStrings);
            if (maximumTokens < 1) {
                throw new IllegalArgumentException("max_tokens: expected at least 1, got " + maximumTokens);
            }
            if (minimumTokens < 0 || minimumTokens > maximumTokens) {
                throw new IllegalArgumentException(
                        "min_tokens: expected 0 to max_tokens (%d), got %d".formatted(maximumTokens, minimumTokens));
            }
        }
    }
}
