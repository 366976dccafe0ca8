package dev.windlass.model.weight;

import dev.windlass.onnx.graph.ElementType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a model's weights are stored on a CPU. */
public enum Quantization {
    /** int8 for a model of up to a billion parameters, where quality is short; int4 above, where memory is. */
    AUTO,
    /** float32. */
    NONE,
    /** Eight bits, in blocks of 128. */
    INT8,
    /** Four bits, in blocks of 128; the vocabulary's tables keep eight, since their errors go straight to the logits. */
    INT4;

    private static final long SMALL_MODEL_PARAMETERS = 1_000_000_000;

    /** Reads a command line's or a resource's spelling. */
    public static Quantization parse(String text) {
        return Arrays.stream(values())
                .filter(q -> q.toString().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("quantization: expected one of %s, found \"%s\""
                        .formatted(
                                Arrays.stream(values())
                                        .map(Quantization::toString)
                                        .collect(Collectors.joining(", ")),
                                text)));
    }

    /** The choice for a model of this size: never {@link #AUTO}. */
    public Quantization resolve(long parameters) {
        return switch (this) {
            case AUTO -> parameters <= SMALL_MODEL_PARAMETERS ? INT8 : INT4;
            case NONE, INT8, INT4 -> this;
        };
    }

    /** How a weight is stored. */
    public WeightFormat format(Weight weight) {
        return switch (weight.role()) {
            case PLAIN -> new WeightFormat.Dense(ElementType.FLOAT);
            case LINEAR -> blocks(weight, this == INT4 ? 4 : 8);
            case HEAD, EMBEDDING, TIED_EMBEDDING -> blocks(weight, 8);
        };
    }

    private WeightFormat blocks(Weight weight, int bits) {
        return switch (this) {
            case AUTO -> throw new IllegalStateException("resolve a quantization before asking it for formats");
            case NONE -> new WeightFormat.Dense(ElementType.FLOAT);
            case INT8, INT4 -> WeightFormat.Blocks.of(bits, weight.columns());
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
