package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles constraints for one vocabulary and keeps the compiled grammars and token masks that were used last.
 * Thread-safe; compile on the thread that received the request, not on the engine's.
 *
 * <p>Every method throws {@link GrammarException} for a constraint that cannot be compiled.
 */
public final class GrammarCompiler {
    private static final long MASK_BYTES = 128L << 20;

    private static final long GRAMMAR_BYTES = 64L << 20;
    private static final String COMMON_JSON = "{\"a\\n\": \"b\", \"c\": [1.5,\n \"d\"], \"e\": {}, \"f\": -10}";
    private static final int LONGEST_PATTERN = 16 * 1024;

    private final Tokenizer tokenizer;
    private @Nullable Prepared prepared;
    private final BoundedCache<String, CompiledGrammar> grammars =
            new BoundedCache<>(GRAMMAR_BYTES, CompiledGrammar::size);

    /** What takes long to make for a large vocabulary. */
    private record Prepared(Vocabulary vocabulary, TokenMasks masks, JsonRules json, CompiledGrammar jsonObject) {
        static Prepared of(Tokenizer tokenizer) {
            var vocabulary = new Vocabulary(tokenizer);
            var masks = new TokenMasks(vocabulary, MASK_BYTES);
            var json = new JsonRules();
            var object = new CompiledGrammar(json.object, vocabulary, masks);
            // The states that every JSON grammar shares cost the most to look into: find their tokens ahead.
            Configuration configuration = object.startConfiguration();
            for (byte b : COMMON_JSON.getBytes(StandardCharsets.US_ASCII)) {
                configuration = configuration.after(b);
                masks.of(configuration);
            }
            return new Prepared(vocabulary, masks, json, object);
        }
    }

    /** Reads nothing yet: see {@link #prepare}. */
    public GrammarCompiler(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Reads the tokenizer's vocabulary, which takes a second or so for a large one. The first constraint does it
     * otherwise.
     */
    public void prepare() {
        prepared();
    }

    private synchronized Prepared prepared() {
        if (prepared == null) {
            prepared = Prepared.of(tokenizer);
        }
        return prepared;
    }

    /** Any JSON object, nested up to 64 deep. */
    public Grammar jsonObject() {
        return prepared().jsonObject();
    }

    /**
     * The values that a JSON Schema describes. Everything in it that constrains is followed or refused; what it leaves
     * open may be narrowed: properties come in the order of the schema, an object with listed properties has no others
     * unless {@code additionalProperties} says so, and {@code oneOf} is taken as {@code anyOf}.
     */
    public Grammar jsonSchema(JsonNode schema) {
        String key = "schema " + schema;
        CompiledGrammar known = grammars.get(key);
        if (known == null) {
            known = grammar(SchemaCompiler.compile(schema, "#", prepared().json(), new CompileBudget()));
            grammars.put(key, known);
        }
        return known;
    }

    /** The texts that match a regular expression, in ECMA-262's syntax, as a whole. */
    public Grammar regex(String pattern) {
        String key = "regex " + pattern;
        CompiledGrammar known = grammars.get(key);
        if (known == null) {
            if (pattern.length() > LONGEST_PATTERN) {
                throw new GrammarException(
                        "regex: expected at most %d characters, got %d".formatted(LONGEST_PATTERN, pattern.length()));
            }
            var nfa = new Nfa(new CompileBudget());
            int end = nfa.state();
            nfa.accept(end);
            nfa.characters(EcmaRegex.matchingWhole(pattern), 0, end, false);
            known = grammar(nfa.define(new Rule("the regular expression")));
            grammars.put(key, known);
        }
        return known;
    }

    /** One of the given texts, exactly. */
    public Grammar choice(List<String> choices) {
        if (choices.isEmpty() || choices.stream().anyMatch(String::isEmpty)) {
            throw new GrammarException("choice: expected at least one text, none of them empty");
        }
        var nfa = new Nfa(new CompileBudget());
        int end = nfa.state();
        nfa.accept(end);
        for (String choice : choices) {
            nfa.literal(0, choice, end);
        }
        return grammar(nfa.define(new Rule("the choice")));
    }

    /**
     * Function calls whose arguments match the functions' schemas.
     *
     * @param parallel whether there may be more than one call
     */
    public Grammar toolCalls(ToolCallFormat format, List<ToolSchema> tools, ToolChoice choice, boolean parallel) {
        String key = "tools %s %s %s %s".formatted(format, choice, parallel, tools);
        CompiledGrammar known = grammars.get(key);
        if (known == null) {
            known = grammar(
                    new ToolRules(prepared().vocabulary(), prepared().json(), format).root(tools, choice, parallel));
            grammars.put(key, known);
        }
        return known;
    }

    private CompiledGrammar grammar(Rule root) {
        Prepared parts = prepared();
        return new CompiledGrammar(root, parts.vocabulary(), parts.masks());
    }
}
