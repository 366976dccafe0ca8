package dev.windlass.server.openai;

import org.jspecify.annotations.Nullable;

/** What the events of a stream say of usage while it runs: nothing, null, or with vLLM's option the count so far. */
final class UsageMeter {
    private final GenerationTerms.Streaming streaming;
    private final int promptTokens;
    private final int[] generated;

    UsageMeter(GenerationTerms terms, int promptTokens) {
        this(terms, promptTokens, terms.choices());
    }

    UsageMeter(GenerationTerms terms, int promptTokens, int sequences) {
        this.streaming = terms.streaming();
        this.promptTokens = promptTokens;
        this.generated = new int[sequences];
    }

    void count(int index) {
        generated[index]++;
    }

    boolean isContinuous() {
        return streaming.continuousUsage();
    }

    UsageBody body(int index) {
        return UsageBody.of(promptTokens, generated[index], 0);
    }

    /** What stands in events that have no usage: null where the last one will have it. */
    @Nullable
    Object placeholder() {
        return streaming.includeUsage() ? null : AbsentUsage.ABSENT;
    }
}
