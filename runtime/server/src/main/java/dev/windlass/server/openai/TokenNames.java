package dev.windlass.server.openai;

import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How log-probabilities name tokens. */
record TokenNames(Tokenizer tokenizer, boolean asIds) {
    /** The token's text, with U+FFFD where it is part of a character. */
    String text(int token) {
        return asIds ? "token_id:" + token : new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
    }

    List<Integer> bytes(int token) {
        byte[] bytes = tokenizer.bytes(token);
        var list = new ArrayList<Integer>(bytes.length);
        for (byte b : bytes) {
            list.add(b & 0xff);
        }
        return list;
    }

    /** JSON has no infinity; OpenAI and vLLM write this for a token that cannot come. */
    static float finite(float logprob) {
        return Math.max(logprob, -9999f);
    }
}
