package dev.windlass.model.safetensors;

import dev.windlass.onnx.graph.ElementType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The format's names for the element types that can be read. */
enum DataType {
    F32(ElementType.FLOAT),
    F16(ElementType.FLOAT16),
    BF16(ElementType.BFLOAT16),
    U8(ElementType.UINT8),
    I8(ElementType.INT8),
    I32(ElementType.INT32),
    I64(ElementType.INT64),
    BOOL(ElementType.BOOL);

    private final ElementType element;

    DataType(ElementType element) {
        this.element = element;
    }

    ElementType element() {
        return element;
    }

    static Optional<DataType> named(String name) {
        return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst();
    }

    static DataType of(ElementType element) {
        return Arrays.stream(values())
                .filter(t -> t.element == element)
                .findFirst()
                .orElseThrow();
    }

    static String names() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
