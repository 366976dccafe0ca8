package dev.windlass.model.weight;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * One matrix or vector of the graph and how to read its values from the checkpoint. Row-major (rows, columns); a linear
 * layer's rows are its outputs and its columns its inputs, as in a Hugging Face checkpoint; a vector has one row.
 *
 * @param name the name in the graph and in the artifact, such as {@code layers.0.attention.qkv}
 * @param role what it is for, which decides how it may be quantised
 */
public record Weight(String name, Role role, long rows, long columns, Rows source) {
    public Weight {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(source, "source");
    }

    /** What a weight is for. */
    public enum Role {
        /** A linear layer inside the model. */
        LINEAR,
        /** The output projection onto the vocabulary. */
        HEAD,
        /** A table that rows are gathered from. */
        EMBEDDING,
        /** The embedding and the output projection at once: stored once. */
        TIED_EMBEDDING,
        /** A norm's weight, a bias, a position table: never quantised. */
        PLAIN
    }

    /** Reads values: thread-safe, since tensors are quantised in parallel. */
    @FunctionalInterface
    public interface Rows {
        /** Writes rows {@code first} to {@code first + count - 1} as native-endian float32 into {@code target}. */
        void read(long first, int count, MemorySegment target);
    }
}
