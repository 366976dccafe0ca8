package dev.windlass.engine.run;

import java.lang.foreign.MemorySegment;

/**
 * Rows of unnormalised scores, row-major, native-endian float32, aligned to 4 bytes. A view of the runner's own buffer:
 * valid, and free to be changed in place, until the runner's next call.
 *
 * @param values {@code rows * vocabularySize} floats
 */
public record Logits(MemorySegment values, int rows, int vocabularySize) {

    /** Row {@code index} as a segment of {@code vocabularySize} floats. */
    public MemorySegment row(int index) {
        long bytes = vocabularySize * (long) Float.BYTES;
        return values.asSlice(index * bytes, bytes);
    }
}
