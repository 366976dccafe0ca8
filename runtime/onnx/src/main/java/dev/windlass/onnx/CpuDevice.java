package dev.windlass.onnx;

import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.ffi.SystemMemory;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The processor: the host's own memory, so nothing is ever uploaded, and float32, which its kernels are fastest in. */
final class CpuDevice implements Device {
    private final OrtApi api;
    private final MemorySegment memoryInfo;
    private boolean closed;

    CpuDevice(OrtApi api) {
        this.api = api;
        try (var scratch = Arena.ofConfined()) {
            memoryInfo = api.createCpuMemoryInfo(scratch);
        }
    }

    @Override
    public ElementType computeType() {
        return ElementType.FLOAT;
    }

    @Override
    public ElementType cacheType() {
        return ElementType.FLOAT;
    }

    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        return SystemMemory.allocate(bytes, arena);
    }

    @Override
    public Mirror mirror(long bytes, Arena arena) {
        MemorySegment memory = SystemMemory.allocate(bytes, arena);
        return new Mirror(memory, memory);
    }

    @Override
    public void upload(Mirror mirror, long bytes) {}

    @Override
    public void download(Mirror mirror, long offset, long bytes) {}

    @Override
    public void copy(MemorySegment source, MemorySegment target) {
        target.copyFrom(source);
    }

    @Override
    public void configure(MemorySegment sessionOptions) {}

    @Override
    public synchronized MemorySegment memoryInfo() {
        if (closed) {
            throw new IllegalStateException("the device is closed");
        }
        return memoryInfo;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            api.releaseMemoryInfo(memoryInfo);
        }
    }
}
