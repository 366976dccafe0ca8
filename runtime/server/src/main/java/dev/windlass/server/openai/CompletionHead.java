package dev.windlass.server.openai;

import dev.windlass.server.openai.CompletionPrompts.Prompt;
import java.util.List;

/**
 * What all parts of a text completion share. Sequence {@code i} belongs to prompt {@code i / bestOf}.
 *
 * @param created seconds since 1970
 * @param echo whether the prompt comes before the output
 * @param bestOf how many sequences a prompt gets, of which the most probable are shown
 * @param showLogprobs whether the client asked for log-probabilities
 */
record CompletionHead(
        String id,
        long created,
        GenerationTerms terms,
        TokenNames names,
        List<Prompt> prompts,
        boolean echo,
        int bestOf,
        boolean showLogprobs) {

    int sequences() {
        return prompts.size() * bestOf;
    }

    Prompt prompt(int sequence) {
        return prompts.get(sequence / bestOf);
    }

    boolean isFirstOfPrompt(int sequence) {
        return sequence % bestOf == 0;
    }

    int promptTokens() {
        int sum = 0;
        for (var prompt : prompts) {
            sum += prompt.tokens().length;
        }
        return sum;
    }

    /** Whether the client wanted no output, only its prompt scored. */
    boolean generatesNothing() {
        return terms.ending().maximumTokens().orElse(1) == 0;
    }
}
