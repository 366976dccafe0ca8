package dev.windlass.onnx.graph;

/** Tensor element types by their number in ONNX (TensorProto.DataType), which ONNX Runtime's C API shares. */
public enum ElementType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    INT32(6, 4),
    INT64(7, 8),
    BOOL(9, 1),
    FLOAT16(10, 2),
    BFLOAT16(16, 2);

    private final int number;
    private final int bytes;

    ElementType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** The number that ONNX and ONNX Runtime know this type by. */
    public int number() {
        return number;
    }

    /** The size of one element. */
    public int bytes() {
        return bytes;
    }
}
