package dev.windlass.server.load;

import java.lang.management.ManagementFactory;

/** How much memory there is. */
final class MachineMemory {
    private MachineMemory() {}

    /** What caches may take when they are full: half of the machine's or container's memory. */
    static long forCaches() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() / 2
                : Runtime.getRuntime().maxMemory();
    }
}
