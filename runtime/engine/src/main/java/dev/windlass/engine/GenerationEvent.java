package dev.windlass.engine;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request's client hears of it, in order: at most one {@link PromptScored}, tokens, then one end. */
public sealed interface GenerationEvent {

    /** The log-probabilities of the prompt's tokens; the first is null since nothing comes before it. */
    record PromptScored(List<@Nullable TokenLogprobs> tokens) implements GenerationEvent {}

    /**
     * A generated token.
     *
     * @param text what became certain with it: empty while bytes of a character or a possible stop string are held back
     */
    record Token(int id, String text, @Nullable TokenLogprobs logprobs) implements GenerationEvent {}

    /**
     * The output is complete.
     *
     * @param text what was still held back
     * @param stop the stop string or the stop token ({@code String} or {@code Integer}) that ended it, if one did
     */
    record Finished(
            FinishReason reason, String text, @Nullable Object stop, Usage usage) implements GenerationEvent {}

    /** The request came to nothing. */
    record Failed(EngineException cause) implements GenerationEvent {}

    /** Why an output ended. */
    enum FinishReason {
        /** An end-of-sequence token, a stop token or a stop string. */
        STOP,
        /** The bound on tokens, or the end of the context. */
        LENGTH,
        /** The client went away or cancelled. */
        ABORT
    }

    /** One token's log-probability (natural logarithm, of the model's own distribution) and the most probable tokens. */
    record TokenLogprobs(Entry chosen, List<Entry> top) {
        /** @param rank 1 for the most probable token */
        public record Entry(int id, float logprob, int rank) {}
    }

    /**
     * What a request cost.
     *
     * @param cachedTokens how many of the prompt's tokens were found in the cache
     */
    record Usage(
            int promptTokens,
            int cachedTokens,
            int generatedTokens,
            Duration queued,
            Duration prefill,
            Duration decode) {}
}
