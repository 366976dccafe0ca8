package dev.windlass.onnx.graph;

import java.util.List;
import java.util.Objects;

/** The name, type and shape of a graph's input or output. */
public record ValueInfo(String name, ElementType type, List<Dimension> shape) {
    public ValueInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
    }

    /** One axis: of a known size, or named and known only at run time. */
    public sealed interface Dimension {
        record Fixed(long size) implements Dimension {}

        record Symbolic(String name) implements Dimension {}
    }
}
