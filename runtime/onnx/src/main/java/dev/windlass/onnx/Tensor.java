package dev.windlass.onnx;

import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/** A tensor in host memory, row-major and native-endian, for runs where speed does not matter. */
public record Tensor(ElementType type, List<Long> shape, MemorySegment data) {
    public Tensor {
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        long bytes = shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        if (!data.isNative() || data.byteSize() != bytes) {
            throw new IllegalArgumentException("tensor %s %s: expected %d bytes of native memory, got %d %s"
                    .formatted(type, shape, bytes, data.byteSize(), data.isNative() ? "native" : "on the heap"));
        }
    }

    public static Tensor ofFloats(List<Long> shape, float... values) {
        return new Tensor(ElementType.FLOAT, shape, Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }

    public static Tensor ofInts(List<Long> shape, int... values) {
        return new Tensor(ElementType.INT32, shape, Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, values));
    }

    public static Tensor ofLongs(List<Long> shape, long... values) {
        return new Tensor(ElementType.INT64, shape, Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, values));
    }

    /** A float32 tensor's values. */
    public float[] floats() {
        if (type != ElementType.FLOAT) {
            throw new IllegalStateException("expected a FLOAT tensor, this is " + type);
        }
        return data.toArray(ValueLayout.JAVA_FLOAT);
    }
}
