package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.server.http.ClientConnection;
import java.util.ArrayList;
import java.util.List;

/** A chat's answer that is sent as one object, when all its choices are complete. */
final class ChatAnswer implements Exchange.Answer {
    private final ChatHead head;
    private final List<Choice> choices = new ArrayList<>();
    private final UsageBody.Total usage;
    private GenerationEvent.PromptScored scored = new GenerationEvent.PromptScored(List.of());

    private static final class Choice {
        final StringBuilder text = new StringBuilder();
        final List<ChatLogprobs.Token> logprobs = new ArrayList<>();
        GenerationEvent.@org.jspecify.annotations.Nullable Finished end;
    }

    ChatAnswer(ChatHead head, int promptTokens) {
        this.head = head;
        this.usage = new UsageBody.Total(promptTokens);
        for (int i = 0; i < head.terms().choices(); i++) {
            choices.add(new Choice());
        }
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        var choice = choices.get(index);
        choice.text.append(token.text());
        if (token.logprobs() != null) {
            choice.logprobs.add(ChatLogprobs.token(token.logprobs(), head.names()));
        }
    }

    @Override
    public void promptScored(int index, GenerationEvent.PromptScored scored) {
        this.scored = scored;
    }

    @Override
    public void finished(int index, GenerationEvent.Finished finished) {
        var choice = choices.get(index);
        choice.text.append(finished.text());
        choice.end = finished;
        usage.add(finished.usage(), index == 0, finished.usage().generatedTokens());
    }

    ChatCompletion body() {
        var bodies = new ArrayList<ChatCompletion.Choice>(choices.size());
        for (int i = 0; i < choices.size(); i++) {
            bodies.add(body(i, choices.get(i)));
        }
        return new ChatCompletion(
                head.id(),
                "chat.completion",
                head.created(),
                head.terms().modelName(),
                bodies,
                usage.body(),
                head.terms().promptLogprobs().isPresent() ? PromptLogprob.all(scored, head.names()) : null);
    }

    private ChatCompletion.Choice body(int index, Choice choice) {
        var end = java.util.Objects.requireNonNull(choice.end, "the choice is not complete");
        return new ChatCompletion.Choice(
                index,
                new ChatCompletion.Message("assistant", head.echo() + choice.text, null, List.of()),
                head.terms().logprobs().isPresent() ? new ChatLogprobs(choice.logprobs) : null,
                FinishReasons.name(end.reason()),
                end.stop());
    }

    @Override
    public void flush() {}

    @Override
    public void signOfLife() {
        ClientConnection.current().probe();
    }

    @Override
    public boolean wantsHeartbeat() {
        return false;
    }
}
