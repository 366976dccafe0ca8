package dev.windlass.policy;

/** An answer that is no stream. The array is not copied: whoever makes one gives it away. */
@SuppressWarnings("ArrayRecordComponent")
public record WholeAnswer(int status, String contentType, byte[] body) {
    /** Whether it is what was asked for. */
    public boolean isGood() {
        return status < 400;
    }

    /** The same with another body. */
    public WholeAnswer withBody(byte[] other) {
        return new WholeAnswer(status, contentType, other);
    }
}
