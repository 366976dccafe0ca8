package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * ONNX Runtime's log lines, handed to SLF4J. The function lives as long as the process: ONNX Runtime keeps one
 * environment a process, which may outlast the object that created it, and may log from its own threads at any time.
 */
final class OrtLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.windlass.onnx.runtime");

    /** A pointer to a C function of type OrtLoggingFunction. */
    static final MemorySegment FUNCTION = stub();

    private OrtLog() {}

    private static MemorySegment stub() {
        try {
            var handle = MethodHandles.lookup()
                    .findStatic(
                            OrtLog.class,
                            "log",
                            MethodType.methodType(
                                    void.class,
                                    MemorySegment.class,
                                    int.class,
                                    MemorySegment.class,
                                    MemorySegment.class,
                                    MemorySegment.class,
                                    MemorySegment.class));
            var type = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
            return Linker.nativeLinker().upcallStub(handle, type, Arena.global());
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** OrtLoggingLevel is 0 verbose, 1 info, 2 warning, 3 error, 4 fatal. Must not throw: that would end the JVM. */
    @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable"})
    private static void log(
            MemorySegment parameter,
            int severity,
            MemorySegment category,
            MemorySegment logId,
            MemorySegment location,
            MemorySegment message) {
        try {
            Level level = switch (severity) {
                case 0 -> Level.TRACE;
                case 1 -> Level.DEBUG;
                case 2 -> Level.WARN;
                default -> Level.ERROR;
            };
            if (LOG.isEnabledForLevel(level)) {
                LOG.atLevel(level).log("{} ({})", OrtApi.text(message), OrtApi.text(location));
            }
        } catch (RuntimeException | Error lost) {
            // A log line is not worth the process.
        }
    }
}
