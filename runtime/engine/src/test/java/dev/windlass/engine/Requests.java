package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.Failed;
import dev.windlass.engine.GenerationEvent.Finished;
import dev.windlass.engine.GenerationEvent.PromptScored;
import dev.windlass.engine.GenerationEvent.Token;
import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.sample.SamplingParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Requests to submit in tests, and what came of them. */
final class Requests {
    String id = "test";
    int[] prompt = {6, 7, 8};
    SamplingParameters sampling = SamplingParameters.GREEDY;
    int maximumTokens = 8;
    int minimumTokens;
    boolean ignoreEnd;
    Set<Integer> stopTokens = Set.of();
    List<String> stopStrings = List.of();
    boolean includeStop;
    OptionalInt logprobs = OptionalInt.empty();
    OptionalInt promptLogprobs = OptionalInt.empty();

    @Nullable
    Grammar grammar;

    int priority;
    Duration timeout = Duration.ofMinutes(1);

    static Requests prompt(int... prompt) {
        var requests = new Requests();
        requests.prompt = prompt;
        return requests;
    }

    /** One whose prompt is that long; another seed makes another prompt. */
    static Requests ofLength(int length, int seed) {
        return prompt(IntStream.range(0, length)
                .map(i -> 6 + (i * 7 + i * i * seed) % 50)
                .toArray());
    }

    /** The likeliest token, after that was added to some. */
    static SamplingParameters biased(Map<Integer, Float> bias) {
        return new SamplingParameters(0, 1, 0, 0, 0, 0, 1, bias, OptionalLong.empty());
    }

    static SamplingParameters random(long seed) {
        return new SamplingParameters(1, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.of(seed));
    }

    GenerationRequest build() {
        var limits = new GenerationRequest.Limits(
                maximumTokens, minimumTokens, ignoreEnd, stopTokens, stopStrings, includeStop, true);
        return new GenerationRequest(
                id, prompt, sampling, limits, logprobs, promptLogprobs, grammar, priority, timeout);
    }

    /** All that a request's client heard. */
    record Outcome(
            List<Integer> tokens,
            String text,
            List<TokenLogprobs> logprobs,
            List<@Nullable TokenLogprobs> scores,
            GenerationEvent end) {
        Finished finished() {
            return (Finished) end;
        }

        EngineException failure() {
            return ((Failed) end).cause();
        }
    }

    static Outcome await(Generation generation) throws InterruptedException {
        var tokens = new ArrayList<Integer>();
        var logprobs = new ArrayList<TokenLogprobs>();
        var text = new StringBuilder();
        List<@Nullable TokenLogprobs> scores = List.of();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < deadline) {
            for (var event : generation.take(Duration.ofSeconds(1))) {
                switch (event) {
                    case PromptScored scored -> scores = scored.tokens();
                    case Token token -> {
                        tokens.add(token.id());
                        text.append(token.text());
                        if (token.logprobs() != null) {
                            logprobs.add(token.logprobs());
                        }
                    }
                    case Finished finished -> {
                        text.append(finished.text());
                        return new Outcome(tokens, text.toString(), logprobs, scores, finished);
                    }
                    case Failed failed -> {
                        return new Outcome(tokens, text.toString(), logprobs, scores, failed);
                    }
                }
            }
        }
        throw new AssertionError("no end after 30 seconds; tokens so far: " + tokens);
    }
}
