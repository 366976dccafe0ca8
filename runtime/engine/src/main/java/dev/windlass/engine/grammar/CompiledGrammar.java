package dev.windlass.engine.grammar;

/** A checked network of rules, with the masks that all grammars of a vocabulary share. */
final class CompiledGrammar implements Grammar {
    private final Rule root;
    private final Vocabulary vocabulary;
    private final TokenMasks masks;
    private final long size;

    /** @throws GrammarException if the rules allow nothing, or the vocabulary cannot spell the first token */
    CompiledGrammar(Rule root, Vocabulary vocabulary, TokenMasks masks) {
        this.size = Network.check(root);
        this.root = root;
        this.vocabulary = vocabulary;
        this.masks = masks;
        masks.of(Configuration.start(root));
    }

    /** About how many bytes the rules take. */
    long size() {
        return size;
    }

    @Override
    public TokenConstraint start() {
        return new Position(Configuration.start(root));
    }

    Configuration startConfiguration() {
        return Configuration.start(root);
    }

    /** One sequence's place in the grammar. */
    private final class Position implements TokenConstraint {
        private Configuration configuration;
        private long[] mask;
        private boolean ended;

        Position(Configuration configuration) {
            this.configuration = configuration;
            this.mask = masks.of(configuration);
        }

        @Override
        public long[] allowed() {
            return mask;
        }

        @Override
        public void accept(int token) {
            if (token < 0 || token >>> 6 >= mask.length || (mask[token >>> 6] & (1L << token)) == 0) {
                throw new IllegalArgumentException("token %d is not allowed here".formatted(token));
            }
            if (ended) {
                return;
            }
            if (vocabulary.ends(token)) {
                ended = true;
                mask = new long[vocabulary.words];
                vocabulary.addEndTokens(mask);
                return;
            }
            Configuration next = configuration.after(vocabulary.symbols(token));
            if (next.isDead()) {
                throw new IllegalStateException("token %d was allowed and cannot be followed".formatted(token));
            }
            if (!next.equals(configuration)) {
                mask = masks.of(next);
            }
            configuration = next;
        }
    }
}
