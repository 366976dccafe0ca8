package dev.windlass.engine.grammar;

import dev.windlass.engine.token.LeadingSpace;
import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A vocabulary given as a list: the 256 bytes, then further texts, then special tokens, the last of which ends a text. */
final class ListedTokenizer implements Tokenizer {
    private final List<byte[]> bytes;
    private final int firstSpecial;

    private ListedTokenizer(List<byte[]> bytes, int firstSpecial) {
        this.bytes = bytes;
        this.firstSpecial = firstSpecial;
    }

    static ListedTokenizer of(List<byte[]> texts, String... specials) {
        var bytes = new ArrayList<byte[]>();
        for (int b = 0; b < 256; b++) {
            bytes.add(new byte[] {(byte) b});
        }
        bytes.addAll(texts);
        int firstSpecial = bytes.size();
        for (String special : specials) {
            bytes.add(special.getBytes(StandardCharsets.UTF_8));
        }
        bytes.add("<|end|>".getBytes(StandardCharsets.UTF_8));
        return new ListedTokenizer(bytes, firstSpecial);
    }

    /** Bytes, merges that cross every boundary of JSON, and characters cut in the middle. */
    static ListedTokenizer ofMerges(String... specials) {
        var texts = new ArrayList<byte[]>();
        for (String text : List.of(
                "{\"",
                "\":",
                "\": ",
                "\",",
                "\", \"",
                "\"}",
                "\"]",
                "},",
                "}}",
                "}]}",
                "[[",
                "[{\"",
                "{}",
                "[]",
                "]}",
                ": ",
                ", ",
                ",\n",
                "\n  ",
                "\n    ",
                "  ",
                "        ",
                "true",
                "false",
                "null",
                "tru",
                "ue}",
                "name",
                "\"name",
                "\"name\"",
                "\"name\": \"",
                "12",
                "123",
                "0.",
                ".5",
                "e+",
                "-1",
                "1}",
                "1,",
                "2]",
                "\\n",
                "\\\"",
                "\\u",
                "\\u00",
                "D8",
                "é",
                "日本",
                "😀",
                "a\"",
                "abc",
                "hello world",
                " the",
                "}\n",
                "<tool_call>\n",
                "</tool",
                "_call>",
                "arguments",
                "\"arguments\": {",
                "\"a\"",
                "a",
                "b\":1",
                "\\",
                "\\\\",
                "\u0000",
                "</")) {
            texts.add(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] smile = "😀".getBytes(StandardCharsets.UTF_8);
        texts.add(new byte[] {smile[0], smile[1]});
        texts.add(new byte[] {smile[2], smile[3]});
        texts.add(new byte[] {'x', smile[0]});
        texts.add(new byte[] {smile[3], '"'});
        texts.add(new byte[] {});
        return of(texts, specials);
    }

    /** A vocabulary of the size and shape that large models have. */
    static ListedTokenizer ofSize(int size, long seed) {
        var random = new Random(seed);
        var texts = new ArrayList<byte[]>();
        texts.addAll(ofMerges().bytes.subList(256, 256 + 60));
        String[] syllables = {
            "an", "ter", "ing", "pro", "con", "e", "s", "ment", "al", "i", "o", "re", "qu", "th", "日", "ü", "и", "н"
        };
        String[] ends = {"", "", "", "", "", "", "", "", "\"", "\",", ".", "():", "\":", "s", "_", "}", ",", "\n"};
        for (int spaces = 1; spaces < 100; spaces++) {
            texts.add(" ".repeat(spaces).getBytes(StandardCharsets.UTF_8));
        }
        var seen = new java.util.HashSet<String>();
        while (texts.size() < size - 300) {
            var text = new StringBuilder(random.nextInt(3) == 0 ? "" : " ");
            for (int i = 0, n = 1 + random.nextInt(5); i < n; i++) {
                text.append(syllables[random.nextInt(syllables.length)]);
            }
            if (random.nextInt(20) == 0) {
                text.append(ends[random.nextInt(ends.length)]);
            }
            if (seen.add(text.toString())) {
                texts.add(text.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return of(texts);
    }

    @Override
    public int vocabularySize() {
        return bytes.size();
    }

    @Override
    public byte[] bytes(int id) {
        return bytes.get(id);
    }

    @Override
    public String token(int id) {
        return new String(bytes(id), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isSpecial(int id) {
        return id >= firstSpecial;
    }

    int end() {
        return bytes.size() - 1;
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of(end());
    }

    @Override
    public LeadingSpace leadingSpace() {
        return LeadingSpace.KEPT;
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[utf8.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = utf8[i] & 0xff;
        }
        return ids;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        var out = new java.io.ByteArrayOutputStream();
        for (int id : ids) {
            if (!skipSpecialTokens || !isSpecial(id)) {
                out.writeBytes(bytes(id));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {}
}
