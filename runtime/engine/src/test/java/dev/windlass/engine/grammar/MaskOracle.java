package dev.windlass.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The slow truth about masks: every token tried by running its symbols through the rules. */
final class MaskOracle {
    private MaskOracle() {}

    /** Draws an output and compares the mask with the truth at every step. */
    static void check(Grammar grammar, ListedTokenizer tokenizer, Random random, int tokens) {
        var vocabulary = new Vocabulary(tokenizer);
        TokenConstraint constraint = grammar.start();
        Configuration configuration = ((CompiledGrammar) grammar).startConfiguration();
        for (int step = 0; step < tokens; step++) {
            List<Integer> truth = truth(configuration, vocabulary, tokenizer);
            assertThat(Walks.allowed(constraint)).isEqualTo(truth);
            truth.remove((Integer) tokenizer.end());
            if (truth.isEmpty()) {
                return;
            }
            int token = truth.get(random.nextInt(truth.size()));
            constraint.accept(token);
            configuration = configuration.after(vocabulary.symbols(token));
        }
    }

    private static List<Integer> truth(Configuration configuration, Vocabulary vocabulary, ListedTokenizer tokenizer) {
        var allowed = new ArrayList<Integer>();
        for (int token = 0; token < tokenizer.vocabularySize(); token++) {
            int[] symbols = vocabulary.symbols(token);
            boolean follows =
                    symbols.length > 0 && !configuration.after(symbols).isDead();
            if (follows || (token == tokenizer.end() && configuration.mayEnd())) {
                allowed.add(token);
            }
        }
        return allowed;
    }
}
