package dev.windlass.model.safetensors;

import dev.windlass.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a file says about its tensors, checked: every entry's bytes follow from its shape, and the entries, in the order
 * of their offsets, cover the data from end to end.
 */
record Header(List<Entry> entries, Map<String, String> metadata) {
    /** More axes than any model's tensor has. */
    static final int MAXIMUM_AXES = 16;

    /** One tensor; offsets count from the end of the header. */
    record Entry(String name, ElementType type, List<Long> shape, long begin, long end) {
        Entry {
            shape = List.copyOf(shape);
        }
    }

    Header {
        entries = List.copyOf(entries);
        metadata = Map.copyOf(metadata);
    }

    /** @throws HeaderException when the entries contradict themselves, each other or the size of the data */
    static Header checked(List<Entry> unordered, Map<String, String> metadata, long dataBytes) throws HeaderException {
        var entries = new ArrayList<>(unordered);
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long covered = 0;
        for (var entry : entries) {
            check(entry, dataBytes);
            if (entry.begin() != covered) {
                throw new HeaderException("tensor %s begins at byte %d of the data, expected %d: tensors must %s"
                        .formatted(
                                entry.name(), entry.begin(), covered, "follow each other without holes or overlaps"));
            }
            covered = entry.end();
        }
        if (covered != dataBytes) {
            throw new HeaderException(
                    "the tensors cover %d bytes of data, found %d in the file".formatted(covered, dataBytes));
        }
        return new Header(entries, metadata);
    }

    private static void check(Entry entry, long dataBytes) throws HeaderException {
        if (entry.begin() < 0 || entry.end() < entry.begin() || entry.end() > dataBytes) {
            throw new HeaderException("tensor %s lies at bytes %d to %d, expected a range within the data's %d bytes"
                    .formatted(entry.name(), entry.begin(), entry.end(), dataBytes));
        }
        long expected = bytes(entry);
        if (entry.end() - entry.begin() != expected) {
            throw new HeaderException("tensor %s: %s %s takes %d bytes, found %d"
                    .formatted(
                            entry.name(),
                            DataType.of(entry.type()),
                            entry.shape(),
                            expected,
                            entry.end() - entry.begin()));
        }
    }

    private static long bytes(Entry entry) throws HeaderException {
        long bytes = entry.type().bytes();
        for (long size : entry.shape()) {
            if (size < 0) {
                throw new HeaderException(
                        "tensor %s: expected no negative sizes, found shape %s".formatted(entry.name(), entry.shape()));
            }
            if (Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
                throw new HeaderException("tensor %s: shape %s is too large".formatted(entry.name(), entry.shape()));
            }
            bytes *= size;
        }
        return bytes;
    }
}
