package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.chat.ChatDelta;
import dev.windlass.http.EventStream;
import dev.windlass.http.Json;
import dev.windlass.server.openai.ChatChunk.Delta;
import dev.windlass.server.openai.ChatChunk.ToolCallDelta;
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
    private final ChatText[] texts;

    ChatStream(ChatHead head, int promptTokens, EventStream events, Json json) {
        this.head = head;
        this.events = events;
        this.json = json;
        this.usage = new UsageBody.Total(promptTokens);
        this.meter = new UsageMeter(head.terms(), promptTokens);
        this.begun = new boolean[head.terms().choices()];
        this.texts = new ChatText[begun.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new ChatText(head.reading());
        }
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
            boolean plain = head.reading().isPlain();
            add(new ChatChunk.Choice(index, Delta.content(plain ? token.text() : ""), logprobs, null, null));
            if (!plain) {
                text(index, token.text());
            }
        } else {
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
        text(index, finished.text());
        for (var delta : texts[index].finish()) {
            add(index, delta);
        }
        usage.add(finished.usage(), index == 0, finished.usage().generatedTokens());
        add(new ChatChunk.Choice(
                index,
                Delta.NOTHING,
                null,
                FinishReasons.name(finished.reason(), texts[index].hasCalled()),
                finished.stop()));
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
        add(index, Delta.begin());
        if (!head.echo().isEmpty()) {
            content(index, head.echo());
        }
    }

    private void text(int index, String text) {
        if (text.isEmpty()) {
            return;
        }
        if (head.reading().isPlain()) {
            content(index, text);
            return;
        }
        for (var delta : texts[index].append(text)) {
            add(index, delta);
        }
    }

    private void add(int index, ChatDelta delta) {
        switch (delta) {
            case ChatDelta.Content(var text) -> content(index, text);
            case ChatDelta.Reasoning(var text) -> add(index, Delta.reasoning(text));
            case ChatDelta.CallStarted(var call, var name) ->
                add(index, Delta.toolCall(ToolCallDelta.start(call, name)));
            case ChatDelta.CallArguments(var call, var fragment) ->
                add(index, Delta.toolCall(ToolCallDelta.arguments(call, fragment)));
            case ChatDelta.CallEnded _ -> {}
        }
    }

    private void content(int index, String text) {
        if (meter.isContinuous()) {
            add(index, Delta.content(text));
        } else {
            chunks.add(events, index, text);
        }
    }

    private void add(int index, Delta delta) {
        add(new ChatChunk.Choice(index, delta, null, null, null));
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
