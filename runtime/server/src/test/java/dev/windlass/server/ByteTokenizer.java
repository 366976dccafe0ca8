package dev.windlass.server;

import dev.windlass.engine.token.LeadingSpace;
import dev.windlass.engine.token.TextStream;
import dev.windlass.engine.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every byte is a token, and so are three markers: the begin and the end of a message, and the begin of a text. */
final class ByteTokenizer implements Tokenizer {
    static final int BEGIN = 256;
    static final int END = 257;
    static final int TEXT = 258;
    private static final List<String> MARKERS = List.of("<|begin|>", "<|end|>", "<|text|>");

    @Override
    public int vocabularySize() {
        return 259;
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        var tokens = new ArrayList<Integer>();
        if (addSpecialTokens) {
            tokens.add(TEXT);
        }
        int i = 0;
        while (i < text.length()) {
            int marker = parseSpecialTokens ? marker(text, i) : -1;
            if (marker >= 0) {
                tokens.add(BEGIN + marker);
                i += MARKERS.get(marker).length();
            } else {
                int character = text.codePointAt(i);
                for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    tokens.add(b & 0xff);
                }
                i += Character.charCount(character);
            }
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int marker(String text, int at) {
        for (int i = 0; i < MARKERS.size(); i++) {
            if (text.startsWith(MARKERS.get(i), at)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public byte[] bytes(int id) {
        return id < 256 ? new byte[] {(byte) id} : MARKERS.get(id - BEGIN).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String token(int id) {
        return id < 256 ? "<0x%02X>".formatted(id) : MARKERS.get(id - BEGIN);
    }

    @Override
    public boolean isSpecial(int id) {
        return id >= 256;
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

    /** All of a sequence as text. */
    String text(int[] ids, int count) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(bytes(ids[i]));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {}
}
