package dev.windlass.onnx.ffi;

/**
 * A tensor's element type by its ONNX number and its dimensions; a size of -1 is not known, and may have a name.
 *
 * @param symbols as many as sizes, empty where an axis has no name
 */
@SuppressWarnings("ArrayRecordComponent")
public record TensorShape(int type, long[] sizes, String[] symbols) {}
