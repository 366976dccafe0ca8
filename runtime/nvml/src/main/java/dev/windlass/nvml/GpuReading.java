package dev.windlass.nvml;

import java.util.OptionalDouble;

/**
 * What a GPU does at a moment. A value is absent where the device or its driver cannot tell.
 *
 * @param index as the driver numbers it
 * @param uuid the same wherever the device is plugged in; empty where it is not told
 * @param utilization share of the last moments in which a kernel ran, 0 to 1
 * @param memoryUsed in bytes
 * @param memoryTotal in bytes
 * @param power in watts
 * @param temperature in degrees Celsius
 */
public record GpuReading(
        int index,
        String uuid,
        OptionalDouble utilization,
        OptionalDouble memoryUsed,
        OptionalDouble memoryTotal,
        OptionalDouble power,
        OptionalDouble temperature) {}
