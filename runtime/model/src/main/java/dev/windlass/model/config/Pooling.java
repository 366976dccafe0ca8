package dev.windlass.model.config;

/** How the last hidden states of a text's tokens become one vector. */
public enum Pooling {
    /** The mean over all tokens. */
    MEAN,
    /** The first token's, which many encoders put in front for this. */
    FIRST,
    /** The last token's. */
    LAST
}
