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
final class ChatStream implements Delivery.StreamedAnswer {
    private final ChatHead head;
    private final ChunkWriter<ChatChunk.Choice> chunks;
    private final boolean[] begun;
    private final ChatText[] texts;

    ChatStream(ChatHead head, int promptTokens, EventStream events, Json json) {
        this.head = head;
        this.begun = new boolean[head.terms().choices()];
        this.texts = new ChatText[begun.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new ChatText(head.reading());
        }
        var usage = new UsageMeter(head.terms().streaming(), promptTokens, begun.length);
        this.chunks = new ChunkWriter<>(events, json, usage, new Format(head));
    }

    private record Format(ChatHead head) implements ChunkWriter.Format<ChatChunk.Choice> {
        @Override
        public ChatChunk.Choice text(int index, String text) {
            return new ChatChunk.Choice(index, Delta.content(text), null, null, null);
        }

        @Override
        public ChatChunk chunk(List<ChatChunk.Choice> choices, @Nullable Object usage) {
            return ChatChunk.of(head, choices, usage);
        }
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        begin(index);
        chunks.count(index);
        if (token.logprobs() != null) {
            var logprobs = new ChatLogprobs(List.of(ChatLogprobs.token(token.logprobs(), head.names())));
            boolean plain = head.reading().isPlain();
            chunks.add(
                    index, new ChatChunk.Choice(index, Delta.content(plain ? token.text() : ""), logprobs, null, null));
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
        var last = new ChatChunk.Choice(
                index,
                Delta.NOTHING,
                null,
                FinishReasons.name(finished.reason(), texts[index].hasCalled()),
                finished.stop());
        chunks.addLast(
                index, last, finished.usage(), index == 0, finished.usage().generatedTokens());
    }

    @Override
    public void end() {
        chunks.end();
    }

    private void begin(int index) {
        if (begun[index]) {
            return;
        }
        begun[index] = true;
        add(index, Delta.begin());
        if (!head.echo().isEmpty()) {
            chunks.text(index, head.echo());
        }
    }

    private void text(int index, String text) {
        if (text.isEmpty()) {
            return;
        }
        if (head.reading().isPlain()) {
            chunks.text(index, text);
            return;
        }
        for (var delta : texts[index].append(text)) {
            add(index, delta);
        }
    }

    private void add(int index, ChatDelta delta) {
        switch (delta) {
            case ChatDelta.Content(var text) -> chunks.text(index, text);
            case ChatDelta.Reasoning(var text) -> add(index, Delta.reasoning(text));
            case ChatDelta.CallStarted(var call, var name) ->
                add(
                        index,
                        Delta.toolCall(ToolCallDelta.start(call, head.reading().callId(), name)));
            case ChatDelta.CallArguments(var call, var fragment) ->
                add(index, Delta.toolCall(ToolCallDelta.arguments(call, fragment)));
            case ChatDelta.CallEnded _ -> {}
        }
    }

    private void add(int index, Delta delta) {
        chunks.add(index, new ChatChunk.Choice(index, delta, null, null, null));
    }
}
