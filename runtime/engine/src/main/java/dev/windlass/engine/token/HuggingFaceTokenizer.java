package dev.windlass.engine.token;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.run.EncoderText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model directory in Hugging Face's layout: tokenizer.json and what tokenizer_config.json,
 * special_tokens_map.json, added_tokens.json and generation_config.json say beside it.
 *
 * <p>Text is encoded by Hugging Face's native library. Tokens are decoded here, from a table, so that streaming costs no
 * native call. Two things differ from {@code transformers} on purpose: {@code clean_up_tokenization_spaces} is not
 * heeded, since it changes code and quotations and cannot be streamed, and of bytes that are no UTF-8 only the invalid
 * ones are replaced, not the whole run of byte tokens they stand in.
 */
public final class HuggingFaceTokenizer implements EncoderTokenizer {
    /** The longest text that is encoded, in UTF-16 units; longer ones do not fit any model's context. */
    public static final int LONGEST_TEXT = 1 << 23;

    /** Ends of an assistant's turn that models' generation configs are known to forget. */
    private static final List<String> TURN_ENDS = List.of("<|im_end|>", "<|eot_id|>", "<end_of_turn>");

    private static final byte[] NOTHING = {};
    private static final int[] NO_TOKENS = {};

    private final Path modelDirectory;
    private final List<AddedToken> missing;
    private final NativeTokenizer tokenizer;
    private final @Nullable String[] tokens;
    private final byte[][] bytes;
    private final BitSet special;
    private final SpecialSpellings spellings;
    private final Set<Integer> endTokens;
    private final Map<String, String> namedTokens;
    private final LeadingSpace leadingSpace;
    private @Nullable NativeTokenizer plain;
    private boolean closed;

    private HuggingFaceTokenizer(
            Path modelDirectory,
            TokenizerFile file,
            TokenTable table,
            Set<Integer> endTokens,
            Map<String, String> named) {
        TokenDecoder decoder = TokenDecoder.of(file.decoder());
        this.modelDirectory = modelDirectory;
        this.missing = List.copyOf(table.missing);
        this.tokens = table.tokens;
        this.special = table.special;
        this.spellings = SpecialSpellings.of(file.normalizer(), file.addedTokens(), missing);
        this.endTokens = Set.copyOf(endTokens);
        this.namedTokens = named;
        this.leadingSpace = decoder.leadingSpace();
        this.bytes = new byte[tokens.length][];
        for (int id = 0; id < bytes.length; id++) {
            String token = tokens[id];
            bytes[id] = token == null ? NOTHING : decoder.bytes(token);
        }
        this.tokenizer = NativeTokenizer.of(TokenizerRewrite.withAdded(file.json(), missing));
    }

    /**
     * Loads a model's tokenizer.
     *
     * @throws TokenizerException if a file is missing, malformed or asks for what is not supported
     */
    public static HuggingFaceTokenizer open(Path modelDirectory) {
        TokenizerFile file = TokenizerFile.read(modelDirectory.resolve("tokenizer.json"));
        SpecialTokens specials = SpecialTokens.read(modelDirectory);
        var table = new TokenTable(file, specials);
        Set<Integer> ends = new LinkedHashSet<>(specials.endIds());
        table.addId(specials.named().get("eos_token"), ends);
        String template = chatTemplate(modelDirectory);
        for (String end : TURN_ENDS) {
            if (template.contains(end)) {
                table.addId(end, ends);
            }
        }
        ends.removeIf(id -> id < 0 || id >= table.tokens.length);
        return new HuggingFaceTokenizer(modelDirectory, file, table, ends, specials.named());
    }

    private static String chatTemplate(Path modelDirectory) {
        JsonNode template = JsonFiles.readObject(modelDirectory.resolve("tokenizer_config.json"))
                .path("chat_template");
        return template.isTextual() ? template.textValue() : template.toString();
    }

    /** Tokens by id, and which of them are special. */
    private static final class TokenTable {
        final @Nullable String[] tokens;
        final BitSet special = new BitSet();
        final List<AddedToken> missing = new ArrayList<>();
        private final Map<String, Integer> ids = new HashMap<>();

        TokenTable(TokenizerFile file, SpecialTokens specials) {
            Map<Integer, String> byId = new HashMap<>(file.vocabulary());
            file.vocabulary().forEach((id, token) -> ids.put(token, id));
            var contents = new HashSet<String>();
            for (AddedToken token : file.addedTokens()) {
                contents.add(token.content());
                add(token, byId);
            }
            // In the order of their ids, since the native library numbers new tokens as they come.
            specials.added().stream()
                    .sorted((left, right) -> Integer.compare(left.id(), right.id()))
                    .filter(token -> contents.add(token.content()))
                    .forEach(token -> {
                        missing.add(token);
                        add(token, byId);
                    });
            var named = new LinkedHashSet<>(specials.named().values());
            named.addAll(specials.additional());
            for (String token : named) {
                Integer id = ids.get(token);
                if (id != null && contents.add(token)) {
                    missing.add(new AddedToken(id, token, true));
                }
                if (id != null) {
                    special.set(id);
                }
            }
            int size =
                    1 + byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
            tokens = new String[size];
            byId.forEach((id, token) -> tokens[id] = token);
        }

        private void add(AddedToken token, Map<Integer, String> byId) {
            byId.put(token.id(), token.content());
            ids.put(token.content(), token.id());
            if (token.special()) {
                special.set(token.id());
            }
        }

        void addId(@Nullable String token, Set<Integer> set) {
            Integer id = token == null ? null : ids.get(token);
            if (id != null) {
                set.add(id);
            }
        }
    }

    @Override
    public int vocabularySize() {
        return tokens.length;
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens, boolean parseSpecialTokens) {
        String clean = checked(text);
        return parseSpecialTokens || !spellings.mayBeIn(clean)
                ? tokenizer.encode(clean, addSpecialTokens)
                : encodeSpellings(clean, addSpecialTokens);
    }

    @Override
    public EncoderText encode(String first, @Nullable String second, int most) {
        String cleanFirst = checked(first);
        String cleanSecond = second == null ? null : checked(second);
        boolean spelled = spellings.mayBeIn(cleanFirst) || cleanSecond != null && spellings.mayBeIn(cleanSecond);
        NativeTokenizer chosen = spelled ? plain() : tokenizer;
        EncoderText whole = chosen.encode(cleanFirst, cleanSecond);
        return whole.length() <= most
                ? whole
                : new Truncation(
                                whole,
                                chosen.encode(cleanFirst, false),
                                cleanSecond == null ? NO_TOKENS : chosen.encode(cleanSecond, false))
                        .to(most);
    }

    private static String checked(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "text: expected at most %d characters, got %d".formatted(LONGEST_TEXT, text.length()));
        }
        return wellFormed(text);
    }

    /** Encodes a text in which special tokens are ordinary text even where it spells them. */
    int[] encodeSpellings(String text, boolean addSpecialTokens) {
        return plain().encode(text, addSpecialTokens);
    }

    /** Few texts ever need it, and it takes as much time and memory as the tokenizer itself. */
    private synchronized NativeTokenizer plain() {
        if (closed) {
            throw new IllegalStateException("the tokenizer is closed");
        }
        if (plain == null) {
            String json =
                    TokenizerFile.read(modelDirectory.resolve("tokenizer.json")).json();
            plain = NativeTokenizer.of(TokenizerRewrite.withoutSpecials(TokenizerRewrite.withAdded(json, missing)));
        }
        return plain;
    }

    /** Surrogates without their other half have no UTF-8. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    @Override
    public byte[] bytes(int id) {
        return id < bytes.length ? bytes[id] : NOTHING;
    }

    @Override
    public String token(int id) {
        String token = id < tokens.length ? tokens[id] : null;
        return token == null ? "" : token;
    }

    @Override
    public boolean isSpecial(int id) {
        return special.get(id);
    }

    @Override
    public Set<Integer> endTokens() {
        return endTokens;
    }

    /** The texts of tokens by role, such as {@code bos_token}: what a chat template may refer to. */
    public Map<String, String> namedTokens() {
        return namedTokens;
    }

    @Override
    public LeadingSpace leadingSpace() {
        return leadingSpace;
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

    /** What the native library makes of the tokens, for tests to compare with. */
    String decodeNatively(int[] ids, boolean skipSpecialTokens) {
        var wide = new long[ids.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = ids[i];
        }
        return tokenizer.decode(wide, skipSpecialTokens);
    }

    @Override
    public synchronized void close() {
        closed = true;
        tokenizer.close();
        if (plain != null) {
            plain.close();
        }
    }
}
