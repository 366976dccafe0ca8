package dev.windlass.onnx;

import dev.windlass.engine.run.Logits;
import dev.windlass.onnx.Device.Mirror;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows of logits on the device and on the host. */
final class LogitsBuffer implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Device device;
    private final int vocabularySize;
    private final int capacity;
    private final Mirror memory;

    LogitsBuffer(Device device, int vocabularySize, int capacity) {
        this.device = device;
        this.vocabularySize = vocabularySize;
        this.capacity = capacity;
        this.memory = device.mirror(capacity * rowBytes(), arena);
    }

    /** Makes room: gives this buffer, or closes it and gives a larger one, so that what this one held is lost. */
    LogitsBuffer atLeast(int rows) {
        if (rows <= capacity) {
            return this;
        }
        close();
        return new LogitsBuffer(device, vocabularySize, Math.max(rows, 2 * capacity));
    }

    /** Device memory of {@code count} rows. */
    MemorySegment rows(int first, int count) {
        return memory.device().asSlice(first * rowBytes(), count * rowBytes());
    }

    /** Copies one row to another place, on the device. */
    void copyRow(int source, int target) {
        device.copy(rows(source, 1), rows(target, 1));
    }

    /** The first {@code count} rows, on the host. */
    Logits take(int count) {
        device.download(memory, 0, count * rowBytes());
        return new Logits(memory.host().asSlice(0, count * rowBytes()), count, vocabularySize);
    }

    private long rowBytes() {
        return (long) vocabularySize * Float.BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }
}
