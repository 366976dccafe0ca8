package dev.windlass.server.load;

import java.lang.management.ManagementFactory;

/**
 * How much memory there is for what is computed.
 *
 * @param total of the container, or of the machine outside of one
 * @param heap what the JVM's own may grow to
 */
record MachineMemory(long total, long heap) {
    /** Libraries, compiled code, the tokenizer and the allocator's spare: what a process has beside its heap and weights. */
    private static final long NATIVE_BYTES = 256L << 20;

    static MachineMemory here() {
        long heap = Runtime.getRuntime().maxMemory();
        return new MachineMemory(
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : 4 * heap,
                heap);
    }

    /** What the attention scores of one encoder may take. */
    long forScores() {
        return total / 8;
    }

    /**
     * What keys and values may take when they are full.
     *
     * @param weights bytes of the model's; packed for computing they take about an eighth more
     * @param share of what is left after them and the process itself
     */
    long forCaches(long weights, double share) {
        return (long) Math.max(0, share * (total - heap - NATIVE_BYTES - (weights + weights / 8)));
    }
}
