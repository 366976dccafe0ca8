package dev.windlass.model.weight;

import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * One tensor of a checkpoint: row-major values, usually in a mapped file.
 *
 * @param name what the checkpoint calls it
 * @param data the values as the file holds them, little endian; not necessarily aligned
 */
public record Tensor(String name, ElementType type, List<Long> shape, MemorySegment data) {
    public Tensor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        long bytes = shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "tensor %s: %s %s needs %d bytes, got %d".formatted(name, type, shape, bytes, data.byteSize()));
        }
    }
}
