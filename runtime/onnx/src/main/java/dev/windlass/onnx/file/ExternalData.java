package dev.windlass.onnx.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;

/** The file of big tensors beside a model: each starts where it can be mapped, and no memory is written twice. */
final class ExternalData {
    /** The granularity of mappings on Windows, a multiple of every page size elsewhere. */
    private static final long ALIGNMENT = 64 * 1024;

    private static final long CHUNK = 64 * 1024 * 1024;

    private final FileChannel file;
    private final Map<Extent, Long> offsets = new HashMap<>();
    private long end;

    ExternalData(FileChannel file) {
        this.file = file;
    }

    /** @return where in the file the data lies */
    long write(MemorySegment data) throws IOException {
        var extent = new Extent(data.address(), data.byteSize());
        Long known = data.isNative() ? offsets.get(extent) : null;
        if (known != null) {
            return known;
        }
        long offset = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
        for (long from = 0; from < data.byteSize(); from += CHUNK) {
            long bytes = Math.min(CHUNK, data.byteSize() - from);
            ByteBuffer chunk = data.asSlice(from, bytes).asByteBuffer();
            while (chunk.hasRemaining()) {
                file.write(chunk, offset + from + chunk.position());
            }
        }
        end = offset + data.byteSize();
        if (data.isNative()) {
            offsets.put(extent, offset);
        }
        return offset;
    }

    private record Extent(long address, long bytes) {}
}
