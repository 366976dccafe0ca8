package dev.windlass.engine;

import dev.windlass.engine.token.LeadingSpace;
import dev.windlass.engine.token.TextStream;
import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Token 0 ends a text, token 1 is special, 2 to 5 are the bytes of one emoji, and all others are letters. */
final class LetterTokenizer implements Tokenizer {
    static final int END = 0;
    private static final byte[] EMOJI = "🙂".getBytes(StandardCharsets.UTF_8);

    private final int size;

    LetterTokenizer(int size) {
        this.size = size;
    }

    @Override
    public int vocabularySize() {
        return size;
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        return text.chars().map(letter -> letter - 'a' + 6).toArray();
    }

    @Override
    public byte[] bytes(int id) {
        if (id >= 2 && id < 6) {
            return new byte[] {EMOJI[id - 2]};
        }
        return token(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String token(int id) {
        return id < 2 ? "<" + id + ">" : String.valueOf((char) ('a' + (id - 6) % 26));
    }

    @Override
    public boolean isSpecial(int id) {
        return id < 2;
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of(END);
    }

    @Override
    public LeadingSpace leadingSpace() {
        return LeadingSpace.KEPT;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        var stream = new TextStream(this, skipSpecialTokens);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.append(id));
        }
        return text.append(stream.finish()).toString();
    }

    @Override
    public void close() {}
}
