package dev.windlass.engine.grammar;

import dev.windlass.engine.token.Tokenizer;
import java.util.List;

/**
 * Compiles constraints for one vocabulary and keeps the compiled grammars and token masks that were used last.
 * Thread-safe; compile on the thread that received the request, not on the engine's.
 *
 * <p>Every method throws {@link GrammarException} for a constraint that cannot be compiled.
 */
public final class GrammarCompiler {
    private static final long MASK_BYTES = 128L << 20;

    private final Vocabulary vocabulary;
    private final TokenMasks masks;
    private final JsonRules json = new JsonRules();

    /** Reads the vocabulary of a tokenizer, which takes a second or so for a large one. */
    public GrammarCompiler(Tokenizer tokenizer) {
        this.vocabulary = new Vocabulary(tokenizer);
        this.masks = new TokenMasks(vocabulary, MASK_BYTES);
    }

    /** Any JSON object, nested up to 64 deep. */
    public Grammar jsonObject() {
        return grammar(json.object);
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

    private CompiledGrammar grammar(Rule root) {
        return new CompiledGrammar(root, vocabulary, masks);
    }
}
