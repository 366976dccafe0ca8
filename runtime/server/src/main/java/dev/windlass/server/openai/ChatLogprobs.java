package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log-probabilities of a chat choice. */
record ChatLogprobs(List<Token> content, @Nullable String refusal) {
    ChatLogprobs(List<Token> content) {
        this(content, null);
    }

    /** One generated token. */
    record Token(String token, float logprob, List<Integer> bytes, List<Top> topLogprobs) {}

    /** One of the most probable tokens at a position. */
    record Top(String token, float logprob, List<Integer> bytes) {}

    static Token token(TokenLogprobs logprobs, TokenNames names) {
        var top = new ArrayList<Top>(logprobs.top().size());
        for (var entry : logprobs.top()) {
            top.add(new Top(names.text(entry.id()), TokenNames.finite(entry.logprob()), names.bytes(entry.id())));
        }
        var chosen = logprobs.chosen();
        return new Token(names.text(chosen.id()), TokenNames.finite(chosen.logprob()), names.bytes(chosen.id()), top);
    }
}
