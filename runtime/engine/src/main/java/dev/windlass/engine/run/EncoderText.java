package dev.windlass.engine.run;

/**
 * A text, or two of them, as tokens with everything that the model wants around them.
 *
 * @param segments which of two texts each token belongs to, 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record EncoderText(int[] tokens, int[] segments) {
    public EncoderText {
        if (tokens.length == 0 || segments.length != tokens.length) {
            throw new IllegalArgumentException("expected at least one token and a segment for each, got %d and %d"
                    .formatted(tokens.length, segments.length));
        }
    }

    /** One text. */
    public EncoderText(int[] tokens) {
        this(tokens, new int[tokens.length]);
    }

    /** How many tokens. */
    public int length() {
        return tokens.length;
    }
}
