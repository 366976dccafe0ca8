package dev.windlass.engine.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A vocabulary made of given bytes. */
final class FakeTokenizer implements Tokenizer {
    final List<byte[]> bytes = new ArrayList<>();
    Set<Integer> specials = Set.of();
    private final LeadingSpace leading;

    FakeTokenizer(LeadingSpace leading) {
        this.leading = leading;
    }

    /** Every token of the vocabulary, in order, through a stream. */
    String decodeAll() {
        var stream = new TextStream(this, false);
        var text = new StringBuilder();
        for (int id = 0; id < bytes.size(); id++) {
            text.append(stream.append(id));
        }
        return text.append(stream.finish()).toString();
    }

    @Override
    public int vocabularySize() {
        return bytes.size();
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] bytes(int id) {
        return bytes.get(id);
    }

    @Override
    public String token(int id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSpecial(int id) {
        return specials.contains(id);
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of();
    }

    @Override
    public LeadingSpace leadingSpace() {
        return leading;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
