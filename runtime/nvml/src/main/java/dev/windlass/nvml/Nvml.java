package dev.windlass.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the GPUs of this machine do. Machines without NVIDIA's driver are the rule: there is nothing to open there, and
 * nothing to say about it. Thread-safe.
 */
public final class Nvml implements AutoCloseable {
    /** As the driver installs it, and as NVIDIA's container runtime puts it into a container. */
    private static final String LIBRARY = "libnvidia-ml.so.1";

    private static final Logger LOG = LoggerFactory.getLogger(Nvml.class);
    private static final int UUID_BYTES = 96;
    private static final int MOST_DEVICES = 64;

    private final Arena arena;
    private final NvmlLibrary library;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private Nvml(Arena arena, NvmlLibrary library) {
        this.arena = arena;
        this.library = library;
    }

    /** Opens the driver's library, where there is one and a driver behind it. */
    public static Optional<Nvml> open() {
        return open(LIBRARY);
    }

    @SuppressWarnings("MustBeClosedChecker") // by close, or here
    static Optional<Nvml> open(String nameOrPath) {
        var arena = Arena.ofShared();
        var library = NvmlLibrary.find(nameOrPath, arena);
        if (library.isPresent()) {
            int code = library.get().initialize();
            if (code == NvmlLibrary.SUCCESS) {
                return Optional.of(new Nvml(arena, library.get()));
            }
            LOG.debug("{} cannot be used: code {}", nameOrPath, code);
        }
        arena.close();
        return Optional.empty();
    }

    /** Every device that answers. None for now where another reading takes longer than a second, or after the end. */
    public List<GpuReading> read() {
        try {
            if (!lock.tryLock(1, TimeUnit.SECONDS)) {
                return List.of();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
        try (var scratch = Arena.ofConfined()) {
            return closed ? List.of() : read(scratch);
        } finally {
            lock.unlock();
        }
    }

    private List<GpuReading> read(Arena scratch) {
        var number = scratch.allocate(JAVA_INT);
        if (library.count(number) != NvmlLibrary.SUCCESS) {
            return List.of();
        }
        int count = Math.min(number.get(JAVA_INT, 0), MOST_DEVICES);
        var readings = new ArrayList<GpuReading>(Math.max(0, count));
        var device = scratch.allocate(ADDRESS);
        for (int i = 0; i < count; i++) {
            if (library.handle(i, device) == NvmlLibrary.SUCCESS) {
                readings.add(read(i, device.get(ADDRESS, 0), scratch));
            }
        }
        return readings;
    }

    private GpuReading read(int index, MemorySegment device, Arena scratch) {
        var uuid = scratch.allocate(UUID_BYTES);
        boolean named = library.uuid(device, uuid) == NvmlLibrary.SUCCESS;
        // nvmlUtilization_t: two unsigned ints, percents of the time for kernels and for memory.
        var rates = scratch.allocate(JAVA_INT, 2);
        boolean rated = library.utilization(device, rates) == NvmlLibrary.SUCCESS;
        // nvmlMemory_t: three unsigned long longs, bytes in all, free and used.
        var memory = scratch.allocate(JAVA_LONG, 3);
        boolean measured = library.memory(device, memory) == NvmlLibrary.SUCCESS;
        var power = scratch.allocate(JAVA_INT);
        boolean powered = library.power(device, power) == NvmlLibrary.SUCCESS;
        var degrees = scratch.allocate(JAVA_INT);
        boolean warm = library.temperature(device, degrees) == NvmlLibrary.SUCCESS;
        return new GpuReading(
                index,
                named ? uuid.getString(0) : "",
                value(rated, rates.getAtIndex(JAVA_INT, 0) / 100.0),
                value(measured, memory.getAtIndex(JAVA_LONG, 2)),
                value(measured, memory.getAtIndex(JAVA_LONG, 0)),
                value(powered, power.get(JAVA_INT, 0) / 1000.0),
                value(warm, degrees.get(JAVA_INT, 0)));
    }

    private static OptionalDouble value(boolean known, double value) {
        return known ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                int ignored = library.shutdown();
                arena.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
