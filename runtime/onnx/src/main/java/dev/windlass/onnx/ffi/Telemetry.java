package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * Keeps ONNX Runtime from reporting on its use. Its official builds do since 1.29, on Linux too, unless this variable is in the
 * environment when the library is loaded. Windlass tells nobody what is served, so it is set in the process itself, however
 * that was started.
 */
final class Telemetry {
    static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private Telemetry() {}

    /** To be called before the library is loaded. */
    static void forbid() {
        Linker linker = Linker.nativeLinker();
        var setenv = linker.defaultLookup().find("setenv");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(VARIABLE);
            MemorySegment value = arena.allocateFrom("1");
            if (setenv.isPresent()) {
                var call = linker.downcallHandle(
                        setenv.orElseThrow(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
                require((int) call.invokeExact(name, value, 1));
            } else {
                // Windows.
                var call = linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("_putenv_s"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
                require((int) call.invokeExact(name, value));
            }
        } catch (OnnxException refused) {
            throw refused;
        } catch (Throwable thrown) {
            throw new AssertionError("setenv threw", thrown);
        }
    }

    private static void require(int result) {
        if (result != 0) {
            throw new OnnxException(
                    OnnxException.Code.FAIL,
                    "the environment could not be told that ONNX Runtime shall report nothing");
        }
    }
}
