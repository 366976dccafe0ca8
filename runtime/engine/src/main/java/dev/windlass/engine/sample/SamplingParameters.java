package dev.windlass.engine.sample;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How the next token is drawn. The names and meanings are those of OpenAI's API and, where that has none, of vLLM's.
 *
 * @param temperature 0 takes the most probable token; must not be negative
 * @param topP keeps the smallest set of tokens whose probabilities add up to this, in (0, 1]
 * @param topK keeps this many of the most probable tokens; 0 keeps all
 * @param minP drops tokens less probable than this share of the most probable one, in [0, 1]
 * @param frequencyPenalty subtracted from a token's logit for each time it was generated, in [-2, 2]
 * @param presencePenalty subtracted once from the logit of a token that was generated, in [-2, 2]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens in prompt or output, in (0, 2]
 * @param logitBias added to the logits of the tokens named
 * @param seed makes the draws of this request repeat themselves; empty takes a random one
 */
public record SamplingParameters(
        float temperature,
        float topP,
        int topK,
        float minP,
        float frequencyPenalty,
        float presencePenalty,
        float repetitionPenalty,
        Map<Integer, Float> logitBias,
        OptionalLong seed) {

    /** The most probable token, always. */
    public static final SamplingParameters GREEDY =
            new SamplingParameters(0, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.empty());

    public SamplingParameters {
        logitBias = Map.copyOf(logitBias);
        require(temperature >= 0 && Float.isFinite(temperature), "temperature", ">= 0", temperature);
        require(topP > 0 && topP <= 1, "top_p", "in (0, 1]", topP);
        require(topK >= 0, "top_k", ">= 0", topK);
        require(minP >= 0 && minP <= 1, "min_p", "in [0, 1]", minP);
        require(Math.abs(frequencyPenalty) <= 2, "frequency_penalty", "in [-2, 2]", frequencyPenalty);
        require(Math.abs(presencePenalty) <= 2, "presence_penalty", "in [-2, 2]", presencePenalty);
        require(repetitionPenalty > 0 && repetitionPenalty <= 2, "repetition_penalty", "in (0, 2]", repetitionPenalty);
    }

    private static void require(boolean holds, String name, String expected, float found) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected a number %s, got %s".formatted(name, expected, found));
        }
    }
}
