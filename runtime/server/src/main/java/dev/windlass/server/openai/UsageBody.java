package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;

/** OpenAI's {@code usage}. */
record UsageBody(int promptTokens, int completionTokens, int totalTokens, PromptTokensDetails promptTokensDetails) {
    /** @param cachedTokens how many tokens of the prompt were in the cache */
    record PromptTokensDetails(int cachedTokens) {}

    static UsageBody of(int promptTokens, int completionTokens, int cachedTokens) {
        return new UsageBody(
                promptTokens, completionTokens, promptTokens + completionTokens, new PromptTokensDetails(cachedTokens));
    }

    /** Adds up what the sequences of a request cost. A prompt that several choices share counts once. */
    static final class Total {
        private final int promptTokens;
        private int completionTokens;
        private int cachedTokens;

        Total(int promptTokens) {
            this.promptTokens = promptTokens;
        }

        /** Counts a finished sequence; the first one's cached tokens stand for all choices of its prompt. */
        void add(GenerationEvent.Usage usage, boolean firstChoice, int generated) {
            completionTokens += generated;
            if (firstChoice) {
                cachedTokens += usage.cachedTokens();
            }
        }

        UsageBody body() {
            return of(promptTokens, completionTokens, cachedTokens);
        }
    }
}
