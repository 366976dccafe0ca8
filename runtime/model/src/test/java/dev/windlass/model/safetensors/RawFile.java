package dev.windlass.model.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files put together by hand, true or lying. */
final class RawFile {
    private RawFile() {}

    static byte[] bytes(String header, int dataBytes) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] bytes(byte[] header, int dataBytes) {
        var file = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        while (file.hasRemaining()) {
            file.put((byte) file.remaining());
        }
        return file.array();
    }

    static Path write(Path file, String header, int dataBytes) throws IOException {
        return Files.write(file, bytes(header, dataBytes));
    }
}
