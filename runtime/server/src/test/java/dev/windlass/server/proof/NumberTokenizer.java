package dev.windlass.server.proof;

import dev.windlass.engine.token.LeadingSpace;
import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** For models without a tokenizer: a token's text is its number, and none ends a text. */
record NumberTokenizer(int vocabularySize) implements Tokenizer {
    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        return Arrays.stream(text.strip().split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    @Override
    public byte[] bytes(int id) {
        return (token(id) + " ").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String token(int id) {
        return Integer.toString(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return false;
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of();
    }

    @Override
    public LeadingSpace leadingSpace() {
        return LeadingSpace.KEPT;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        return Arrays.stream(ids).mapToObj(id -> token(id) + " ").collect(Collectors.joining());
    }

    @Override
    public void close() {}
}
