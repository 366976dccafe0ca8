package dev.windlass.onnx.ffi;

/** ONNX Runtime refused or failed at something, or could not be loaded. Never worth a retry with the same arguments. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Code code;

    public OnnxException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public OnnxException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What kind of failure it was. */
    public Code code() {
        return code;
    }

    /** The codes of OrtErrorCode in its order, and one for a library that could not be had. */
    public enum Code {
        OK,
        FAIL,
        INVALID_ARGUMENT,
        NO_SUCH_FILE,
        NO_MODEL,
        ENGINE_ERROR,
        RUNTIME_EXCEPTION,
        INVALID_PROTOBUF,
        MODEL_LOADED,
        NOT_IMPLEMENTED,
        INVALID_GRAPH,
        EP_FAIL,
        MODEL_LOAD_CANCELED,
        MODEL_REQUIRES_COMPILATION,
        NOT_FOUND,
        LIBRARY_UNUSABLE;

        static Code of(int number) {
            Code[] all = values();
            return number >= 0 && number < LIBRARY_UNUSABLE.ordinal() ? all[number] : FAIL;
        }
    }
}
