package dev.windlass.onnx;

import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where a model computes: which execution provider runs the graph, in which types, and where tensors live. Whatever
 * differs between a processor and an accelerator is behind this interface; nothing above it knows of memory or provider.
 *
 * <p>Memory of a device is a {@link MemorySegment} of its addresses, which the host may slice but, unless the device is
 * the host, not read. Sessions opened on a device close before it does.
 */
public interface Device extends AutoCloseable {

    /** The floating-point type a graph for this device should compute in. */
    ElementType computeType();

    /** The type that keys and values should be cached in. */
    ElementType cacheType();

    /** Allocates zeroed memory, which costs as little as possible until it is used and is freed with the arena. */
    MemorySegment allocate(long bytes, Arena arena);

    /** Allocates memory in pairs, for what goes to the device or comes back from it at every step. */
    Mirror mirror(long bytes, Arena arena);

    /** Makes the first {@code bytes} of the host's side visible on the device's. */
    void upload(Mirror mirror, long bytes);

    /** Makes {@code bytes} from {@code offset} of the device's side visible on the host's. */
    void download(Mirror mirror, long offset, long bytes);

    /** Copies between two places in the device's memory. */
    void copy(MemorySegment source, MemorySegment target);

    /** Adds this device's execution provider to an OrtSessionOptions. */
    void configure(MemorySegment sessionOptions);

    /** The OrtMemoryInfo that tensors in this device's memory carry. */
    MemorySegment memoryInfo();

    @Override
    void close();

    /** The same bytes on both sides; one and the same memory where the device is the host. */
    record Mirror(MemorySegment host, MemorySegment device) {}
}
