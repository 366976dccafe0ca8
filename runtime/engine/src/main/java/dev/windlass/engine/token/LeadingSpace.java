package dev.windlass.engine.token;

/** What becomes of the space that a tokenizer writes before the first word of a text. */
public enum LeadingSpace {
    /** The text is the tokens' bytes, one after the other: byte-level tokenizers. */
    KEPT,
    /** One space at the text's start is dropped: SentencePiece models that prepend a space to every text. */
    ONE_DROPPED,
    /** Every space of the first token is dropped: what the Metaspace decoder does. */
    FIRST_TOKEN_DROPPED
}
