package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of vLLM's {@code prompt_logprobs}, which maps token ids to these for every position of the prompt. */
record PromptLogprob(float logprob, int rank, String decodedToken) {

    static List<@Nullable Map<String, PromptLogprob>> all(GenerationEvent.PromptScored scored, TokenNames names) {
        var list = new ArrayList<@Nullable Map<String, PromptLogprob>>(
                scored.tokens().size());
        for (var token : scored.tokens()) {
            list.add(token == null ? null : position(token, names));
        }
        return list;
    }

    private static Map<String, PromptLogprob> position(TokenLogprobs token, TokenNames names) {
        var entries = new LinkedHashMap<String, PromptLogprob>();
        put(entries, token.chosen(), names);
        token.top().forEach(entry -> put(entries, entry, names));
        return entries;
    }

    private static void put(Map<String, PromptLogprob> entries, TokenLogprobs.Entry entry, TokenNames names) {
        entries.put(
                Integer.toString(entry.id()),
                new PromptLogprob(TokenNames.finite(entry.logprob()), entry.rank(), names.text(entry.id())));
    }
}
