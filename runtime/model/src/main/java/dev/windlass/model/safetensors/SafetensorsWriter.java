package dev.windlass.model.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a file whose tensors are declared first and filled in later, in any order and from any thread, so that a model
 * never has to be in memory at once. Every tensor begins at a multiple of 64 bytes; since the format allows no holes,
 * the gaps are tensors of their own, named {@code _gap.N}.
 */
public final class SafetensorsWriter implements AutoCloseable {
    /** A cache line, and the widest vector. */
    static final int ALIGNMENT = 64;

    static final String GAP = "_gap.";
    private static final int WRITE_BYTES = 1 << 30;

    private final FileChannel channel;
    private final Map<String, Place> places;
    private final long bytes;

    /** A tensor to be written. */
    public record Declaration(String name, ElementType type, List<Long> shape) {
        public Declaration {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
            shape = List.copyOf(shape);
        }

        /** The size of its values. */
        public long bytes() {
            return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
        }
    }

    /** Where in the data a tensor lies. */
    private record Place(long begin, long end) {}

    private SafetensorsWriter(FileChannel channel, Map<String, Place> places, long bytes) {
        this.channel = channel;
        this.places = places;
        this.bytes = bytes;
    }

    /** Creates the file, which must not be there yet, and writes its header. */
    public static SafetensorsWriter create(Path file, List<Declaration> tensors, Map<String, String> metadata)
            throws IOException {
        var header = new LinkedHashMap<String, Object>();
        if (!metadata.isEmpty()) {
            header.put("__metadata__", metadata);
        }
        var relative = new LinkedHashMap<String, Place>();
        long end = 0;
        for (var tensor : tensors) {
            long gap = Math.floorMod(-end, ALIGNMENT);
            if (gap > 0) {
                header.put(GAP + relative.size(), entry(ElementType.UINT8, List.of(gap), new Place(end, end + gap)));
                end += gap;
            }
            var place = new Place(end, Math.addExact(end, tensor.bytes()));
            if (relative.put(tensor.name(), place) != null) {
                throw new IllegalArgumentException("tensor %s is declared twice".formatted(tensor.name()));
            }
            header.put(tensor.name(), entry(tensor.type(), tensor.shape(), place));
            end = place.end();
        }
        var start = start(new JsonMapper().writeValueAsBytes(header));
        long base = start.remaining();
        var places = new LinkedHashMap<String, Place>();
        relative.forEach((name, place) -> places.put(name, new Place(base + place.begin(), base + place.end())));
        return open(file, start, places, base + end);
    }

    private static SafetensorsWriter open(Path file, ByteBuffer start, Map<String, Place> places, long bytes)
            throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            writeFully(channel, start, 0);
            if (channel.size() < bytes) {
                writeFully(channel, ByteBuffer.allocate(1), bytes - 1);
            }
            return new SafetensorsWriter(channel, places, bytes);
        } catch (Throwable t) {
            channel.close();
            throw t;
        }
    }

    private static Map<String, Object> entry(ElementType type, List<Long> shape, Place place) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("dtype", DataType.of(type).name());
        entry.put("shape", shape);
        entry.put("data_offsets", List.of(place.begin(), place.end()));
        return entry;
    }

    /** The length and the header, padded with spaces so that the data is aligned. */
    private static ByteBuffer start(byte[] json) throws IOException {
        int size = Math.ceilDiv(Long.BYTES + json.length, ALIGNMENT) * ALIGNMENT;
        if (size - Long.BYTES > SafetensorsFile.MAXIMUM_HEADER_BYTES) {
            throw new IOException("the header would take %d bytes, expected at most %d"
                    .formatted(size, SafetensorsFile.MAXIMUM_HEADER_BYTES));
        }
        var start = new byte[size];
        Arrays.fill(start, (byte) ' ');
        System.arraycopy(json, 0, start, Long.BYTES, json.length);
        return ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).putLong(0, size - Long.BYTES);
    }

    /** The size of the whole file. */
    public long bytes() {
        return bytes;
    }

    /**
     * Writes a part of a tensor.
     *
     * @param offset where in the tensor the part begins, in bytes
     * @param part native memory, or a byte array's
     */
    public void write(String name, long offset, MemorySegment part) throws IOException {
        var place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("tensor %s was not declared".formatted(name));
        }
        Objects.checkFromIndexSize(offset, part.byteSize(), place.end() - place.begin());
        for (long done = 0; done < part.byteSize(); done += WRITE_BYTES) {
            var slice = part.asSlice(done, Math.min(WRITE_BYTES, part.byteSize() - done));
            writeFully(channel, slice.asByteBuffer(), place.begin() + offset + done);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    /** Waits until everything written is on the disk. */
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
