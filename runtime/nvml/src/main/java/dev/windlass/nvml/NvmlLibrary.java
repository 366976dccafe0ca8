package dev.windlass.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * NVML's functions by their names. Each returns a code, 0 for success; one that this library has not got answers as a device
 * that does not support it would.
 */
final class NvmlLibrary {
    static final int SUCCESS = 0;
    /** NVML's own code for what a device has not got. */
    static final int NOT_SUPPORTED = 3;

    private static final FunctionDescriptor NOTHING = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor POINTER = FunctionDescriptor.of(JAVA_INT, ADDRESS);

    private final MethodHandle initialize;
    private final MethodHandle shutdown;
    private final MethodHandle count;
    private final MethodHandle handle;
    private final @Nullable MethodHandle uuid;
    private final @Nullable MethodHandle utilization;
    private final @Nullable MethodHandle memory;
    private final @Nullable MethodHandle power;
    private final @Nullable MethodHandle temperature;

    private NvmlLibrary(Symbols symbols) {
        initialize = symbols.require("nvmlInit_v2", NOTHING);
        shutdown = symbols.require("nvmlShutdown", NOTHING);
        count = symbols.require("nvmlDeviceGetCount_v2", POINTER);
        handle = symbols.require("nvmlDeviceGetHandleByIndex_v2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        uuid = symbols.find("nvmlDeviceGetUUID", onDevice(ADDRESS, JAVA_INT));
        utilization = symbols.find("nvmlDeviceGetUtilizationRates", onDevice(ADDRESS));
        memory = symbols.find("nvmlDeviceGetMemoryInfo", onDevice(ADDRESS));
        power = symbols.find("nvmlDeviceGetPowerUsage", onDevice(ADDRESS));
        temperature = symbols.find("nvmlDeviceGetTemperature", onDevice(JAVA_INT, ADDRESS));
    }

    private static FunctionDescriptor onDevice(MemoryLayout... more) {
        return FunctionDescriptor.of(JAVA_INT, ADDRESS).appendArgumentLayouts(more);
    }

    /** A library's functions, where there is one of this name or path that has those without which nothing goes. */
    static Optional<NvmlLibrary> find(String nameOrPath, Arena arena) {
        try {
            return Optional.of(new NvmlLibrary(new Symbols(SymbolLookup.libraryLookup(nameOrPath, arena))));
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
    }

    private record Symbols(SymbolLookup lookup) {
        MethodHandle require(String name, FunctionDescriptor type) {
            MethodHandle found = find(name, type);
            if (found == null) {
                throw new IllegalArgumentException("no " + name);
            }
            return found;
        }

        @Nullable
        MethodHandle find(String name, FunctionDescriptor type) {
            return lookup.find(name)
                    .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, type))
                    .orElse(null);
        }
    }

    int initialize() {
        return call(initialize);
    }

    int shutdown() {
        return call(shutdown);
    }

    int count(MemorySegment number) {
        return call(count, number);
    }

    int handle(int index, MemorySegment device) {
        return call(handle, index, device);
    }

    int uuid(MemorySegment device, MemorySegment text) {
        return call(uuid, device, text, (int) text.byteSize());
    }

    int utilization(MemorySegment device, MemorySegment rates) {
        return call(utilization, device, rates);
    }

    int memory(MemorySegment device, MemorySegment info) {
        return call(memory, device, info);
    }

    int power(MemorySegment device, MemorySegment milliwatts) {
        return call(power, device, milliwatts);
    }

    /** Of the device's core, NVML's sensor 0. */
    int temperature(MemorySegment device, MemorySegment degrees) {
        return call(temperature, device, 0, degrees);
    }

    /** Not in a hurry: once a scrape. */
    private static int call(@Nullable MethodHandle function, Object... arguments) {
        if (function == null) {
            return NOT_SUPPORTED;
        }
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable thrown) {
            throw new AssertionError("a native call threw", thrown);
        }
    }
}
