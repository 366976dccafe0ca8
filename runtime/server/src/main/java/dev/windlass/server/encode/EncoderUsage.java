package dev.windlass.server.encode;

import dev.windlass.engine.run.EncoderText;
import java.util.List;

/** OpenAI's {@code usage} where nothing is generated. */
record EncoderUsage(int promptTokens, int totalTokens) {
    static EncoderUsage of(List<EncoderText> texts) {
        int tokens = texts.stream().mapToInt(EncoderText::length).sum();
        return new EncoderUsage(tokens, tokens);
    }
}
