package dev.windlass.engine.token;

import dev.windlass.engine.run.EncoderText;
import org.jspecify.annotations.Nullable;

/** A tokenizer that also knows how an encoder wants texts: with tokens around and between them. */
public interface EncoderTokenizer extends Tokenizer {
    /**
     * Encodes a text, or two as one, with all that the tokenizer adds. Special tokens spelled out in them are ordinary
     * text. What is longer than {@code most} loses tokens at the end of its texts, of the longer one first, as in Hugging
     * Face's library; what was added stays.
     *
     * @throws IllegalArgumentException when nothing of a text would be left, or there is no token at all
     */
    EncoderText encode(String first, @Nullable String second, int most);
}
