package dev.windlass.onnx;

import dev.windlass.onnx.ffi.NativeLibrary;
import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.ffi.SystemMemory;
import dev.windlass.onnx.graph.Graph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * ONNX Runtime, loaded and ready: opens devices and sessions on them. One a process is enough. Thread-safe; devices and
 * sessions are closed by whoever opened them, before the runtime is.
 */
public final class OnnxRuntime implements AutoCloseable {
    private static final int WARNINGS = 2;

    private final OrtApi api;
    private final MemorySegment environment;
    private boolean closed;

    private OnnxRuntime(OrtApi api) {
        this.api = api;
        try (var scratch = Arena.ofConfined()) {
            environment = api.createEnv(WARNINGS, "windlass", scratch);
        }
    }

    /**
     * Loads the library from the class path, or from where {@code WINDLASS_ONNXRUNTIME_LIBRARY} points.
     *
     * @throws dev.windlass.onnx.ffi.OnnxException when there is none for this platform, or it is too old
     */
    public static OnnxRuntime open() {
        return open(NativeLibrary.ofProcess().locate());
    }

    /** Loads a library of the caller's choice. */
    public static OnnxRuntime open(Path library) {
        return new OnnxRuntime(OrtApi.load(library));
    }

    /** Such as {@code 1.29.0}. */
    public String version() {
        return api.version();
    }

    /** How ONNX Runtime was built: branch, commit, flags. */
    public String buildInfo() {
        return api.buildInfo();
    }

    /** How many native objects are alive, for tests that look for leaks. */
    public long liveHandles() {
        return api.liveHandles();
    }

    /** The processor this runs on. */
    public Device cpu() {
        return new CpuDevice(api);
    }

    /**
     * Opens a session from a graph in memory. Initialisers of 128 bytes and more are used where they lie, so their
     * memory must outlive the session.
     *
     * @throws dev.windlass.onnx.ffi.OnnxException when ONNX Runtime finds fault with the graph, saying what
     */
    public Session open(Graph graph, Device device, SessionOptions options) {
        return Session.open(
                api,
                device,
                options,
                (settings, scratch) -> GraphTransfer.createSession(api, environment(), settings, graph, scratch));
    }

    /** Opens a session from an .onnx file, and the external data beside it. */
    public Session open(Path file, Device device, SessionOptions options) {
        var charset = System.getProperty("os.name", "").startsWith("Windows")
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.UTF_8;
        return Session.open(
                api,
                device,
                options,
                (settings, scratch) -> api.createSession(
                        environment(), scratch.allocateFrom(file.toString(), charset), settings, scratch));
    }

    /** Gives the operating system back what opening sessions took and freed, which the C library would keep. */
    public void trim() {
        SystemMemory.trim();
    }

    private synchronized MemorySegment environment() {
        if (closed) {
            throw new IllegalStateException("the runtime is closed");
        }
        return environment;
    }

    /** @throws IllegalStateException when a device or a session is still open, since they would be left hanging */
    @Override
    public synchronized void close() {
        if (!closed) {
            long others = api.liveHandles() - 1;
            if (others > 0) {
                throw new IllegalStateException(
                        "the runtime cannot close: %d native objects of its devices and sessions are still open"
                                .formatted(others));
            }
            closed = true;
            api.releaseEnv(environment);
        }
    }
}
