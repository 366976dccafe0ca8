package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log-probabilities of a text completion, a list for each aspect.
 *
 * @param textOffset where in the text each token begins, in characters
 */
record CompletionLogprobs(
        List<String> tokens,
        List<@Nullable Float> tokenLogprobs,
        List<@Nullable Map<String, Float>> topLogprobs,
        List<Integer> textOffset) {

    /** Collects them token by token. */
    static final class Builder {
        private final TokenNames names;
        private final TokenNames texts;
        private CompletionLogprobs built;
        private int offset;

        Builder(TokenNames names) {
            this.names = names;
            this.texts = new TokenNames(names.tokenizer(), false);
            this.built = empty();
        }

        private static CompletionLogprobs empty() {
            return new CompletionLogprobs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        /** Adds a token; the prompt's first has no log-probabilities. */
        void add(int token, @Nullable TokenLogprobs logprobs) {
            built.tokens.add(names.text(token));
            built.tokenLogprobs.add(
                    logprobs == null
                            ? null
                            : TokenNames.finite(logprobs.chosen().logprob()));
            built.topLogprobs.add(logprobs == null ? null : top(logprobs));
            built.textOffset.add(offset);
            offset += texts.text(token).length();
        }

        private Map<String, Float> top(TokenLogprobs logprobs) {
            var top = new LinkedHashMap<String, Float>();
            for (var entry : logprobs.top()) {
                top.putIfAbsent(names.text(entry.id()), TokenNames.finite(entry.logprob()));
            }
            top.putIfAbsent(
                    names.text(logprobs.chosen().id()),
                    TokenNames.finite(logprobs.chosen().logprob()));
            return top;
        }

        void skip(String text) {
            offset += text.length();
        }

        /** What was added since the last call; offsets go on. */
        CompletionLogprobs take() {
            var taken = built;
            built = empty();
            return taken;
        }
    }
}
