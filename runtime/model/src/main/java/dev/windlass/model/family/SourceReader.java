package dev.windlass.model.family;

import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Tensor;
import dev.windlass.model.weight.Weight.Rows;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Opens sources on a checkpoint: finds the tensors, checks their shapes and reads rows of them as float32. */
final class SourceReader {
    /** What may stand before the names of a decoder's tensors, by how the checkpoint was saved. */
    private static final List<String> PREFIXES = List.of(
            "model.",
            "",
            "transformer.",
            "gpt_neox.",
            "language_model.model.",
            "language_model.",
            "model.language_model.");

    private static final ValueLayout.OfFloat SOURCE_FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SOURCE_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat TARGET = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final Checkpoint checkpoint;

    SourceReader(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** Reads rows of {@code columns} values each. */
    Rows open(Source source, int columns) {
        return switch (source) {
            case Source.Named named -> named(find(named.name(), named.rows(), columns), columns);
            case Source.Transposed transposed ->
                transposed(find(transposed.name(), columns, transposed.rows()), transposed.rows(), columns);
            case Source.Stacked stacked -> stacked(stacked, columns);
            case Source.Ordered ordered -> ordered(ordered, columns);
            case Source.Adjusted adjusted -> adjusted(adjusted, columns);
        };
    }

    private static Rows named(Tensor tensor, int columns) {
        MemorySegment data = tensor.data();
        return (first, count, target) -> {
            long start = first * columns;
            long values = (long) count * columns;
            switch (tensor.type()) {
                case FLOAT -> MemorySegment.copy(data, start * Float.BYTES, target, 0, values * Float.BYTES);
                case FLOAT16 -> {
                    for (long i = 0; i < values; i++) {
                        target.setAtIndex(TARGET, i, Float.float16ToFloat(data.getAtIndex(SOURCE_SHORT, start + i)));
                    }
                }
                default -> {
                    for (long i = 0; i < values; i++) {
                        target.setAtIndex(TARGET, i, widen(data.getAtIndex(SOURCE_SHORT, start + i)));
                    }
                }
            }
        };
    }

    private static Rows transposed(Tensor tensor, int rows, int columns) {
        MemorySegment data = tensor.data();
        return (first, count, target) -> {
            for (long column = 0; column < columns; column++) {
                long start = column * rows + first;
                for (long row = 0; row < count; row++) {
                    float value =
                            switch (tensor.type()) {
                                case FLOAT -> data.getAtIndex(SOURCE_FLOAT, start + row);
                                case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(SOURCE_SHORT, start + row));
                                default -> widen(data.getAtIndex(SOURCE_SHORT, start + row));
                            };
                    target.setAtIndex(TARGET, row * columns + column, value);
                }
            }
        };
    }

    private Rows stacked(Source.Stacked stacked, int columns) {
        List<Rows> parts =
                stacked.parts().stream().map(part -> open(part, columns)).toList();
        int[] sizes = stacked.parts().stream().mapToInt(Source::rows).toArray();
        return (first, count, target) -> {
            long start = 0;
            for (int part = 0; part < sizes.length; part++) {
                long from = Math.max(first, start);
                long to = Math.min(first + count, start + sizes[part]);
                if (from < to) {
                    long offset = (from - first) * columns * Float.BYTES;
                    parts.get(part).read(from - start, (int) (to - from), target.asSlice(offset));
                }
                start += sizes[part];
            }
        };
    }

    private Rows ordered(Source.Ordered ordered, int columns) {
        Rows rows = open(ordered.source(), columns);
        int[] order = ordered.order().stream().mapToInt(Integer::intValue).toArray();
        long rowBytes = (long) columns * Float.BYTES;
        return (first, count, target) -> {
            for (int i = 0; i < count; i++) {
                rows.read(order[(int) first + i], 1, target.asSlice(i * rowBytes, rowBytes));
            }
        };
    }

    private Rows adjusted(Source.Adjusted adjusted, int columns) {
        Rows rows = open(adjusted.source(), columns);
        float factor = adjusted.factor();
        float offset = adjusted.offset();
        return (first, count, target) -> {
            rows.read(first, count, target);
            long values = (long) count * columns;
            for (long i = 0; i < values; i++) {
                target.setAtIndex(TARGET, i, target.getAtIndex(TARGET, i) * factor + offset);
            }
        };
    }

    private Tensor find(String name, long rows, long columns) {
        for (String prefix : PREFIXES) {
            Optional<Tensor> tensor = checkpoint.find(prefix + name);
            if (tensor.isPresent()) {
                return checked(tensor.get(), rows, columns);
            }
        }
        throw new IllegalArgumentException(
                "tensor %s: expected shape [%d, %d], found no tensor of that name, nor with any of the prefixes %s"
                        .formatted(name, rows, columns, PREFIXES));
    }

    private static Tensor checked(Tensor tensor, long rows, long columns) {
        boolean isVector = columns == 1 && tensor.shape().equals(List.of(rows));
        if (!isVector && !tensor.shape().equals(List.of(rows, columns))) {
            throw new IllegalArgumentException("tensor %s: expected shape %s, found %s"
                    .formatted(tensor.name(), columns == 1 ? List.of(rows) : List.of(rows, columns), tensor.shape()));
        }
        ElementType type = tensor.type();
        if (type != ElementType.FLOAT && type != ElementType.FLOAT16 && type != ElementType.BFLOAT16) {
            throw new IllegalArgumentException(
                    "tensor %s: expected float32, float16 or bfloat16, found %s".formatted(tensor.name(), type));
        }
        return tensor;
    }

    private static float widen(short bfloat16) {
        return Float.intBitsToFloat(bfloat16 << 16);
    }
}
