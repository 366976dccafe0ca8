package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text completion that is sent as one object, when all its sequences are complete. */
final class CompletionAnswer implements Exchange.Answer {
    private final CompletionHead head;
    private final List<Sequence> sequences = new ArrayList<>();
    private final UsageBody.Total usage;

    private static final class Sequence {
        final StringBuilder text = new StringBuilder();
        final List<GenerationEvent.Token> tokens = new ArrayList<>();
        GenerationEvent.@Nullable PromptScored scored;
        GenerationEvent.@Nullable Finished end;
        double logprob;

        double meanLogprob() {
            return tokens.isEmpty() ? 0 : logprob / tokens.size();
        }
    }

    CompletionAnswer(CompletionHead head) {
        this.head = head;
        this.usage = new UsageBody.Total(head.promptTokens());
        for (int i = 0; i < head.sequences(); i++) {
            sequences.add(new Sequence());
        }
    }

    @Override
    public void token(int index, GenerationEvent.Token token) {
        if (head.generatesNothing()) {
            return;
        }
        var sequence = sequences.get(index);
        sequence.text.append(token.text());
        if (token.logprobs() != null) {
            sequence.tokens.add(token);
            sequence.logprob += token.logprobs().chosen().logprob();
        }
    }

    @Override
    public void promptScored(int index, GenerationEvent.PromptScored scored) {
        sequences.get(index).scored = scored;
    }

    @Override
    public void finished(int index, GenerationEvent.Finished finished) {
        var sequence = sequences.get(index);
        if (!head.generatesNothing()) {
            sequence.text.append(finished.text());
        }
        sequence.end = finished;
        usage.add(
                finished.usage(),
                head.isFirstOfPrompt(index),
                head.generatesNothing() ? 0 : finished.usage().generatedTokens());
    }

    Completion body() {
        var choices = new ArrayList<Completion.Choice>();
        for (int prompt = 0; prompt < head.prompts().size(); prompt++) {
            var candidates = new ArrayList<>(sequences.subList(prompt * head.bestOf(), (prompt + 1) * head.bestOf()));
            if (head.bestOf() > head.terms().choices()) {
                candidates.sort(
                        Comparator.comparingDouble(Sequence::meanLogprob).reversed());
            }
            for (int i = 0; i < head.terms().choices(); i++) {
                choices.add(choice(choices.size(), head.prompts().get(prompt), candidates.get(i)));
            }
        }
        return Completion.of(head, choices, usage.body());
    }

    private Completion.Choice choice(int index, CompletionPrompts.Prompt prompt, Sequence sequence) {
        var end = Objects.requireNonNull(sequence.end, "the sequence is not complete");
        var scored = sequence.scored;
        return new Completion.Choice(
                index,
                head.echo() ? prompt.text() + sequence.text : sequence.text.toString(),
                head.showLogprobs() ? logprobs(prompt, sequence) : null,
                head.generatesNothing() ? "length" : FinishReasons.name(end.reason()),
                head.generatesNothing() ? null : end.stop(),
                head.terms().scoring().prompt().isPresent() && !head.echo() && scored != null
                        ? PromptLogprob.all(scored, head.names())
                        : null);
    }

    private CompletionLogprobs logprobs(CompletionPrompts.Prompt prompt, Sequence sequence) {
        var builder = new CompletionLogprobs.Builder(head.names());
        if (head.echo() && sequence.scored != null) {
            var scored = sequence.scored.tokens();
            for (int i = 0; i < prompt.tokens().length; i++) {
                builder.add(prompt.tokens()[i], scored.get(i));
            }
        }
        for (var token : sequence.tokens) {
            builder.add(token.id(), token.logprobs());
        }
        return builder.take();
    }
}
