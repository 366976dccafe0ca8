package dev.windlass.policy.limits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * How many tokens a request may cost, before anybody has counted them.
 *
 * <p>The prompt is taken for a token for every three bytes of its UTF-8, and eight for every message: English has four to five bytes a
 * token, Chinese about three, so that this is nearly always too much. Prompts that are given as tokens are counted. The output is what the
 * request allows, for each of its choices.
 *
 * @param prompt tokens, at least 1
 * @param output tokens that may be generated
 * @param isGuess whether the request does not say how much output it wants, so that less may be reserved
 */
record TokenEstimate(long prompt, long output, boolean isGuess) {
    /** What is reserved for a chat's answer where neither the request nor the deployment has a bound. */
    static final long CHAT_OUTPUT = 1024;
    /** OpenAI's bound on text completions. */
    static final long COMPLETION_OUTPUT = 16;

    private static final int BYTES = 3;
    private static final int MESSAGE = 8;
    /** Far from any overflow. */
    private static final long MOST = 1L << 40;

    /** @param maxOutputTokens the deployment's; 0 is none */
    static TokenEstimate of(String path, ObjectNode body, int maxOutputTokens) {
        long prompt = Math.max(1, prompt(body));
        boolean isChat = path.endsWith("/chat/completions");
        if (!isChat && !path.endsWith("/completions")) {
            return new TokenEstimate(prompt, 0, false);
        }
        long wish = wish(body, "max_completion_tokens");
        if (wish < 0) {
            wish = wish(body, "max_tokens");
        }
        boolean isGuess = wish < 0;
        if (isGuess) {
            wish = isChat ? CHAT_OUTPUT : COMPLETION_OUTPUT;
            if (maxOutputTokens > 0 && isChat) {
                wish = maxOutputTokens;
            }
        }
        if (maxOutputTokens > 0) {
            wish = Math.min(wish, maxOutputTokens);
        }
        long choices = Math.max(1, Math.max(wish(body, "n"), wish(body, "best_of")));
        return new TokenEstimate(prompt, times(times(wish, choices), isChat ? 1 : prompts(body)), isGuess);
    }

    /** @param most the smallest of the quotas, which no guess may be beyond */
    TokenEstimate within(long most) {
        return isGuess && prompt + output > most && prompt < most
                ? new TokenEstimate(prompt, most - prompt, true)
                : this;
    }

    long all() {
        return prompt + output;
    }

    private static long prompt(ObjectNode body) {
        long bytes = 0;
        long tokens = MESSAGE * (long) body.path("messages").size();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            switch (field.getKey()) {
                case "model", "user" -> {}
                case "prompt", "input" -> {
                    bytes += bytes(field.getValue());
                    tokens += numbers(field.getValue());
                }
                default -> bytes += bytes(field.getValue());
            }
        }
        return Math.min(MOST, tokens + (bytes + BYTES - 1) / BYTES);
    }

    /** Of all texts, however deep, and of the names in objects that are shown to the model, such as those of a function's parameters. */
    private static long bytes(JsonNode node) {
        if (node.isTextual()) {
            return utf8(node.textValue());
        }
        long sum = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            sum += field.getKey().length() + bytes(field.getValue());
        }
        if (node.isArray()) {
            for (var element : node) {
                sum += bytes(element);
            }
        }
        return sum;
    }

    private static long numbers(JsonNode node) {
        if (node.isNumber()) {
            return 1;
        }
        long sum = 0;
        if (node.isArray()) {
            for (var element : node) {
                sum += numbers(element);
            }
        }
        return sum;
    }

    private static long utf8(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) {
                bytes += 2;
            } else if (c >= 0x80) {
                // Half of the four bytes of what takes two chars, or the second of two.
                bytes++;
            }
        }
        return bytes;
    }

    /** Several prompts in one request: a list of texts, or of lists of tokens. */
    private static long prompts(ObjectNode body) {
        var prompt = body.path("prompt");
        return prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber() ? prompt.size() : 1;
    }

    /** A whole number, -1 where there is none that makes sense; the runtime says so. */
    private static long wish(ObjectNode body, String field) {
        var value = body.path(field);
        return value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0 ? value.asLong() : -1;
    }

    private static long times(long tokens, long count) {
        return tokens > 0 && count > MOST / tokens ? MOST : Math.min(MOST, tokens * count);
    }
}
