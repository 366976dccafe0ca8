package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.server.http.EventStream;
import dev.windlass.server.http.Json;
import dev.windlass.server.openai.ChatChunk.Delta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat's answer that is sent as it comes: the role first, then text, then the reason it ended, for every choice. */
final class ChatStream implements Exchange.Answer {
    private final ChatHead head;
    private final EventStream events;
    private final Json json;
    private final TextChunks chunks;
    private final UsageBody.Total usage;
    private final UsageMeter meter;
    private final boolean[] begun;

    ChatStream(ChatHead head, int promptTokens, EventStream events, Json json) {
        this.head = head;
        this.events = events;
        this.json = json;
        this.usage = new UsageBody.Total(promptTokens);
        this.meter = new UsageMeter(head.terms(), promptTokens);
        this.begun = new boolean[head.terms().choices()];
        this.chunks = new TextChunks(
                begun.length,
                (index, text) -> json.bytes(ChatChunk.of(
                        head,
                        new ChatChunk.Choice(index, Delta.content(text), null, null, null),
                        meter.placeholder())));
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        begin(index);
        meter.count(index);
        if (token.logprobs() != null) {
            var logprobs = new ChatLogprobs(List.of(ChatLogprobs.token(token.logprobs(), head.names())));
            add(new ChatChunk.Choice(index, Delta.content(token.text()), logprobs, null, null));
        } else if (!token.text().isEmpty()) {
            text(index, token.text());
        }
    }

    @Override
    public void promptScored(int index, GenerationEvent.PromptScored scored) {
        // Prompt log-probabilities are refused for streams, where the API has no place for them.
    }

    @Override
    public void finished(int index, GenerationEvent.Finished finished) {
        begin(index);
        if (!finished.text().isEmpty()) {
            text(index, finished.text());
        }
        usage.add(finished.usage(), index == 0, finished.usage().generatedTokens());
        add(new ChatChunk.Choice(index, Delta.NOTHING, null, FinishReasons.name(finished.reason()), finished.stop()));
    }

    /** Adds what comes after the last choice's end. */
    void end() {
        if (head.terms().streaming().includeUsage()) {
            events.add(json.bytes(ChatChunk.of(head, List.of(), usage.body())));
        }
        events.addDone();
        events.flush();
    }

    private void begin(int index) {
        if (begun[index]) {
            return;
        }
        begun[index] = true;
        add(new ChatChunk.Choice(index, Delta.begin(), null, null, null));
        if (!head.echo().isEmpty()) {
            text(index, head.echo());
        }
    }

    private void text(int index, String text) {
        if (meter.isContinuous()) {
            add(new ChatChunk.Choice(index, Delta.content(text), null, null, null));
        } else {
            chunks.add(events, index, text);
        }
    }

    private void add(ChatChunk.Choice choice) {
        @Nullable Object shown = meter.isContinuous() ? meter.body(choice.index()) : meter.placeholder();
        events.add(json.bytes(ChatChunk.of(head, choice, shown)));
    }

    @Override
    public void flush() {
        events.flush();
    }

    @Override
    public void signOfLife() {
        events.heartbeat();
    }

    @Override
    public boolean wantsHeartbeat() {
        return true;
    }
}
