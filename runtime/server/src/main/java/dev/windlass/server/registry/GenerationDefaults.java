package dev.windlass.server.registry;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a model's {@code generation_config.json} says of sampling. It stands in for what a request leaves out, as vLLM
 * has it.
 */
public record GenerationDefaults(
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble minP,
        OptionalDouble repetitionPenalty,
        OptionalInt maximumTokens) {
    /** Nothing: OpenAI's own defaults hold. */
    public static final GenerationDefaults NONE = new GenerationDefaults(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty());
}
