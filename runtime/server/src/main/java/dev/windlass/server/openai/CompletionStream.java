package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.http.EventStream;
import dev.windlass.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text completion that is sent as it comes. */
final class CompletionStream implements Delivery.StreamedAnswer {
    private final CompletionHead head;
    private final ChunkWriter<Completion.Choice> chunks;
    private final boolean[] begun;
    private final CompletionLogprobs.Builder[] logprobs;

    CompletionStream(CompletionHead head, EventStream events, Json json) {
        this.head = head;
        this.begun = new boolean[head.sequences()];
        this.logprobs = new CompletionLogprobs.Builder[head.sequences()];
        for (int i = 0; i < logprobs.length; i++) {
            logprobs[i] = new CompletionLogprobs.Builder(head.names());
        }
        var usage = new UsageMeter(head.terms().streaming(), head.promptTokens(), head.sequences());
        this.chunks = new ChunkWriter<>(events, json, usage, new Format(head));
    }

    private record Format(CompletionHead head) implements ChunkWriter.Format<Completion.Choice> {
        @Override
        public Completion.Choice text(int index, String text) {
            return new Completion.Choice(index, text, null, null, null, null);
        }

        @Override
        public Completion chunk(List<Completion.Choice> choices, @Nullable Object usage) {
            return Completion.of(head, choices, usage);
        }
    }

    @Override
    public void promptScored(int index, GenerationEvent.PromptScored scored) {
        var prompt = head.prompt(index).tokens();
        for (int i = 0; i < prompt.length; i++) {
            logprobs[index].add(prompt[i], scored.tokens().get(i));
        }
        begun[index] = true;
        show(index, head.prompt(index).text());
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        begin(index);
        if (head.generatesNothing()) {
            return;
        }
        chunks.count(index);
        if (token.logprobs() != null) {
            logprobs[index].add(token.id(), token.logprobs());
            show(index, token.text());
        } else if (!token.text().isEmpty()) {
            chunks.text(index, token.text());
        }
    }

    @Override
    public void finished(int index, GenerationEvent.Finished finished) {
        begin(index);
        boolean nothing = head.generatesNothing();
        var last = new Completion.Choice(
                index,
                nothing ? "" : finished.text(),
                null,
                nothing ? "length" : FinishReasons.name(finished.reason()),
                nothing ? null : finished.stop(),
                null);
        int generated = nothing ? 0 : finished.usage().generatedTokens();
        chunks.addLast(index, last, finished.usage(), head.isFirstOfPrompt(index), generated);
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
        if (head.echo()) {
            chunks.text(index, head.prompt(index).text());
            logprobs[index].skip(head.prompt(index).text());
        }
    }

    /** Adds text together with the log-probabilities read so far. */
    private void show(int index, String text) {
        chunks.add(index, new Completion.Choice(index, text, logprobs[index].take(), null, null, null));
    }
}
