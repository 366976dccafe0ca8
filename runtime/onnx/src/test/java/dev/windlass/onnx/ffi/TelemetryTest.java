package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    @Test
    void theLibraryFindsThatItShallReportNothing() throws Throwable {
        OrtApi.load(NativeLibrary.ofProcess().locate());

        Linker linker = Linker.nativeLinker();
        var getenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            var value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(Telemetry.VARIABLE));
            assertThat(value.reinterpret(8).getString(0)).isEqualTo("1");
        }
    }
}
