package dev.windlass.model.family;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Tensor;
import dev.windlass.model.weight.Weight.Rows;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/** Opens sources on a checkpoint: finds the tensors, checks their shapes and reads rows of them as float32. */
final class SourceReader {
    /** What may stand before the names of a model's tensors, by how the checkpoint was saved. */
    private static final List<String> PREFIXES = List.of(
            "model.",
            "",
            "transformer.",
            "gpt_neox.",
            "language_model.model.",
            "language_model.",
            "model.language_model.",
            "bert.",
            "roberta.",
            "distilbert.");

    private static final ValueLayout.OfFloat TARGET = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final Checkpoint checkpoint;

    SourceReader(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** Reads rows of {@code columns} values each. */
    Rows open(Source source, int columns) {
        return switch (source) {
            case Source.Named named -> {
                Tensor tensor = find(named.names(), named.rows(), columns);
                yield (first, count, target) -> tensor.readFloats(first * columns, (long) count * columns, target);
            }
            case Source.Transposed transposed ->
                find(List.of(transposed.name()), columns, transposed.rows())::readColumns;
            case Source.Stacked stacked -> stacked(stacked, columns);
            case Source.Part part -> {
                Rows rows = open(part.source(), columns);
                yield (first, count, target) -> rows.read(part.first() + first, count, target);
            }
            case Source.Ordered ordered -> ordered(ordered, columns);
            case Source.Adjusted adjusted -> adjusted(adjusted, columns);
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

    private Tensor find(List<String> names, long rows, long columns) {
        for (String name : names) {
            for (String prefix : PREFIXES) {
                Optional<Tensor> tensor = checkpoint.find(prefix + name);
                if (tensor.isPresent()) {
                    return checked(tensor.get(), rows, columns);
                }
            }
        }
        throw new InvalidModelException(
                "tensor " + String.join(" or ", names),
                "expected shape %s, found no such tensor, nor with any of the prefixes %s"
                        .formatted(shape(rows, columns), PREFIXES));
    }

    private static Tensor checked(Tensor tensor, long rows, long columns) {
        boolean isVector = columns == 1 && tensor.shape().equals(List.of(rows));
        if (!isVector && !tensor.shape().equals(List.of(rows, columns))) {
            throw new InvalidModelException(
                    "tensor " + tensor.name(),
                    "expected shape %s, found %s".formatted(shape(rows, columns), tensor.shape()));
        }
        return switch (tensor.type()) {
            case FLOAT, FLOAT16, BFLOAT16 -> tensor;
            case UINT8, INT8, INT32, INT64, BOOL ->
                throw new InvalidModelException(
                        "tensor " + tensor.name(), "expected F32, F16 or BF16 values, found " + tensor.type());
        };
    }

    private static List<Long> shape(long rows, long columns) {
        return columns == 1 ? List.of(rows) : List.of(rows, columns);
    }
}
