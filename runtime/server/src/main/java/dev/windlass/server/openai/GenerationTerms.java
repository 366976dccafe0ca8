package dev.windlass.server.openai;

import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.http.ApiException;
import dev.windlass.server.registry.ServedModel;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its generation apart from the prompt, checked and with the model's defaults filled in.
 *
 * @param modelName as the client wrote it, which may be an alias
 * @param choices how many outputs a prompt gets
 * @param maximumTokens the bound the request set, if it did
 * @param tokensAsIds whether log-probabilities name tokens {@code token_id:17} instead of by their text
 */
record GenerationTerms(
        ServedModel model,
        String modelName,
        SamplingParameters sampling,
        int choices,
        OptionalInt maximumTokens,
        int minimumTokens,
        boolean ignoreEnd,
        Set<Integer> stopTokens,
        List<String> stopStrings,
        boolean includeStop,
        boolean skipSpecialTokens,
        OptionalInt logprobs,
        OptionalInt promptLogprobs,
        boolean tokensAsIds,
        @Nullable Grammar grammar,
        int priority,
        Duration timeout,
        Streaming streaming) {

    /**
     * How the answer comes.
     *
     * @param stream as events, or as one object
     * @param includeUsage whether the last event has the usage
     * @param continuousUsage whether every event has it
     */
    record Streaming(boolean stream, boolean includeUsage, boolean continuousUsage) {}

    GenerationTerms withGrammar(@Nullable Grammar grammar) {
        return new GenerationTerms(
                model,
                modelName,
                sampling,
                choices,
                maximumTokens,
                minimumTokens,
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens,
                logprobs,
                promptLogprobs,
                tokensAsIds,
                grammar,
                priority,
                timeout,
                streaming);
    }

    GenerationTerms withLogprobs(OptionalInt logprobs, OptionalInt promptLogprobs) {
        return new GenerationTerms(
                model,
                modelName,
                sampling,
                choices,
                maximumTokens,
                minimumTokens,
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens,
                logprobs,
                promptLogprobs,
                tokensAsIds,
                grammar,
                priority,
                timeout,
                streaming);
    }

    GenerationTerms withChoices(int choices) {
        return new GenerationTerms(
                model,
                modelName,
                sampling,
                choices,
                maximumTokens,
                minimumTokens,
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens,
                logprobs,
                promptLogprobs,
                tokensAsIds,
                grammar,
                priority,
                timeout,
                streaming);
    }

    GenerationTerms withMaximum(OptionalInt maximumTokens) {
        return new GenerationTerms(
                model,
                modelName,
                sampling,
                choices,
                maximumTokens,
                minimumTokens,
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens,
                logprobs,
                promptLogprobs,
                tokensAsIds,
                grammar,
                priority,
                timeout,
                streaming);
    }

    GenerationTerms withSpecialTokens(boolean skipSpecialTokens) {
        return new GenerationTerms(
                model,
                modelName,
                sampling,
                choices,
                maximumTokens,
                minimumTokens,
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens,
                logprobs,
                promptLogprobs,
                tokensAsIds,
                grammar,
                priority,
                timeout,
                streaming);
    }

    /**
     * The engine's request for one choice.
     *
     * @param bound the most tokens to generate where the request did not say
     * @param parameter the field that holds the prompt, for errors
     */
    GenerationRequest request(String id, int[] prompt, int choice, int bound, String parameter) {
        int context = model.contextLength();
        int room = context - prompt.length;
        if (room < 1) {
            throw tooLong(
                    parameter,
                    "This model's maximum context length is %d tokens. However, your %s resulted in %d tokens and at least one must be generated. Please reduce the length of the %s."
                            .formatted(context, parameter, prompt.length, parameter));
        }
        if (maximumTokens.isPresent() && maximumTokens.getAsInt() > room) {
            throw tooLong(
                    parameter,
                    "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the %s, %d in the completion). Please reduce the length of the %s or completion."
                            .formatted(
                                    context,
                                    (long) prompt.length + maximumTokens.getAsInt(),
                                    prompt.length,
                                    parameter,
                                    maximumTokens.getAsInt(),
                                    parameter));
        }
        // A bound of 0 asks for the prompt's own log-probabilities; the engine computes at least one token.
        int most = Math.max(1, maximumTokens.orElse(Math.min(bound, room)));
        var limits = new GenerationRequest.Limits(
                most,
                Math.min(minimumTokens, most),
                ignoreEnd,
                stopTokens,
                stopStrings,
                includeStop,
                skipSpecialTokens);
        return new GenerationRequest(
                id, prompt, sampling(choice), limits, logprobs, promptLogprobs, grammar, priority, timeout);
    }

    /** Choices of one request differ although they share its seed. */
    private SamplingParameters sampling(int choice) {
        if (choice == 0 || sampling.seed().isEmpty()) {
            return sampling;
        }
        return new SamplingParameters(
                sampling.temperature(),
                sampling.topP(),
                sampling.topK(),
                sampling.minP(),
                sampling.frequencyPenalty(),
                sampling.presencePenalty(),
                sampling.repetitionPenalty(),
                sampling.logitBias(),
                OptionalLong.of(sampling.seed().getAsLong() + choice));
    }

    private static ApiException tooLong(String parameter, String message) {
        return ApiException.invalid(400, parameter, "context_length_exceeded", message);
    }
}
