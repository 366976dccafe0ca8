package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.chat.ChatDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A chat's answer that is sent as one object, when all its choices are complete. */
final class ChatAnswer implements Exchange.Answer {
    private final ChatHead head;
    private final List<Choice> choices = new ArrayList<>();
    private final UsageBody.Total usage;
    private GenerationEvent.PromptScored scored = new GenerationEvent.PromptScored(List.of());

    private static final class Choice {
        final StringBuilder text = new StringBuilder();
        final List<ChatLogprobs.Token> logprobs = new ArrayList<>();
        GenerationEvent.@Nullable Finished end;
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
                head.terms().scoring().prompt().isPresent() ? PromptLogprob.all(scored, head.names()) : null);
    }

    private ChatCompletion.Choice body(int index, Choice choice) {
        var end = Objects.requireNonNull(choice.end, "the choice is not complete");
        var message = message(choice);
        return new ChatCompletion.Choice(
                index,
                message,
                head.terms().scoring().output().isPresent() ? new ChatLogprobs(choice.logprobs) : null,
                FinishReasons.name(end.reason(), !message.toolCalls().isEmpty()),
                end.stop());
    }

    private ChatCompletion.Message message(Choice choice) {
        var content = new StringBuilder(head.echo());
        var thought = new StringBuilder();
        var names = new ArrayList<String>();
        var arguments = new ArrayList<StringBuilder>();
        var text = new ChatText(head.reading());
        var deltas = new ArrayList<>(text.append(choice.text.toString()));
        deltas.addAll(text.finish());
        for (var delta : deltas) {
            switch (delta) {
                case ChatDelta.Content(var said) -> content.append(said);
                case ChatDelta.Reasoning(var reasoned) -> thought.append(reasoned);
                case ChatDelta.CallStarted started -> {
                    names.add(started.name());
                    arguments.add(new StringBuilder());
                }
                case ChatDelta.CallArguments(var call, var fragment) ->
                    arguments.get(call).append(fragment);
                case ChatDelta.CallEnded _ -> {}
            }
        }
        var calls = new ArrayList<ToolCallBody>(names.size());
        for (int i = 0; i < names.size(); i++) {
            calls.add(ToolCallBody.of(
                    head.reading().callId(), names.get(i), arguments.get(i).toString()));
        }
        boolean saysNothing = content.isEmpty() && !calls.isEmpty();
        return new ChatCompletion.Message(
                "assistant",
                saysNothing ? null : content.toString(),
                null,
                thought.isEmpty() ? null : thought.toString(),
                calls);
    }
}
