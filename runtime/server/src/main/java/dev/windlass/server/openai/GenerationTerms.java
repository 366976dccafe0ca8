package dev.windlass.server.openai;

import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.http.ApiException;
import dev.windlass.http.LogContext;
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
 */
record GenerationTerms(
        ServedModel model,
        String modelName,
        int choices,
        SamplingParameters sampling,
        Ending ending,
        TokenBounds bounds,
        Scoring scoring,
        @Nullable Grammar grammar,
        Urgency urgency,
        Streaming streaming) {

    /**
     * When an output ends, and what of its end is shown.
     *
     * @param maximumTokens the bound the request set, if it did
     */
    record Ending(
            OptionalInt maximumTokens,
            int minimumTokens,
            boolean ignoreEnd,
            Set<Integer> stopTokens,
            List<String> stopStrings,
            boolean includeStop,
            boolean skipSpecialTokens) {

        Ending withMaximum(OptionalInt tokens) {
            return new Ending(
                    tokens, minimumTokens, ignoreEnd, stopTokens, stopStrings, includeStop, skipSpecialTokens);
        }

        Ending withSpecialTokens() {
            return new Ending(maximumTokens, minimumTokens, ignoreEnd, stopTokens, stopStrings, includeStop, false);
        }

        GenerationRequest.Limits limits(int most) {
            return new GenerationRequest.Limits(
                    most,
                    Math.min(minimumTokens, most),
                    ignoreEnd,
                    stopTokens,
                    stopStrings,
                    includeStop,
                    skipSpecialTokens);
        }
    }

    /**
     * Which log-probabilities are wanted: of how many tokens besides the chosen one.
     *
     * @param tokensAsIds whether they name tokens {@code token_id:17} instead of by their text
     */
    record Scoring(OptionalInt output, OptionalInt prompt, boolean tokensAsIds) {}

    /**
     * @param priority the smaller, the sooner
     * @param timeout the longest it may take
     */
    record Urgency(int priority, Duration timeout) {}

    /**
     * How the answer comes.
     *
     * @param stream as events, or as one object
     * @param includeUsage whether the last event has the usage
     * @param continuousUsage whether every event has it
     */
    record Streaming(boolean stream, boolean includeUsage, boolean continuousUsage, boolean toldToGateway) {}

    GenerationTerms with(Scoring scoring) {
        return new GenerationTerms(
                model, modelName, choices, sampling, ending, bounds, scoring, grammar, urgency, streaming);
    }

    GenerationTerms withChoices(int choices, Ending ending) {
        return new GenerationTerms(
                model, modelName, choices, sampling, ending, bounds, scoring, grammar, urgency, streaming);
    }

    GenerationTerms withGrammar(Grammar grammar, Ending ending) {
        return new GenerationTerms(
                model, modelName, choices, sampling, ending, bounds, scoring, grammar, urgency, streaming);
    }

    /**
     * The engine's request for one choice.
     *
     * @param bound the most tokens to generate where the request did not say
     * @param parameter the field that holds the prompt, for errors
     */
    GenerationRequest request(String id, int[] prompt, int choice, int bound, String parameter) {
        return new GenerationRequest(
                id,
                prompt,
                sampling(choice),
                ending.limits(maximumTokens(prompt.length, bound, parameter)),
                scoring.output(),
                scoring.prompt(),
                grammar,
                urgency.priority(),
                urgency.timeout(),
                LogContext.keptTrace()
                        .map(kept -> new GenerationRequest.Trace(kept.traceId(), kept.spanId()))
                        .orElse(null));
    }

    private int maximumTokens(int promptTokens, int bound, String parameter) {
        bounds.requireInput(promptTokens, parameter);
        int context = model.contextLength();
        int room = context - promptTokens;
        if (room < 1) {
            throw tooLong(
                    parameter,
                    "This model's maximum context length is %d tokens. However, your %s resulted in %d tokens and at least one must be generated. Please reduce the length of the %s."
                            .formatted(context, parameter, promptTokens, parameter));
        }
        int asked = ending.maximumTokens().orElse(Math.min(Math.min(bound, bounds.output()), room));
        if (asked > room) {
            throw tooLong(
                    parameter,
                    "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the %s, %d in the completion). Please reduce the length of the %s or completion."
                            .formatted(
                                    context, (long) promptTokens + asked, promptTokens, parameter, asked, parameter));
        }
        // A bound of 0 asks for the prompt's own log-probabilities; the engine computes at least one token.
        return Math.max(1, asked);
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
