package dev.windlass.model.graph;

import dev.windlass.model.weight.StoredWeight;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Initializer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** A graph's constants: weights in place where their type fits, everything else in memory of the graph's own. */
final class Constants {
    private static final int ALIGNMENT = 64;

    private final GraphWriter writer;
    private final WeightStore store;
    private final ElementType compute;
    private final Arena arena;

    Constants(GraphWriter writer, WeightStore store, ElementType compute, Arena arena) {
        this.writer = writer;
        this.store = store;
        this.compute = compute;
        this.arena = arena;
    }

    StoredWeight stored(String name) {
        return store.get(name);
    }

    /** A weight that is one row, such as a norm's or a bias. */
    String vector(String name, long size) {
        if (!(store.get(name) instanceof StoredWeight.Dense dense)) {
            throw new IllegalArgumentException(
                    "weight %s: expected plain values, found quantised ones".formatted(name));
        }
        return dense(name, dense, List.of(size));
    }

    String matrix(String name, StoredWeight.Dense dense) {
        return dense(name, dense, List.of(dense.rows(), dense.columns()));
    }

    /** The scales of a quantised weight. */
    String scales(String name, StoredWeight.Quantized weight) {
        long blocks = blocks(weight);
        var scales = new StoredWeight.Dense(weight.rows(), blocks, ElementType.FLOAT, weight.scales());
        return dense(name + ".scales", scales, List.of(weight.rows(), blocks));
    }

    String zeroPoints(String name, StoredWeight.Quantized weight) {
        long bytes = (blocks(weight) * weight.bits() + 7) / 8;
        return bytes(name + ".zero_points", weight.zeroPoints(), weight.rows(), bytes);
    }

    String bytes(String name, MemorySegment data, Long... shape) {
        return writer.constant(new Initializer(name, ElementType.UINT8, List.of(shape), data));
    }

    static long blocks(StoredWeight.Quantized weight) {
        return (weight.columns() + weight.block() - 1) / weight.block();
    }

    String table(String name, float[] values, long rows, long columns) {
        return floats(name, values, List.of(rows, columns));
    }

    String scalar(double value) {
        return floats("scalar." + (float) value, new float[] {(float) value}, List.of());
    }

    /** Integers such as a shape, an axis or an index. */
    String integers(long... values) {
        MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_LONG, values);
        return writer.constant(new Initializer(
                "integers." + Arrays.toString(values), ElementType.INT64, List.of((long) values.length), data));
    }

    String integer(long value) {
        MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_LONG, value);
        return writer.constant(new Initializer("integer." + value, ElementType.INT64, List.of(), data));
    }

    private String floats(String name, float[] values, List<Long> shape) {
        MemorySegment data = MemorySegment.ofArray(values);
        return writer.constant(new Initializer(name, compute, shape, converted(data, ElementType.FLOAT)));
    }

    private String dense(String name, StoredWeight.Dense dense, List<Long> shape) {
        MemorySegment data = dense.type() == compute ? dense.data() : converted(dense.data(), dense.type());
        return writer.constant(new Initializer(name, compute, shape, data));
    }

    private MemorySegment converted(MemorySegment source, ElementType type) {
        long values = source.byteSize() / type.bytes();
        MemorySegment target = arena.allocate(values * compute.bytes(), ALIGNMENT);
        for (long i = 0; i < values; i++) {
            float value = switch (type) {
                case FLOAT -> source.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
                case FLOAT16 -> Float.float16ToFloat(source.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
                case BFLOAT16 -> Float.intBitsToFloat(source.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16);
                case UINT8, INT8, INT32, INT64, BOOL ->
                    throw new IllegalArgumentException("weights of type %s cannot be computed with".formatted(type));
            };
            switch (compute) {
                case FLOAT -> target.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                case FLOAT16 -> target.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
                case BFLOAT16 -> target.setAtIndex(ValueLayout.JAVA_SHORT, i, bfloat16(value));
                case UINT8, INT8, INT32, INT64, BOOL ->
                    throw new IllegalArgumentException("graphs cannot compute in %s".formatted(compute));
            }
        }
        return target;
    }

    /** Rounds to the nearest, ties to even. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
