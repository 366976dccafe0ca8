package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.http.EventStream;
import dev.windlass.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text completion that is sent as it comes. */
final class CompletionStream implements Exchange.Answer {
    private final CompletionHead head;
    private final EventStream events;
    private final Json json;
    private final TextChunks chunks;
    private final UsageBody.Total usage;
    private final UsageMeter meter;
    private final boolean[] begun;
    private final CompletionLogprobs.Builder[] logprobs;

    CompletionStream(CompletionHead head, EventStream events, Json json) {
        this.head = head;
        this.events = events;
        this.json = json;
        this.usage = new UsageBody.Total(head.promptTokens());
        this.meter = new UsageMeter(head.terms(), head.promptTokens(), head.sequences());
        this.begun = new boolean[head.sequences()];
        this.logprobs = new CompletionLogprobs.Builder[head.sequences()];
        for (int i = 0; i < logprobs.length; i++) {
            logprobs[i] = new CompletionLogprobs.Builder(head.names());
        }
        this.chunks = new TextChunks(
                begun.length,
                (index, text) -> json.bytes(Completion.of(
                        head,
                        List.of(new Completion.Choice(index, text, null, null, null, null)),
                        meter.placeholder())));
    }

    @Override
    public void promptScored(int index, GenerationEvent.PromptScored scored) {
        var prompt = head.prompt(index).tokens();
        for (int i = 0; i < prompt.length; i++) {
            logprobs[index].add(prompt[i], scored.tokens().get(i));
        }
        begun[index] = true;
        add(new Completion.Choice(index, head.prompt(index).text(), logprobs[index].take(), null, null, null));
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        begin(index);
        if (head.generatesNothing()) {
            return;
        }
        meter.count(index);
        if (token.logprobs() != null) {
            logprobs[index].add(token.id(), token.logprobs());
            add(new Completion.Choice(index, token.text(), logprobs[index].take(), null, null, null));
        } else if (!token.text().isEmpty()) {
            text(index, token.text());
        }
    }

    @Override
    public void finished(int index, GenerationEvent.Finished finished) {
        begin(index);
        boolean nothing = head.generatesNothing();
        usage.add(
                finished.usage(),
                head.isFirstOfPrompt(index),
                nothing ? 0 : finished.usage().generatedTokens());
        add(new Completion.Choice(
                index,
                nothing ? "" : finished.text(),
                null,
                nothing ? "length" : FinishReasons.name(finished.reason()),
                nothing ? null : finished.stop(),
                null));
    }

    /** Adds what comes after the last sequence's end. */
    void end() {
        if (head.terms().streaming().includeUsage()) {
            events.add(json.bytes(Completion.of(head, List.of(), usage.body())));
        }
        events.addDone();
        events.flush();
    }

    private void begin(int index) {
        if (begun[index]) {
            return;
        }
        begun[index] = true;
        if (head.echo()) {
            text(index, head.prompt(index).text());
            logprobs[index].skip(head.prompt(index).text());
        }
    }

    private void text(int index, String text) {
        if (meter.isContinuous()) {
            add(new Completion.Choice(index, text, null, null, null, null));
        } else {
            chunks.add(events, index, text);
        }
    }

    private void add(Completion.Choice choice) {
        @Nullable Object shown = meter.isContinuous() ? meter.body(choice.index()) : meter.placeholder();
        events.add(json.bytes(Completion.of(head, List.of(choice), shown)));
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
