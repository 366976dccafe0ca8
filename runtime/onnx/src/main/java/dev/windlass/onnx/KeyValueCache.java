package dev.windlass.onnx;

import dev.windlass.onnx.DecoderGraph.CacheLayer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of every slot: for each layer two buffers (slots, heads, length, head size). Consecutive slots are
 * consecutive memory, so any run of slots is a tensor of its own, and a slot prefilled alone is later one row of many.
 */
final class KeyValueCache {
    private static final int ALIGNMENT = 16;

    private final Device device;
    private final int elementBytes;
    private final int length;
    private final List<Layer> layers;

    /** @param capacity positions a slot holds; there is always room for one more, which idle rows may write to */
    KeyValueCache(DecoderGraph decoder, Device device, int slots, int capacity, Arena arena) {
        this.device = device;
        this.elementBytes = decoder.cacheType().bytes();
        this.length = (capacity + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        List<Layer> all = new ArrayList<>();
        for (CacheLayer shape : decoder.cacheLayers()) {
            long bytes = Math.multiplyExact(slots, slotBytes(shape));
            all.add(new Layer(shape, device.allocate(bytes, arena), device.allocate(bytes, arena)));
        }
        layers = List.copyOf(all);
    }

    /** The third dimension of every cache tensor: the capacity and what is spare. */
    int length() {
        return length;
    }

    int layers() {
        return layers.size();
    }

    CacheLayer shape(int layer) {
        return layers.get(layer).shape();
    }

    MemorySegment keys(int layer, int firstSlot, int slots) {
        return view(layers.get(layer).keys(), slotBytes(shape(layer)), firstSlot, slots);
    }

    MemorySegment values(int layer, int firstSlot, int slots) {
        return view(layers.get(layer).values(), slotBytes(shape(layer)), firstSlot, slots);
    }

    private static MemorySegment view(MemorySegment buffer, long slotBytes, int firstSlot, int slots) {
        return buffer.asSlice(firstSlot * slotBytes, slots * slotBytes);
    }

    private long slotBytes(CacheLayer shape) {
        return (long) shape.heads() * length * shape.headSize() * elementBytes;
    }

    /** Copies positions 0 to {@code count} - 1 of one slot to another. */
    void copy(int source, int target, int count) {
        for (Layer layer : layers) {
            copy(layer.keys(), layer.shape(), source, target, count);
            copy(layer.values(), layer.shape(), source, target, count);
        }
    }

    private void copy(MemorySegment buffer, CacheLayer shape, int source, int target, int count) {
        long headBytes = (long) length * shape.headSize() * elementBytes;
        long bytes = (long) count * shape.headSize() * elementBytes;
        for (int head = 0; head < shape.heads(); head++) {
            device.copy(
                    buffer.asSlice(((long) source * shape.heads() + head) * headBytes, bytes),
                    buffer.asSlice(((long) target * shape.heads() + head) * headBytes, bytes));
        }
    }

    private record Layer(CacheLayer shape, MemorySegment keys, MemorySegment values) {}
}
