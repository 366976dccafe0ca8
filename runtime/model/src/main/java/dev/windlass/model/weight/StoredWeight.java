package dev.windlass.model.weight;

import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A weight ready for a graph, in memory that is usually a mapped file. */
public sealed interface StoredWeight {

    /** Row-major (rows, columns) values of {@code type}. */
    record Dense(long rows, long columns, ElementType type, MemorySegment data) implements StoredWeight {
        public Dense {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(data, "data");
        }
    }

    /**
     * Blockwise quantised along the columns, in the layout of ONNX Runtime's MatMulNBits: {@code values} uint8 (rows,
     * blocks, block * bits / 8), low nibble first; {@code scales} float32 (rows, blocks); {@code zeroPoints} uint8
     * (rows, ceil(blocks * bits / 8)). A weight is {@code (value - zeroPoint) * scale}.
     */
    record Quantized(
            long rows,
            long columns,
            int bits,
            int block,
            MemorySegment values,
            MemorySegment scales,
            MemorySegment zeroPoints)
            implements StoredWeight {}
}
