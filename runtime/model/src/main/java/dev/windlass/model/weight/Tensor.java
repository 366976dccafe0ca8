package dev.windlass.model.weight;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.windlass.model.InvalidModelException;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * One tensor of a checkpoint: row-major values, usually in a mapped file.
 *
 * @param name what the checkpoint calls it
 * @param data the values as the file holds them, little endian; not necessarily aligned
 */
public record Tensor(String name, ElementType type, List<Long> shape, MemorySegment data) {
    private static final ValueLayout.OfShort HALF = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat SINGLE = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Elements converted at a time: small enough for the first-level cache, and arrays are what C2 vectorises. */
    private static final int CHUNK = 4096;

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

    /** How many values it holds. */
    public long elements() {
        return data.byteSize() / type.bytes();
    }

    /**
     * Writes the values {@code first} to {@code first + count - 1} in row-major order as native-endian float32.
     *
     * @param target at least {@code 4 * count} bytes, on the heap or not
     * @throws InvalidModelException when this is not a tensor of real numbers
     */
    public void readFloats(long first, long count, MemorySegment target) {
        Objects.checkFromIndexSize(first, count, elements());
        switch (type) {
            case FLOAT -> MemorySegment.copy(data, SINGLE, 4 * first, target, JAVA_FLOAT_UNALIGNED, 0, count);
            case FLOAT16, BFLOAT16 -> widen(first, count, target);
            case UINT8, INT8, INT32, INT64, BOOL -> throw notReal();
        }
    }

    /**
     * Writes columns of a matrix as rows: column {@code first} first, its values from top to bottom. For checkpoints
     * that store a linear layer as (inputs, outputs).
     */
    public void readColumns(long first, int count, MemorySegment target) {
        if (shape.size() != 2) {
            throw new InvalidModelException(name, "expected a matrix, found shape " + shape);
        }
        long rows = shape.getFirst();
        long columns = shape.getLast();
        Objects.checkFromIndexSize(first, count, columns);
        var run = new float[count];
        var runSegment = MemorySegment.ofArray(run);
        for (long row = 0; row < rows; row++) {
            readFloats(row * columns + first, count, runSegment);
            for (int column = 0; column < count; column++) {
                target.set(JAVA_FLOAT_UNALIGNED, 4 * (column * rows + row), run[column]);
            }
        }
    }

    private void widen(long first, long count, MemorySegment target) {
        int chunk = (int) Math.min(CHUNK, count);
        var halves = new short[chunk];
        var floats = new float[chunk];
        for (long done = 0; done < count; done += chunk) {
            int now = (int) Math.min(chunk, count - done);
            MemorySegment.copy(data, HALF, 2 * (first + done), halves, 0, now);
            if (type == ElementType.FLOAT16) {
                for (int i = 0; i < now; i++) {
                    floats[i] = Float.float16ToFloat(halves[i]);
                }
            } else {
                for (int i = 0; i < now; i++) {
                    floats[i] = Float.intBitsToFloat(halves[i] << 16);
                }
            }
            MemorySegment.copy(floats, 0, target, JAVA_FLOAT_UNALIGNED, 4 * done, now);
        }
    }

    private InvalidModelException notReal() {
        return new InvalidModelException(name, "expected F32, F16 or BF16 values, found " + type);
    }
}
