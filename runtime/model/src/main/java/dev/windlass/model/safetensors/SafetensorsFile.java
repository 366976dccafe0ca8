package dev.windlass.model.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.weight.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One mapped file. Nothing it says is believed before it is checked, and nothing is allocated for it before its size is
 * known to be sane.
 *
 * @param path where it is
 * @param bytes the size of the whole file
 * @param tensors by name, in the order of their bytes
 * @param metadata what its writer noted
 */
public record SafetensorsFile(Path path, long bytes, Map<String, Tensor> tensors, Map<String, String> metadata) {
    /** The reference implementation's bound of a header. */
    static final long MAXIMUM_HEADER_BYTES = 100_000_000;

    public SafetensorsFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Map.copyOf(metadata);
    }

    /**
     * Maps a file.
     *
     * @param arena owns the mapping
     * @throws InvalidModelException when the file cannot be read, or is not what it says
     */
    public static SafetensorsFile map(Path path, Arena arena) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long bytes = channel.size();
            if (bytes < Long.BYTES) {
                throw new InvalidModelException(
                        path, "expected a safetensors file, found only %d bytes".formatted(bytes));
            }
            return parse(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
        } catch (NoSuchFileException e) {
            throw new InvalidModelException(path, "there is no such file", e);
        } catch (IOException e) {
            throw new InvalidModelException(path, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static SafetensorsFile parse(Path path, MemorySegment file) {
        long headerBytes = file.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        long most = Math.min(MAXIMUM_HEADER_BYTES, file.byteSize() - Long.BYTES);
        if (headerBytes < 2 || headerBytes > most) {
            throw new InvalidModelException(
                    path,
                    "expected a header of 2 to %d bytes, found a header length of %s"
                            .formatted(most, Long.toUnsignedString(headerBytes)));
        }
        var json = file.asSlice(Long.BYTES, headerBytes).toArray(JAVA_BYTE);
        var data = file.asSlice(Long.BYTES + headerBytes);
        var tensors = new LinkedHashMap<String, Tensor>();
        var header = header(path, json, data.byteSize());
        for (var entry : header.entries()) {
            var bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
            tensors.put(entry.name(), new Tensor(entry.name(), entry.type(), entry.shape(), bytes));
        }
        return new SafetensorsFile(path, file.byteSize(), tensors, header.metadata());
    }

    private static Header header(Path path, byte[] json, long dataBytes) {
        try {
            return HeaderParser.parse(json, dataBytes);
        } catch (CharacterCodingException e) {
            throw new InvalidModelException(path, "the header is not UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(path, "the header is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidModelException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws InvalidModelException when there is no tensor of that name */
    public Tensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidModelException(path, "there is no tensor " + name);
        }
        return tensor;
    }
}
