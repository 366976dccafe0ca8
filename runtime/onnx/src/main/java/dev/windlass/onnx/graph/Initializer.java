package dev.windlass.onnx.graph;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * A constant of the graph. Its memory is never copied when it is native and at least 128 bytes long (ONNX Runtime's
 * bound for external data), so it must outlive every session built from the graph.
 */
public record Initializer(String name, ElementType type, List<Long> shape, MemorySegment data) {
    public Initializer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        long bytes = shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException("initializer %s: %s %s needs %d bytes, got %d"
                    .formatted(name, type, shape, bytes, data.byteSize()));
        }
    }
}
