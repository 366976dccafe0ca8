package dev.windlass.engine.token;

import java.util.Set;

/**
 * A model's vocabulary and how text becomes tokens and tokens become text. Thread-safe; whoever opened it closes it.
 */
public interface Tokenizer extends AutoCloseable {

    /** One more than the largest token id. */
    int vocabularySize();

    /**
     * Encodes text.
     *
     * @param addSpecialTokens whether to add what the tokenizer's post-processor adds, such as a begin-of-sequence token
     * @param parseSpecialTokens whether special tokens spelled out in the text become those tokens (chat templates need
     *     it) or ordinary text (untrusted input wants that)
     */
    int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens);

    /** The bytes a token stands for in the middle of a text; a special token's are its name in UTF-8. Never changed. */
    byte[] bytes(int id);

    /** The token as the vocabulary spells it. */
    String token(int id);

    /** Whether {@code skip_special_tokens} leaves this token out of the text. */
    boolean isSpecial(int id);

    /** The tokens that end a text, from the generation config and the tokenizer's. */
    Set<Integer> endTokens();

    /** What becomes of a space at a text's start. */
    LeadingSpace leadingSpace();

    /** Decodes a whole text. Bytes that are no UTF-8 become U+FFFD. */
    String decode(int[] ids, boolean skipSpecialTokens);

    @Override
    void close();
}
