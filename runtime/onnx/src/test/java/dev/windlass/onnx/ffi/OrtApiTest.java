package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.onnx.ffi.OnnxException.Code;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtApiTest {
    @TempDir
    private Path directory;

    @Test
    void refusesAFileThatIsNoLibrary() throws IOException {
        Path text = Files.writeString(directory.resolve("text.so"), "no library");
        assertUnusable(() -> OrtApi.load(text), text + ": expected ONNX Runtime's shared library");
    }

    @Test
    void refusesALibraryThatIsNotOnnxRuntime() {
        Path library = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
        assertUnusable(() -> OrtApi.load(library), "OrtGetApiBase");
    }

    @Test
    void refusesAnOnnxRuntimeThatIsTooOldAndSaysWhichItIs() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment base = arena.allocate(ADDRESS, 2);
            MethodHandle noApi = MethodHandles.dropArguments(
                    MethodHandles.constant(MemorySegment.class, MemorySegment.NULL), 0, int.class);
            MethodHandle version = MethodHandles.constant(MemorySegment.class, arena.allocateFrom("1.17.3"));
            var linker = Linker.nativeLinker();
            base.setAtIndex(ADDRESS, 0, linker.upcallStub(noApi, FunctionDescriptor.of(ADDRESS, JAVA_INT), arena));
            base.setAtIndex(ADDRESS, 1, linker.upcallStub(version, FunctionDescriptor.of(ADDRESS), arena));

            assertUnusable(
                    () -> OrtApi.of(base, Path.of("/opt/libonnxruntime.so")),
                    "/opt/libonnxruntime.so: expected ONNX Runtime 1.23 or newer, found 1.17.3");
        }
    }

    private static void assertUnusable(ThrowingCallable load, String says) {
        assertThatThrownBy(load)
                .isInstanceOfSatisfying(
                        OnnxException.class,
                        failure -> assertThat(failure.code()).isEqualTo(Code.LIBRARY_UNUSABLE))
                .hasMessageContaining(says);
    }
}
