package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import org.jspecify.annotations.Nullable;

/** What the events of a stream say of usage: while it runs nothing, null, or with vLLM's option the count so far. */
final class UsageMeter {
    private final GenerationTerms.Streaming streaming;
    private final int promptTokens;
    private final int[] generated;
    private final UsageBody.Total total;

    UsageMeter(GenerationTerms.Streaming streaming, int promptTokens, int sequences) {
        this.streaming = streaming;
        this.promptTokens = promptTokens;
        this.generated = new int[sequences];
        this.total = new UsageBody.Total(promptTokens);
    }

    void count(int index) {
        generated[index]++;
    }

    /** Counts a finished sequence, see {@link UsageBody.Total#add}. */
    void add(GenerationEvent.Usage usage, boolean isFirstOfPrompt, int tokens) {
        total.add(usage, isFirstOfPrompt, tokens);
    }

    /** What an event of this sequence says. */
    @Nullable
    Object during(int index) {
        return isContinuous() ? UsageBody.of(promptTokens, generated[index], 0) : placeholder();
    }

    boolean isContinuous() {
        return streaming.continuousUsage();
    }

    /** What stands in events that have no usage: null where the last one will have it. */
    @Nullable
    Object placeholder() {
        return streaming.includeUsage() ? null : AbsentUsage.ABSENT;
    }

    boolean endsStream() {
        return streaming.includeUsage();
    }

    /** Whether a gateway wants to know what the client did not ask for. */
    boolean isToldToGateway() {
        return streaming.toldToGateway();
    }

    UsageBody total() {
        return total.body();
    }

    int sequences() {
        return generated.length;
    }
}
